# SPDX-License-Identifier: Apache-2.0
"""What Oakland says to Portland alone, and the holds that it places."""

from datetime import timedelta
from uuid import UUID

from hansa.core import clock
from hansa.core.personal import declare
from hansa.core.rls import member_scope
from hansa.evidence.actions import holds
from hansa.evidence.models import Hold
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act, Body
from hansa.ledger.audience import LEAGUE, named
from hansa.ledger.registry import act_type
from hansa.people import joint
from hansa.people.tests.cast import Cast

SECRET = "Exercise word in confidence"


@act_type("test.confidence.told")
class Told(Body):
    """A word in confidence."""

    word: str
    personal = declare(none="word")

    def headline(self, act: Act) -> str:
        return f"{act.author} told {self.word}."


def tell(cast: Cast, word: str = SECRET, by: str = "oakland_admin", *, league: bool = False) -> UUID:
    """Let a member tell Portland alone, or the league, a word; return the sealed act's id."""
    to = LEAGUE if league else named(["portland-or"])
    with member_scope(cast.actor(by).member):
        return ledger.submit(cast.actor(by), Told(word=word), audience=to).id


def propose(cast: Cast, **changed):
    """Propose a hold as counsel."""
    now = clock.now()
    said = {
        "name": "Exercise v. Oakland", "matter": "No. 3:26-cv-00001", "law": "Fed. R. Civ. P. 37(e)", "acts": [],
        "kind_codes": ["exercise.words"], "since": None, "until": None,
        "review_on": now.date() + timedelta(days=90), "reason": "We were served on Monday.",
        "actor": cast.actor("oakland_duty", "legal"), "at": now,
    }  # fmt: skip
    return holds.place_hold(**(said | changed))


def place(cast: Cast, **changed) -> Hold:
    """Place a hold: counsel proposes, the mayor confirms."""
    step = propose(cast, **changed)
    joint.confirm(step, shown=step.digest, actor=cast.actor("oakland_mayor"), at=clock.now())
    return Hold.objects.get(id=step.id)


def release(cast: Cast, hold: Hold) -> None:
    """Release a hold by the same two people."""
    step = holds.release_hold(
        hold, reason="The case was dismissed.", actor=cast.actor("oakland_duty", "legal"), at=clock.now()
    )
    joint.confirm(step, shown=step.digest, actor=cast.actor("oakland_mayor"), at=clock.now())

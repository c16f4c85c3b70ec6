# SPDX-License-Identifier: Apache-2.0
"""What an act about an activation says to whoever is on call: asked to take it, told of a change, needed no more.

An invocation asks somebody at every member of the league that this node hosts; whatever follows tells them. Each
reaction writes one job, however many members there are.
"""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.activation import bylaws, queries
from hansa.activation.acts import OPENERS
from hansa.activation.acts.opening import crisis_member
from hansa.activation.fulfilment import own_hosted
from hansa.activation.rules import Phase
from hansa.activation.wording import member_name
from hansa.duty import alarms
from hansa.duty.alarms import Alarm
from hansa.duty.wording import Wording
from hansa.ledger import Act

OFFICE = "duty-officer"
INVOKED = gettext_noop("%(member)s invoked the pact.")
ASKED = gettext_noop(
    "%(member)s asks the league for help. Answer that you have it; then sign in, read what happened, acknowledge it."
)
CONSULTED = gettext_noop("%(member)s asks the league for advice.")
ACTIVE = gettext_noop("The activation by %(member)s is in force now.")
LEVEL = gettext_noop("%(member)s asks for another level.")
ENDED = gettext_noop("%(member)s stood down its activation.")
SEE = gettext_noop("Sign in and see what is asked of your member.")
ANSWERS = (
    "activation.answer.acknowledged",
    "activation.answer.declined",
    "activation.crisis.attested",
    "activation.crisis.objected",
    "activation.crisis.adopted",
)


def key_of(activation: UUID) -> str:
    """Return the key of the alarm that an activation raises."""
    return f"activation:{activation}"


def once(act: Act) -> Iterable[str]:
    """Return one member of this node, so that what is done for all is done once: the author, else the first."""
    hosted = ledger.hosted_members()
    return [act.author] if act.author in hosted else hosted[:1]


def told(act: Act) -> list[str]:
    """Return the members of the league that this node hosts, but the author: nobody is alarmed by their own act."""
    league = bylaws.league(act.at)
    return [member for member in ledger.hosted_members() if member in league and member != act.author]


def _alarm(act: Act, activation: UUID, member: str, headline: str, text: str, *, key: str = "") -> Alarm:
    names = {"member": member_name(member)}
    return Alarm(
        key or f"{act.type}:{act.id}", activation, _office(act.charter), Wording(headline, names), Wording(text, names),
        reverse("activation:activation-board", args=[activation]), act.at, activation, act.exercise or "",
    )  # fmt: skip


def _office(charter: str | None) -> str:
    """Return who is asked: the first office that the charter has acknowledge an activation."""
    term = bylaws.obligation(charter, "acknowledge")
    return term.offices[0] if term and term.offices else OFFICE


def alarm_of(act: Act) -> Alarm:
    """Return the alarm that the act that opens an activation raises."""
    return _alarm(act, act.id, crisis_member(act), INVOKED, ASKED, key=key_of(act.id))


@ledger.on(*OPENERS, name="alarm", members=once)
def ask_everybody(act: Act, _member: str) -> None:
    """An invocation asks whoever is on call at every member, also at one whose call another wrote down."""
    alarms.raise_alarm(alarm_of(act), told(act))


@ledger.on("activation.crisis.consulted", name="tell", members=once)
def tell_of_consultation(act: Act, _member: str) -> None:
    """A consultation is told in working hours: advice wakes nobody."""
    names = {"member": member_name(act.author)}
    url = reverse("activation:consultation-detail", args=[act.id])
    said = Alarm(f"{act.type}:{act.id}", act.id, _office(act.charter), Wording(CONSULTED, names), Wording(SEE), url,
                 act.at, None, act.exercise or "")  # fmt: skip
    alarms.tell_members(said, told(act))


@ledger.on("activation.crisis.attested", "activation.level.changed", name="tell", members=once)
def tell_of_change(act: Act, _member: str) -> None:
    """What came into force just now is told at once, as is another level."""
    found = queries.picture(act.body.activation, act.at)
    if found is None:
        return
    member = found.activation.member
    if act.type == "activation.level.changed":
        alarms.tell_members(_alarm(act, found.id, member, LEVEL, SEE), told(act), urgent=True)
    elif found.standing.phase is Phase.ACTIVE and found.standing.since == act.at:
        # Once: several may attest in the same instant.
        said = _alarm(act, found.id, member, ACTIVE, SEE, key=f"activation.active:{found.id}")
        alarms.tell_members(said, told(act), urgent=True)


@ledger.on("activation.crisis.ended", name="tell", members=once)
def tell_of_end(act: Act, _member: str) -> None:
    """What was stood down asks nobody any more; that it ended can wait for the morning."""
    found = queries.picture(act.body.activation, act.at)
    if found is None or found.standing.open:
        return
    alarms.end_alarm(key_of(found.id), told(act))
    alarms.tell_members(_alarm(act, found.id, found.activation.member, ENDED, SEE), told(act))


@ledger.on(*ANSWERS, name="no-alarm", members=own_hosted)
def need_no_answer(act: Act, member: str) -> None:
    """A member that has spoken is asked no more. As a job: the author's log is locked here."""
    alarms.end_alarm(key_of(act.body.activation), [member])

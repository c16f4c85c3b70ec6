# SPDX-License-Identifier: Apache-2.0
"""A night at one member: who is on call, at which addresses they are reached, and an alarm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hansa import ledger
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.duty.alarms import Alarm
from hansa.duty.models import Alert
from hansa.duty.queries.rota import OnCall
from hansa.duty.wording import Wording
from hansa.ledger.tests.notes import NoteWritten
from hansa.notify import sealing
from hansa.notify.models import Address

OAKLAND, PORTLAND = "oakland-ca", "portland-or"
HEADLINE = Wording("%(member)s invoked the pact. Who has it?", {"member": "Chicago"})


@dataclass
class Rota:
    """Who is on call at each member, in the order of calling, and until when."""

    posts: dict[str, list[UUID]] = field(default_factory=dict)
    until: datetime | None = None

    def posts_of(self, row: Mapping[str, Any], at: datetime) -> list[OnCall]:
        """Answer as the rota does."""
        until = self.until or at + timedelta(days=1)
        return [OnCall(person, until, 1) for person in self.posts.get(row["member"], [])]


def enlist(person: UUID, *channels: str, member: str = OAKLAND, exercise: bool = True) -> None:
    """Give a person a confirmed address on each of these channels; drills may use it."""
    with member_scope(member):
        for channel in channels:
            value = f"{person.hex}@x.example" if channel == "email" else f"+1{int(person) % 10**10:010d}"
            row = Address(person=person, channel=channel, verified_at=clock.now(), exercise=exercise,
                          lookup=sealing.lookup(channel, value))  # fmt: skip
            row.sealed = sealing.seal(value, context=row.context)
            row.save()


def alarm(actor: Actor, *, at: datetime | None = None, key: str = "") -> Alarm:
    """Return an alarm that an act of the actor's member raised just now."""
    with member_scope(actor.member):
        act = ledger.submit(actor, NoteWritten(text="it happened"))
    return Alarm(
        key or f"test:{act.id}", act.id, "duty-officer", HEADLINE, HEADLINE, "/", at or clock.now(), None, "drill-1"
    )


def only_alert(member: str = OAKLAND) -> Alert:
    """Return the one alert of a member."""
    with member_scope(member):
        return Alert.objects.get()


def within(member: str, do: Callable, *args, **kwargs):
    """Do something in a member's scope, as a request would."""
    with member_scope(member):
        return do(*args, **kwargs)

# SPDX-License-Identifier: Apache-2.0
"""A thousand members on one node, for benches: each with three people on call and two addresses for each of them.

Three are founded as any other, and the first of them invokes the pact. The rows of the rest are written as the acts of
founding, joining and planning leave them: a thousand foundings would take an hour, and nothing of them is timed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from uuid import UUID

FOUNDERS = ("chicago-il", "portland-or", "oakland-ca")
CRISIS, LEVEL, CONTACTS = FOUNDERS[0], "full", 3
_ZONE = "America/Chicago"
# No rung of the ladder but the first is climbed while a bench looks on.
_PATIENCE = 60


@dataclass
class Crowd:
    """The league so far: its members but the founders, in the order in which they joined."""

    members: list[str] = field(default_factory=list)

    def found(self) -> None:
        """Found the league: a charter comes into force with three."""
        from hansa.core import clock
        from hansa.readiness.exercise import cast

        at = clock.now() - timedelta(hours=6)
        with clock.played(at):
            cast.found(FOUNDERS, at=at)

    def grow(self, size: int) -> None:
        """Let the league have `size` members besides its founders."""
        from hansa.core.rls import every_member, node_scope

        new = [f"city-{place:04d}-il" for place in range(len(self.members), size)]
        with node_scope():
            _join(new)
        with every_member() as step:
            for member in new:
                step(member)
                _staff(member, len(self.members) * CONTACTS)
                self.members.append(member)

    def invoke(self) -> UUID:
        """Let the member in crisis invoke the pact; return the activation's id. What follows is committed with it."""
        from hansa.activation import actions
        from hansa.core import clock
        from hansa.people.choices import Office
        from hansa.readiness.exercise import cast

        said = actions.Situation(
            trigger="fire", level=LEVEL, situation="EXERCISE. A measured crisis.", place="Chicago, Illinois",
            first_needs="Cots", evidence="EXERCISE order 1", lat=Decimal("41.85003"), lon=Decimal("-87.65005"),
        )  # fmt: skip
        with cast.acting(CRISIS, Office.CHIEF_EXECUTIVE) as actor:
            return cast.settle([actions.invoke_pact(said, actor=actor)], actor, at=clock.now())[0].id


def _join(members: Sequence[str]) -> None:
    from hansa.core.ids import new_id
    from hansa.ledger.models import Log, Reader
    from hansa.pact.models import Member, Ratification

    log = Log.objects.get(author=CRISIS)
    Log.objects.bulk_create(
        Log(origin=log.origin.replace(CRISIS, member), league=log.league, author=member, hosted=True)
        for member in members
    )
    for audience in Reader.objects.filter(reader=CRISIS, direct=False, name__startswith="league:"):
        Reader.objects.bulk_create(Reader(name=audience.name, reader=member) for member in members)
    for model, by in ((Ratification, "author"), (Member, "slug")):
        first = model.objects.get(**{by: CRISIS})
        same = {f.attname: getattr(first, f.attname) for f in model._meta.concrete_fields}
        own = {"id", "ratification"} & set(same)
        for member in members:
            digest = {"digest": new_id().hex * 2} if "digest" in same else {}
            model.keep(**same | digest | {by: member} | {name: new_id() for name in own})


def _staff(member: str, before: int) -> None:
    """Give a member its people, their terms, addresses and rota: the first on call, and two behind them."""
    from hansa.core import clock
    from hansa.core.ids import new_id
    from hansa.duty.models import AlarmPlan, Rota, RotaLine
    from hansa.notify import enlisting
    from hansa.people.choices import Office
    from hansa.people.models import Account, Appointment

    now, office = clock.now(), Office.DUTY_OFFICER.value
    people = [
        Account(email=f"p{before + place}@city.example", name=f"Exercise Officer {place}", member=member)
        for place in range(1, CONTACTS + 1)
    ]
    Account.objects.bulk_create(people)
    Appointment.keep_all(
        [Appointment(id=new_id(), member=member, person=each.id, office=office, begins_at=now) for each in people]
    )
    for place, each in enumerate(people, start=before + 1):
        enlisting.enlist(each.id, {"email": each.email, "sms": f"+1888{place:07d}"})
    rota = Rota.objects.create(office=office, zone=_ZONE)
    order = [each.id for each in people]
    RotaLine.objects.bulk_create(
        RotaLine(rota=rota, name=f"Line {level}", level=level, people=[*order[level - 1 :], *order[: level - 1]],
                 zone=_ZONE, begins=now.date() - timedelta(days=7), handover=time(9))
        for level in range(1, CONTACTS + 1)
    )  # fmt: skip
    AlarmPlan.objects.create(together=True, call_after=_PATIENCE, next_after=_PATIENCE)

# SPDX-License-Identifier: Apache-2.0
"""Three people who take turns as duty officer of Oakland, and the rota that they start from.

It is Monday, June 1, 2026, noon in Oakland (19:00 UTC); the rota hands over each day at noon.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.duty.actions import rota as actions
from hansa.duty.actions.rota import LinePlan
from hansa.duty.models import Rota, RotaLine
from hansa.people.models import Account, Appointment
from hansa.people.tests.cast import Cast, found_cast

OAKLAND, PORTLAND = "oakland-ca", "portland-or"
OFFICE = "duty-officer"
ZONE = "America/Los_Angeles"
NOON = datetime(2026, 6, 1, 19, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Watch:
    """The people by short name, the planner, and the rota with its one line."""

    cast: Cast
    ana: Actor
    ben: Actor
    eva: Actor
    planner: Actor
    row: Rota
    line: RotaLine


def appoint(account: Account, *, office: str = OFFICE, until: datetime | None = None) -> Appointment:
    """Give a person a term, as `apply` would."""
    return Appointment.objects.create(
        id=new_id(), member=OAKLAND, person=account.id, office=office, begins_at=NOON - 300 * DAY, until=until
    )


def daily(*people: UUID, begins: date = date(2026, 6, 1), **said) -> LinePlan:
    """Return a line in which each has a day from noon on."""
    return LinePlan(**{"name": "All day", "people": people, "begins": begins, "zone": ZONE, "handover": time(12),
                       "turn_days": 1} | said)  # fmt: skip


def found_watch() -> Watch:
    """Found the cast, and give Oakland a rota; the caller's clock says noon on June 1."""
    cast = found_cast()
    people = (cast.oakland_duty, cast.oakland_mayor, cast.oakland_clerk)
    ana, ben, eva = (Actor(who.id, OAKLAND, OFFICE, who.name, (OFFICE,)) for who in people)
    planner = cast.actor("oakland_admin", "administrator")
    with member_scope(OAKLAND):
        for account in people:
            appoint(account)
        row = actions.save_rota(OFFICE, zone=ZONE, holidays="US-CA", weeks=4, needed=[], actor=planner)
        line = actions.save_line(row, None, daily(ana.person, ben.person), seen="", actor=planner)
    return Watch(cast, ana, ben, eva, planner, row, line)

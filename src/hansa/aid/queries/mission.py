# SPDX-License-Identifier: Apache-2.0
"""Reads of missions: who is ordered, named, there, released. The roster shows to the two parties only."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet

from hansa.aid.models import Check, Demobilisation, HomeContact, Mission, MissionLine, RosterEntry
from hansa.aid.rules import custody, presence
from hansa.aid.rules.requests import reference
from hansa.core.rls import node_scope
from hansa.ledger import publishing
from hansa.ledger.models import LoggedAct


def mission(id: UUID) -> Mission | None:
    """Return a mission that the open scope may read, or None."""
    return Mission.objects.filter(id=id).first()


def of_activation(activation: UUID) -> QuerySet[Mission]:
    """Return the missions of one activation, newest first."""
    return Mission.objects.filter(activation=activation).order_by("-at", "-id")


def of_agreement(agreement: UUID) -> QuerySet[Mission]:
    """Return the missions under one agreement, the first first."""
    return Mission.objects.filter(agreement=agreement).order_by("at", "id")


def roster(mission_id: UUID) -> list[RosterEntry]:
    """Return the people named for a mission, by name; empty for all but the two parties."""
    return list(RosterEntry.objects.filter(mission=mission_id).order_by("name", "id"))


def ordered(mission_id: UUID) -> dict[UUID, int]:
    """Return how many people are ordered out of each offer."""
    total: dict[UUID, int] = defaultdict(int)
    for offer, people in MissionLine.objects.filter(mission=mission_id).values_list("offer", "people"):
        total[offer] += people
    return dict(total)


def _checks(mission_id: UUID) -> list[Check]:
    return list(Check.objects.filter(mission=mission_id))


def states(mission_id: UUID) -> dict[UUID, str]:
    """Return the state of everyone who is named or was checked."""
    named = [row.person for row in roster(mission_id) if not row.removed]
    return presence.states(named, _as_rules(_checks(mission_id)))


def offers_of(mission_id: UUID) -> dict[UUID, UUID]:
    """Return the offer that each person counts against."""
    found = {check.person: check.offer for check in _checks(mission_id)}
    return found | {row.person: row.offer for row in roster(mission_id)}


def _as_rules(checks: list[Check]) -> list[presence.Check]:
    return [presence.Check(row.act, row.person, row.direction, row.at) for row in checks]


def check_in_code(person: UUID) -> str:
    """Return the six characters by which a person checks in: the last bits of the random id of this mission."""
    alphabet, number = custody.CODE_ALPHABET, person.int
    letters = []
    for _place in range(custody.CODE_LENGTH):
        number, rest = divmod(number, len(alphabet))
        letters.append(alphabet[rest])
    return "".join(letters)


@dataclass(frozen=True)
class Someone:
    """A rostered person, where they stand, and when that was last noted."""

    entry: RosterEntry
    state: str
    last: Check | None

    @property
    def code(self) -> str:
        """What they type to check in."""
        return check_in_code(self.entry.person)


@dataclass(frozen=True)
class Deployment:
    """A mission with its lines, its people and who of them is there."""

    mission: Mission
    lines: tuple[MissionLine, ...]
    people: tuple[Someone, ...]
    checks: tuple[Check, ...]
    over: Demobilisation | None
    home: HomeContact | None

    @property
    def reference(self) -> str:
        """Its short name."""
        return reference("M", self.mission.id.int)

    @cached_property
    def ordered(self) -> int:
        """How many people are ordered."""
        return sum(line.people for line in self.lines)

    @cached_property
    def _counts(self) -> tuple[int, int]:
        return presence.arrived_and_released((), _as_rules(list(self.checks)))

    @property
    def arrived(self) -> int:
        """How many people ever checked in."""
        return self._counts[0]

    @property
    def released(self) -> int:
        """How many of those have left."""
        return self._counts[1]

    @property
    def there(self) -> int:
        """How many are there now."""
        return self.arrived - self.released


def deployment(row: Mission) -> Deployment:
    """Return a mission with everything that the open scope reads of it. Five queries."""
    checks = sorted(_checks(row.id), key=lambda c: (c.at, c.direction == presence.OUT, c.act))
    last = {check.person: check for check in checks}
    named = [entry for entry in roster(row.id) if not entry.removed]
    state = presence.states([entry.person for entry in named], _as_rules(checks))
    people = tuple(Someone(entry, state[entry.person], last.get(entry.person)) for entry in named)
    over = Demobilisation.objects.filter(mission=row.id).order_by("at", "id").first()
    home = HomeContact.objects.filter(mission=row.id).first()
    return Deployment(row, tuple(row.lines.order_by("role", "id")), people, tuple(checks), over, home)


def destroyed_at(row: Mission) -> datetime:
    """Return when the names of a mission are destroyed, or were: 30 days after it ended."""
    heard = [*Check.objects.filter(mission=row.id).values_list("at", flat=True)]
    heard += Demobilisation.objects.filter(mission=row.id).values_list("at", flat=True)
    return presence.destroy_at(row.ends, heard)


def rosters_to_purge(at: datetime) -> list[UUID]:
    """Return the acts on this node that named people of missions whose rosters are to be destroyed by now."""
    with node_scope():
        told = LoggedAct.objects.filter(type="aid.mission.rostered").order_by("at", "id")
        by_mission: dict[UUID, list[UUID]] = defaultdict(list)
        for logged in told.iterator():
            by_mission[publishing.read_act(logged).body.mission].append(logged.id)
        ended = Mission.objects.filter(id__in=list(by_mission), ends__lte=at - presence.KEPT_AFTER_END)
        return [act for row in ended if destroyed_at(row) <= at for act in by_mission[row.id]]

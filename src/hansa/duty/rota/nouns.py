# SPDX-License-Identifier: Apache-2.0
"""What a rota is made of. Wall times carry the zone beside them; instants are aware and in UTC; spans are half open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(7))


class OnHolidays(StrEnum):
    """What a line does on a holiday: the same as on any day, nothing, or it is there for holidays only."""

    SAME = "same"
    NEVER = "never"
    ONLY = "only"


class Origin(StrEnum):
    """Why somebody is on call: the rotation says so, someone covers, or a shift was fixed."""

    LINE = "line"
    COVER = "cover"
    FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the day on some weekdays (0 is Monday); an `end` not after `start` lies on the next day."""

    start: time
    end: time
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Line:
    """People who take turns: each is on for `turn_days` from `begins` on, then the next, around and around.

    Without windows a turn goes from hand-over to hand-over; with windows it has those parts of its days. A day
    belongs to the turn in which it begins, so that no night is cut. `until` is the first day on which nothing of
    this line begins any more. `level` 1 is called first, 2 is the backup.
    """

    id: UUID
    people: tuple[UUID, ...]
    zone: ZoneInfo
    begins: date
    handover: time = time(9)
    turn_days: int = 7
    windows: tuple[Window, ...] = ()
    until: date | None = None
    holidays: OnHolidays = OnHolidays.SAME
    level: int = 1


@dataclass(frozen=True, slots=True)
class Cover:
    """An override for a span: `into` is on besides the others (no `out`), `out` is off (no `into`), or one for one."""

    id: UUID
    start: datetime
    end: datetime
    out: UUID | None = None
    into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Fixed:
    """Exactly these people for a span, whatever lines and covers say; the newest of several counts."""

    id: UUID
    start: datetime
    end: datetime
    people: tuple[UUID, ...]


Term = tuple[datetime, datetime | None]


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on call for one office of one member.

    Covers and fixed shifts stand in the order in which they were made: the later goes over the earlier. `terms` are
    the terms of office of each person: outside of them nobody is on call, whatever was planned; None asks for none.
    `needed` are the hours in which somebody has to be on, in `zone`; none means around the clock. `holidays` are days.
    """

    zone: ZoneInfo
    lines: tuple[Line, ...] = ()
    covers: tuple[Cover, ...] = ()
    fixed: tuple[Fixed, ...] = ()
    needed: tuple[Window, ...] = ()
    holidays: frozenset[date] = frozenset()
    terms: Mapping[UUID, tuple[Term, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """One person on call: by what, at which level, and the span of the shift that this belongs to."""

    person: UUID
    level: int
    origin: Origin
    id: UUID
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Segment:
    """A span in which the same people are on call, the one to call first at the head; nobody is a gap."""

    start: datetime
    end: datetime
    posts: tuple[Post, ...] = ()

    @property
    def people(self) -> tuple[UUID, ...]:
        """Who is on, in the order of calling."""
        return tuple(post.person for post in self.posts)


@dataclass(frozen=True, slots=True)
class Shift:
    """A span that one person has, from hand-over to hand-over, or the part of it that covers leave."""

    start: datetime
    end: datetime
    person: UUID
    level: int = 1
    origin: Origin = Origin.LINE
    id: UUID = field(default=UUID(int=0), compare=False)


@dataclass(frozen=True, slots=True)
class Gap:
    """A span in which somebody has to be on call and nobody is."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A span in which other people are on call than before, each in the order of calling."""

    start: datetime
    end: datetime
    was: tuple[UUID, ...]
    now: tuple[UUID, ...]

# SPDX-License-Identifier: Apache-2.0
"""The week of a rota as the page draws it: a bar per day, and the same in a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hansa.duty.holiday_names import holiday_name
from hansa.duty.models import Rota
from hansa.duty.queries import rota as reads
from hansa.duty.queries.rota import Outlook
from hansa.duty.rota import Origin, Segment, wall

# Units of the drawing: a day is as wide as it is long, so that one with 23 hours is shorter.
HOUR = 40
BAR = 34
_TINTS = 4
_LETTER = 9.5
_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)
_AROUND = timedelta(days=15)


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a day's bar: where it begins and how wide it is (units), whose it is, how it looks."""

    x: float
    width: float
    name: str
    kind: str

    @property
    def fits(self) -> bool:
        """Whether the name has room in it."""
        return len(self.name) * _LETTER + 10 < self.width

    @property
    def middle(self) -> float:
        """Where the name stands."""
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of the week: its bar, the hours that it has, its holiday if it is one."""

    day: date
    width: float
    bars: tuple[Bar, ...]
    hours: int
    holiday: str = ""
    now: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: who has the same span (person, level, why), the one called first at the head; or nobody."""

    start: datetime
    end: datetime
    posts: tuple[tuple[UUID, int, str], ...] = ()
    ahead: bool = True

    @property
    def gap(self) -> bool:
        """Whether nobody is on."""
        return not self.posts

    @property
    def first(self) -> UUID | None:
        """Who is called first, None in a gap."""
        return self.posts[0][0] if self.posts else None

    @property
    def people(self) -> tuple[UUID, ...]:
        """Who is on."""
        return tuple(person for person, _level, _origin in self.posts)


@dataclass(frozen=True, slots=True)
class Week:
    """A week from Monday to Monday in the rota's zone."""

    monday: date
    start: datetime
    end: datetime
    days: tuple[DayBar, ...]
    rows: tuple[Row, ...]
    outlook: Outlook

    @property
    def before(self) -> date:
        """The Monday before."""
        return self.monday - _WEEK

    @property
    def after(self) -> date:
        """The next Monday."""
        return self.monday + _WEEK

    @property
    def last(self) -> date:
        """The Sunday."""
        return self.monday + 6 * _DAY

    @property
    def width(self) -> float:
        """How wide the drawing is: as its longest day is long."""
        return max(day.width for day in self.days)

    @property
    def hours(self) -> tuple[tuple[int, float], ...]:
        """The hours to write below the bars, and where."""
        return tuple((hour, hour * HOUR) for hour in (0, 6, 12, 18))

    @property
    def changes_clocks(self) -> tuple[DayBar, ...]:
        """The days that are longer or shorter than others."""
        return tuple(day for day in self.days if day.hours != 24)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - day.weekday() * _DAY


def week_of(row: Rota, day: date, names: Mapping[UUID, str], nobody: str, *, at: datetime) -> Week:
    """Return the week around a day. `nobody` is the word for a gap."""
    zone = ZoneInfo(row.zone)
    monday = monday_of(day)
    edges = [wall.first(datetime.combine(monday + n * _DAY, time(0)), zone) for n in range(8)]
    # Further than the week, so that a shift that reaches over its edge shows its own ends.
    outlook = reads.outlook(row, edges[0] - _AROUND, edges[-1] + _AROUND)
    feasts = reads.holidays_of(row, edges[0], edges[-1])
    tints = _tints(outlook.segments)
    days = tuple(
        DayBar(
            monday + n * _DAY, _units(begin, end), _bars(outlook.segments, begin, end, names, tints, nobody),
            round((end - begin) / timedelta(hours=1)), holiday_name(feasts.get(monday + n * _DAY, "")),
            _units(begin, at) if begin <= at < end else None,
        )
        for n, (begin, end) in enumerate(zip(edges, edges[1:], strict=False))
    )  # fmt: skip
    return Week(monday, edges[0], edges[-1], days, _rows(outlook, (edges[0], edges[-1]), at), outlook)


def _units(start: datetime, end: datetime) -> float:
    return round((end - start) / timedelta(hours=1) * HOUR, 1)


def _tints(segments: Sequence[Segment]) -> dict[UUID, int]:
    """Return a tint for each person of the week; the name stands beside it, so that two may share one."""
    found: dict[UUID, int] = {}
    for segment in segments:
        for person in segment.people[:1]:
            found.setdefault(person, len(found) % _TINTS)
    return found


def _bars(segments: Sequence[Segment], begin: datetime, end: datetime, names: Mapping[UUID, str],
          tints: Mapping[UUID, int], nobody: str) -> tuple[Bar, ...]:  # fmt: skip
    bars: list[Bar] = []
    for segment in segments:
        start, stop = max(segment.start, begin), min(segment.end, end)
        if start >= stop:
            continue
        first = segment.people[0] if segment.people else None
        name = names.get(first, "") if first else nobody
        kind = str(tints[first]) if first else "gap"
        bars.append(Bar(_units(begin, start), _units(start, stop), name, kind))
    return tuple(bars)


def _rows(outlook: Outlook, week: tuple[datetime, datetime], at: datetime) -> tuple[Row, ...]:
    """Return the shifts and gaps that reach into the week, with their own ends, those of one span together."""
    spans: dict[tuple[datetime, datetime], list[tuple[UUID, int, str]]] = {}
    for shift in outlook.shifts:
        origin = "" if shift.origin is Origin.LINE else shift.origin.value
        spans.setdefault((shift.start, shift.end), []).append((shift.person, shift.level, origin))
    rows = [Row(*span, tuple(posts), span[1] > at) for span, posts in spans.items()]
    rows += [Row(gap.start, gap.end, ahead=gap.end > at) for gap in outlook.gaps]
    return tuple(sorted((row for row in rows if row.start < week[1] and week[0] < row.end), key=lambda row: row.start))

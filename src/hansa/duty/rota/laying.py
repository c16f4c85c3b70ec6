# SPDX-License-Identifier: Apache-2.0
"""Lays lines over days: from "Mondays at 09:00, a week each" to spans of instants.

Where one wall time ends a shift and begins the next of the same level, the hand-over is one instant, the first; an
end that hands over to nobody is the last (reference/notification.md, section 7).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hansa.duty.rota import wall
from hansa.duty.rota.nouns import Line, OnHolidays, Origin, Post, Rota, Window

_DAY = timedelta(days=1)
# A clock is at most a day off UTC, and a window reaches into the next day.
_MARGIN = 3 * _DAY


@dataclass(frozen=True, slots=True)
class _Slice:
    """One window of one day: naive times, and whose turn it is."""

    start: datetime
    end: datetime
    person: UUID
    turn: int


def laid(rota: Rota, start: datetime, end: datetime) -> list[Post]:
    """Return what the lines say about the span from `start` to `end`, in the order of start, level and line."""
    slices = [(line, _joined(_slices(line, rota.holidays, *_days(line, start, end)))) for line in rota.lines]
    begun = {(str(line.zone), line.level, piece.start) for line, pieces in slices for piece in pieces}
    posts = []
    for line, pieces in slices:
        for piece in pieces:
            ends = wall.first if (str(line.zone), line.level, piece.end) in begun else wall.last
            post = Post(
                piece.person, line.level, Origin.LINE, line.id,
                wall.first(piece.start, line.zone), ends(piece.end, line.zone),
            )  # fmt: skip
            if post.start < post.end and post.start < end and start < post.end:
                posts.append(post)
    return sorted(posts, key=lambda post: (post.start, post.level))


def hours(windows: Iterable[Window], zone: ZoneInfo, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return the spans of `windows` between `start` and `end`, cut to it and joined where they touch."""
    spans = sorted(
        (wall.first(begin, zone), wall.last(finish, zone))
        for day in _every(wall.shown(start - _MARGIN, zone).date(), wall.shown(end + _MARGIN, zone).date())
        for window in windows
        if day.weekday() in window.days
        for begin, finish in [_on(day, window)]
    )
    joined: list[tuple[datetime, datetime]] = []
    for begin, finish in spans:
        begin, finish = max(begin, start), min(finish, end)
        if begin >= finish:
            continue
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(finish, joined[-1][1]))
        else:
            joined.append((begin, finish))
    return joined


def turn_of(line: Line, day: date) -> int:
    """Return the number of the turn that a day belongs to, counted from 0 on the day when the line begins."""
    return (day - line.begins).days // line.turn_days


def _days(line: Line, start: datetime, end: datetime) -> tuple[date, date]:
    # A turn can have begun long before: joined pieces must begin where the turn did.
    back = _MARGIN + line.turn_days * _DAY
    first = max(wall.shown(start - back, line.zone).date(), line.begins)
    after = wall.shown(end + _MARGIN + line.turn_days * _DAY, line.zone).date()
    return first, min(after, line.until) if line.until else after


def _every(day: date, after: date) -> Iterator[date]:
    while day < after:
        yield day
        day += _DAY


def _on(day: date, window: Window) -> tuple[datetime, datetime]:
    start, end = datetime.combine(day, window.start), datetime.combine(day, window.end)
    return start, end if end > start else end + _DAY


def _windows(line: Line) -> tuple[Window, ...]:
    return line.windows or (Window(line.handover, line.handover),)


def _stands(line: Line, day: date, holidays: frozenset[date]) -> bool:
    if line.holidays is OnHolidays.SAME:
        return True
    return (day in holidays) is (line.holidays is OnHolidays.ONLY)


def _slices(line: Line, holidays: frozenset[date], first: date, after: date) -> Iterator[_Slice]:
    if not line.people:
        return
    for day in _every(first, after):
        if not _stands(line, day, holidays):
            continue
        turn = turn_of(line, day)
        for window in _windows(line):
            if day.weekday() in window.days:
                yield _Slice(*_on(day, window), line.people[turn % len(line.people)], turn)


def _joined(slices: Iterable[_Slice]) -> list[_Slice]:
    """Join pieces of one turn that touch, so that a week is one shift."""
    joined: list[_Slice] = []
    for piece in sorted(slices, key=lambda piece: (piece.turn, piece.start)):
        before = joined[-1] if joined else None
        if before and before.turn == piece.turn and piece.start <= before.end:
            joined[-1] = replace(before, end=max(before.end, piece.end))
        else:
            joined.append(piece)
    return joined

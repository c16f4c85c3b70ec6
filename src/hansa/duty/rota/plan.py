# SPDX-License-Identifier: Apache-2.0
"""Who is on call when: lines, then covers over them, then fixed shifts over both, then only who is in office.

The answer is a list of segments without holes: a segment with nobody is a gap.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar
from uuid import UUID

from hansa.duty.rota.laying import hours, laid
from hansa.duty.rota.nouns import Change, Cover, Fixed, Gap, Origin, Post, Rota, Segment, Shift, Term

_INSTANT = timedelta(microseconds=1)


class _Span(Protocol):
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...


Spanned = TypeVar("Spanned", bound=_Span)


def plan(rota: Rota, start: datetime, end: datetime) -> list[Segment]:
    """Return who is on call from `start` to `end` (aware), in segments that touch; neighbours differ."""
    posts = laid(rota, start, end)
    covers = [cover for cover in rota.covers if cover.start < end and start < cover.end]
    fixed = [shift for shift in rota.fixed if shift.start < end and start < shift.end]
    spans: list[_Span] = [*posts, *covers, *fixed]
    edges = {start, end, *(edge for span in spans for edge in (span.start, span.end)), *_term_edges(rota)}
    segments: list[Segment] = []
    moving = _Moving(posts)
    for begin, finish in pairwise(sorted(edge for edge in edges if start <= edge <= end)):
        on = _on(moving.at(begin), _standing(covers, begin), _standing(fixed, begin))
        held = tuple(post for post in _once(on) if _serves(rota, post.person, begin))
        if segments and segments[-1].posts == held:
            segments[-1] = Segment(segments[-1].start, finish, held)
        else:
            segments.append(Segment(begin, finish, held))
    return segments


def shifts(segments: Iterable[Segment]) -> list[Shift]:
    """Return what each person has, from hand-over to hand-over, in the order of start and level.

    Two shifts of one person that touch stay two: a cover over several shifts leaves the hand-overs where they are.
    """
    done: list[Shift] = []
    running: dict[Post, datetime] = {}
    end = None
    for segment in segments:
        for post in [post for post in running if post not in segment.posts]:
            done.append(_shift(post, running.pop(post), segment.start))
        for post in segment.posts:
            running.setdefault(post, segment.start)
        end = segment.end
    if end is not None:
        done += [_shift(post, begin, end) for post, begin in running.items()]
    return sorted(done, key=lambda shift: (shift.start, shift.level, shift.end))


def at(rota: Rota, moment: datetime) -> tuple[Post, ...]:
    """Return who is on call at a moment, the one to call first at the head."""
    covers, fixed = _standing(rota.covers, moment), _standing(rota.fixed, moment)
    posts = [post for post in laid(rota, moment, moment + _INSTANT) if post.start <= moment < post.end]
    return tuple(post for post in _once(_on(posts, covers, fixed)) if _serves(rota, post.person, moment))


def gaps(rota: Rota, segments: Sequence[Segment], *, level: int | None = None) -> list[Gap]:
    """Return where somebody has to be on call and nobody is; with `level`, nobody up to that level."""
    if not segments:
        return []
    empty = [
        (segment.start, segment.end)
        for segment in segments
        if not any(level is None or post.level <= level for post in segment.posts)
    ]
    joined: list[tuple[datetime, datetime]] = []
    for begin, finish in empty:
        if joined and joined[-1][1] == begin:
            joined[-1] = (joined[-1][0], finish)
        else:
            joined.append((begin, finish))
    if not rota.needed:
        return [Gap(*span) for span in joined]
    needed = hours(rota.needed, rota.zone, segments[0].start, segments[-1].end)
    return [
        Gap(max(begin, opens), min(finish, closes))
        for begin, finish in joined
        for opens, closes in needed
        if max(begin, opens) < min(finish, closes)
    ]


def changes(before: Sequence[Segment], after: Sequence[Segment]) -> list[Change]:
    """Return where `after` has other people on call than `before`; both cover the same span."""
    edges = sorted({edge for segment in (*before, *after) for edge in (segment.start, segment.end)})
    was, now = _Moving(before), _Moving(after)
    found: list[Change] = []
    for begin, finish in pairwise(edges):
        old = next((segment.people for segment in was.at(begin)), ())
        new = next((segment.people for segment in now.at(begin)), ())
        if old == new:
            continue
        last = found[-1] if found else None
        if last and last.end == begin and (last.was, last.now) == (old, new):
            found[-1] = Change(last.start, finish, old, new)
        else:
            found.append(Change(begin, finish, old, new))
    return found


def has_effect(rota: Rota, cover: Cover) -> bool:
    """Return whether a cover changes anything: not where a fixed shift stands, nor once the rotation moved away."""
    without = Rota(
        rota.zone, rota.lines, tuple(item for item in rota.covers if item.id != cover.id), rota.fixed,
        holidays=rota.holidays, terms=rota.terms,
    )  # fmt: skip
    return bool(changes(plan(without, cover.start, cover.end), plan(rota, cover.start, cover.end)))


class _Moving:
    """Which of many spans hold a moment, for moments that only grow."""

    def __init__(self, spans: Iterable[Spanned]) -> None:
        self._ahead = sorted(spans, key=lambda span: span.start, reverse=True)
        self._open: list[Spanned] = []

    def at(self, moment: datetime) -> list:
        """Return the spans that hold `moment`, in the order of their start."""
        while self._ahead and self._ahead[-1].start <= moment:
            self._open.append(self._ahead.pop())
        self._open = [span for span in self._open if span.end > moment]
        return self._open


def _shift(post: Post, start: datetime, end: datetime) -> Shift:
    return Shift(start, end, post.person, post.level, post.origin, post.id)


def _standing(spans: Iterable[Spanned], moment: datetime) -> list[Spanned]:
    return [span for span in spans if span.start <= moment < span.end]


def _term_edges(rota: Rota) -> Iterator[datetime]:
    for terms in (rota.terms or {}).values():
        for term in terms:
            yield from (edge for edge in term if edge is not None)


def _serves(rota: Rota, person: UUID, moment: datetime) -> bool:
    if rota.terms is None:
        return True
    return any(_within(term, moment) for term in rota.terms.get(person, ()))


def _within(term: Term, moment: datetime) -> bool:
    begins, ends = term
    return begins <= moment and (ends is None or moment < ends)


def _on(posts: Sequence[Post], covers: Sequence[Cover], fixed: Sequence[Fixed]) -> list[Post]:
    if fixed:
        shift = fixed[-1]
        return [Post(who, 1, Origin.FIXED, shift.id, shift.start, shift.end) for who in shift.people]
    on = sorted(posts, key=lambda post: post.level)
    for cover in covers:
        on = _covered(on, cover)
    return sorted(on, key=lambda post: post.level)


def _covered(on: list[Post], cover: Cover) -> list[Post]:
    if cover.out is None:
        into = [] if cover.into is None else [cover.into]
        return on + [Post(who, 1, Origin.COVER, cover.id, cover.start, cover.end) for who in into]
    kept = []
    for post in on:
        if post.person != cover.out:
            kept.append(post)
        elif cover.into is not None:
            # The shift keeps its own ends, so that the hand-overs inside a long cover stay.
            start, end = max(post.start, cover.start), min(post.end, cover.end)
            kept.append(Post(cover.into, post.level, Origin.COVER, cover.id, start, end))
    return kept


def _once(posts: Iterable[Post]) -> Iterator[Post]:
    seen: set[UUID] = set()
    for post in posts:
        if post.person not in seen:
            seen.add(post.person)
            yield post

# SPDX-License-Identifier: Apache-2.0
"""One climb: from a place on the ladder to the next rung that waits for an answer.

Rungs that find nobody cost no time. Who is on call is asked anew for every climb, so that whoever comes on call while
an alert is open is asked at once, and whoever has gone off is not.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hansa.duty.ladders.nouns import START, Crew, Ladder, Place, Rung, Who


@dataclass(frozen=True, slots=True)
class Ask:
    """To ask these people now, over these channels. `round` counts from 1: a further one says the same again."""

    people: tuple[UUID, ...]
    channels: tuple[str, ...]
    round: int
    rung: Rung


@dataclass(frozen=True, slots=True)
class Climb:
    """What a climb comes to: whom to ask now, where to go on, and after what wait; no `then`: it was the last rung."""

    asks: tuple[Ask, ...]
    then: Place | None
    wait: timedelta


def climb(ladder: Ladder, place: Place, crew: Crew, *, without: Set[UUID] = frozenset()) -> Climb:
    """Return what to do from `place` on. `without` are those who cannot be reached, or have locked their code.

    Rungs without a wait are asked together with the next one that has one. The last climb waits, too: an answer to
    it still counts, and `then` is None.
    """
    missing = frozenset(without)
    asks: list[Ask] = []
    at: Place | None = place
    while at is not None:
        rung = _rungs(ladder, at.resort)[at.rung] if _exists(ladder, at) else None
        at, here = _after(ladder, at), at
        people = crew.people(rung, missing) if rung else ()
        if rung is None or not people:
            continue
        asks.append(Ask(people, rung.channels, here.round, rung))
        if rung.wait:
            return Climb(tuple(asks), at, rung.wait)
    return Climb(tuple(asks), None, timedelta())


def relief(ladder: Ladder, crew: Crew, asked: Set[UUID], *, without: Set[UUID] = frozenset()) -> Ask | None:
    """Return how to ask whoever came on call and was not asked before: as the ladder's first rung does.

    Where that asks the first on call alone, only who is first now counts.
    """
    first = next((rung for rung in ladder.rungs if rung.who in (Who.FIRST, Who.EVERYONE)), None)
    people = crew.people(first, frozenset(without)) if first else ()
    new = tuple(who for who in people if who not in asked)
    return Ask(new, first.channels, START.round, first) if first and new else None


def _rungs(ladder: Ladder, resort: bool) -> tuple[Rung, ...]:
    return ladder.resort if resort else ladder.rungs


def _exists(ladder: Ladder, place: Place) -> bool:
    return place.round <= ladder.rounds and place.rung < len(_rungs(ladder, place.resort))


def _after(ladder: Ladder, place: Place) -> Place | None:
    """Return the next place: the next rung, then the next round, then the last resort; None behind the last one."""
    rungs = _rungs(ladder, place.resort)
    if place.rung + 1 < len(rungs):
        return Place(place.resort, place.round, place.rung + 1)
    if place.round < ladder.rounds and rungs:
        return Place(place.resort, place.round + 1, 0)
    return None if place.resort or not ladder.resort else Place(True, 1, 0)

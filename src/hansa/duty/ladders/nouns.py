# SPDX-License-Identifier: Apache-2.0
"""What a ladder is made of: rungs, each a person to ask, over which channels, and how long to wait for the answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

ALL: tuple[str, ...] = ()
"""Every channel of the person."""

CLOCK_FAULT = timedelta(hours=2)
"""No wait is half as long: one that ends later than this was written by a clock that has been set back since."""


class Who(StrEnum):
    """Whom a rung asks: the one on call, whoever else is on call behind them, both, or all who hold an office."""

    FIRST = "first"
    BACKUP = "backup"
    EVERYONE = "everyone"
    HOLDERS = "holders"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: whom, over which channels (`ALL` for every one), then how long to wait. `office` is for `HOLDERS`."""

    who: Who
    channels: tuple[str, ...] = ALL
    wait: timedelta = timedelta()
    office: str = ""


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs that are climbed `rounds` times, then those of the last resort, as often.

    Where nobody is on call, or nobody of them can be reached, the last resort is asked at once.
    """

    rungs: tuple[Rung, ...]
    resort: tuple[Rung, ...] = ()
    rounds: int = 2


@dataclass(frozen=True, slots=True)
class Crew:
    """Who can be asked now: those on call, the one to call first at the head, and the holders of offices."""

    on_call: tuple[UUID, ...] = ()
    holders: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)

    def people(self, rung: Rung, without: frozenset[UUID]) -> tuple[UUID, ...]:
        """Return whom a rung asks, without those who cannot be reached; the next on call moves up in their place."""
        if rung.who is Who.HOLDERS:
            return tuple(who for who in self.holders.get(rung.office, ()) if who not in without)
        reachable = tuple(who for who in self.on_call if who not in without)
        if rung.who is Who.EVERYONE:
            return reachable
        return reachable[:1] if rung.who is Who.FIRST else reachable[1:]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where on the ladder the next rung is: the last resort (False before True), the round from 1, the rung from 0."""

    resort: bool = False
    round: int = 1
    rung: int = 0


START = Place()

# SPDX-License-Identifier: Apache-2.0
"""Clocks of duties, decided without a database.

A clock is ahead, soon, late, done or waived. It turns "soon" when a quarter of its period is left
(reference/ux.md, section 2).
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

Item = TypeVar("Item")


class ClockState(StrEnum):
    """The five states of a clock."""

    AHEAD = "ahead"
    SOON = "soon"
    LATE = "late"
    DONE = "done"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Clock:
    """A period that ends at `due`, and when it was met or waived. No `due`: nobody set a limit."""

    opened: datetime
    due: datetime | None
    done: datetime | None = None
    waived: bool = False

    def state(self, now: datetime) -> ClockState:
        """Return the state at `now`. What is done stays done, even when it was done late."""
        if self.done is not None:
            return ClockState.DONE
        if self.waived:
            return ClockState.WAIVED
        if self.due is None:
            return ClockState.AHEAD
        left = self.due - now
        if left < timedelta(0):
            return ClockState.LATE
        return ClockState.SOON if left <= (self.due - self.opened) / 4 else ClockState.AHEAD

    def late_by(self, now: datetime) -> timedelta:
        """Return how late it was done, or is now; zero when in time or waived."""
        if self.due is None or (self.waived and self.done is None):
            return timedelta(0)
        return max((self.done or now) - self.due, timedelta(0))

    def early_by(self) -> timedelta:
        """Return how long before its end it was done; zero when it is open or was late."""
        if self.due is None or self.done is None:
            return timedelta(0)
        return max(self.due - self.done, timedelta(0))


# What a person sees first: what is late, what is soon, what lies ahead, what is behind them.
_ORDER = {ClockState.LATE: 0, ClockState.SOON: 1, ClockState.AHEAD: 2, ClockState.DONE: 3, ClockState.WAIVED: 4}


def urgency(clock: Clock, now: datetime) -> tuple[int, float]:
    """Return a sort key: late before soon before ahead, and within each the earliest due first."""
    moment = clock.due or clock.opened
    state = clock.state(now)
    behind = state in (ClockState.DONE, ClockState.WAIVED)
    no_limit = clock.due is None and not behind
    return (_ORDER[state], float("inf") if no_limit else -moment.timestamp() if behind else moment.timestamp())


def fold(items: Iterable[Item], kind: Callable[[Item], Hashable], most: int) -> list[tuple[Item, list[Item]]]:
    """Return the first `most` items of every kind, in their order; the last of them carries the others of its kind.

    Floods fold (reference/ux.md, section 2): sixty shipments to count must not hide the one late answer below them.
    """
    shown: list[tuple[Item, list[Item]]] = []
    last: dict[Hashable, tuple[int, list[Item]]] = {}
    for item in items:
        seen, rest = last.get(kind(item), (0, []))
        if seen == most:
            rest.append(item)
            continue
        fresh: list[Item] = []
        shown.append((item, fresh))
        last[kind(item)] = (seen + 1, fresh)
    return shown

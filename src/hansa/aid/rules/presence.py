# SPDX-License-Identifier: Apache-2.0
"""Who of a mission's people is there: by what they or the check-in officer said, never by tracking."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

IN, OUT = "in", "out"
# What a roster holds is destroyed so long after the mission ended (the declarations of its fields say the same).
KEPT_AFTER_END = timedelta(days=30)
EXPECTED, PRESENT, RELEASED = "expected", "present", "released"


@dataclass(frozen=True, slots=True)
class Check:
    """One check of one person: in or out, when, and by which act."""

    act: UUID
    person: UUID
    direction: str
    at: datetime


def states(people: Iterable[UUID], checks: Iterable[Check]) -> dict[UUID, str]:
    """Return the state of each person: the last check by its time decides. A person counts once."""
    state = dict.fromkeys(people, EXPECTED)
    # At the same instant "out" wins: nobody is held to a mission by a tie.
    for check in sorted(checks, key=lambda c: (c.at, c.direction == OUT, c.act)):
        state[check.person] = PRESENT if check.direction == IN else RELEASED
    return state


def arrived_and_released(people: Iterable[UUID], checks: Iterable[Check]) -> tuple[int, int]:
    """Return how many people ever arrived, and how many of those have been released since."""
    checks = list(checks)
    arrived = {c.person for c in checks if c.direction == IN}
    now = states(people, checks)
    return len(arrived), sum(1 for person in arrived if now[person] == RELEASED)


def destroy_at(ends: datetime, heard: Iterable[datetime]) -> datetime:
    """Return when a mission's roster is destroyed: counted from its end, or from the last check after it."""
    return max([ends, *heard]) + KEPT_AFTER_END

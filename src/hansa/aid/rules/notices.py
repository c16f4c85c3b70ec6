# SPDX-License-Identifier: Apache-2.0
"""How much notice was given, beside what the charter asks for; no Django.

A recall, a cancellation or a release stands however short its notice is (design, section 1). What follows from a
short one is that everyone sees it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

_HOUR = timedelta(hours=1)
# Typing and signing take a while: the time that is proposed stays in time for at least so long.
_SIGNING = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The time between saying something and its effect: what the charter asks for, and what was given."""

    asked: timedelta
    given: timedelta

    @property
    def short(self) -> bool:
        """Whether less was given than the charter asks for."""
        return self.given < self.asked


def ahead(asked: timedelta, said: datetime, effective: datetime) -> Ahead:
    """Return how far ahead something was said that takes effect at `effective`, in whole minutes; never below zero."""
    minutes = max(effective - said, timedelta(0)) // timedelta(minutes=1)
    return Ahead(asked, timedelta(minutes=minutes))


def first_in_time(asked: timedelta, now: datetime) -> datetime:
    """Return the first full hour that still gives the notice the charter asks for when it is signed a little later."""
    earliest = now + asked + _SIGNING
    rest = timedelta(minutes=earliest.minute, seconds=earliest.second, microseconds=earliest.microsecond)
    return earliest if not rest else earliest - rest + _HOUR

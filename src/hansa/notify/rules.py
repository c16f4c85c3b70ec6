# SPDX-License-Identifier: Apache-2.0
"""Pure decisions about deliveries: ranks, back-off, codes. No Django."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

# Reports come late, twice and out of order: a state is only ever replaced by one of a higher rank.
RANK = {"queued": 0, "sending": 1, "accepted": 2, "expired": 3, "failed": 3, "delivered": 4, "acknowledged": 5}

# Letters and digits that nobody confuses when they are read or heard; no vowels, so that no code is a word.
LETTERS = "CDFHJKMNPRTVWXY"
DIGITS = "34679"
CODE_LENGTH = 5
WRONG_TRIES = 5
MOST_TRIES = 10
_FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
# A due time further ahead than any back-off was written by a clock that has been set back since.
CLOCK_FAULT = 2 * LONGEST_WAIT
LIFETIME = timedelta(hours=12)
KEPT = timedelta(days=365)


def climbs(state: str, to: str) -> bool:
    """Return whether a report moves a delivery from one state to another."""
    return RANK[to] > RANK[state]


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after the n-th refused try: 5 s, then twice as long each time, 10 minutes at most."""
    return min(_FIRST_WAIT * 2 ** max(0, min(tries, 12) - 1), LONGEST_WAIT)


def next_try(tries: int, now: datetime, retry_after: float = 0) -> datetime | None:
    """Return when to try again after `tries` refusals; None when it is time to give up."""
    if tries >= MOST_TRIES:
        return None
    return now + max(wait_after(tries), min(timedelta(seconds=retry_after), LONGEST_WAIT))


def new_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a random code of five: letters around a digit in the fourth place, like `YKC7M` (some 250,000)."""
    return "".join(choose(DIGITS if place == CODE_LENGTH - 2 else LETTERS) for place in range(CODE_LENGTH))


def as_code(text: str) -> str:
    """Return what someone typed as a code: capitals, without spaces, dots and dashes."""
    return "".join(sign for sign in text.upper() if sign.isalnum())

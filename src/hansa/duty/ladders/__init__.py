# SPDX-License-Identifier: Apache-2.0
"""Who is asked next, when, by which channel, until somebody answers. Pure: no Django, no database, no clock."""

from hansa.duty.ladders.climbing import Ask, Climb, climb, relief
from hansa.duty.ladders.nouns import ALL, CLOCK_FAULT, START, Crew, Ladder, Place, Rung, Who
from hansa.duty.ladders.quiet import held_until

__all__ = [
    "ALL", "CLOCK_FAULT", "START", "Ask", "Climb", "Crew", "Ladder", "Place", "Rung", "Who", "climb", "held_until",
    "relief",
]  # fmt: skip

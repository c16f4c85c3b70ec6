# SPDX-License-Identifier: Apache-2.0
"""Terms of office and the token bucket: pure decisions, no Django, no clock of their own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


def term_end(until: datetime | None, ended: datetime | None) -> datetime | None:
    """Return when a term ends: by its own date or by an act that ended it, whichever is first; None while open."""
    ends = [moment for moment in (until, ended) if moment is not None]
    return min(ends) if ends else None


def is_over(ends: Iterable[datetime | None], moment: datetime) -> bool:
    """Return whether every term had ended before a moment, by when each ends (None while open); so has no term."""
    return all(end is not None and end < moment for end in ends)


def term_state(begins: datetime, ends: datetime | None, at: datetime) -> str:
    """Return `ahead`, `running` or `over` at a time. The end itself is already over."""
    if at < begins:
        return "ahead"
    return "running" if ends is None or at < ends else "over"


def joint_state(answer: str, *, expires: datetime, review_by: datetime | None, at: datetime) -> str:
    """Return where a step that takes two people stands: its answer, else how long it still waits for one.

    A step with `review_by` took effect at once, so that it never runs out: its review is due, then overdue.
    """
    if answer:
        return answer
    if review_by is not None:
        return "review" if at < review_by else "unreviewed"
    return "waiting" if at < expires else "expired"


def second_person_fault(first: UUID, second: UUID | None, *, concerned: frozenset[UUID] = frozenset()) -> str:
    """Return why this is not the second person that a step needs: `nobody`, `same`, `concerned`; empty when it is.

    `concerned` are the persons to whom the step gives something: nobody confirms that for themselves.
    """
    if second is None:
        return "nobody"
    if second == first:
        return "same"
    return "concerned" if second in concerned else ""


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: it holds `burst` tokens and gains one every `seconds`."""

    burst: int
    seconds: float


def wait_seconds(tokens: float, rate: Rate) -> int:
    """Return the whole seconds until a bucket with `tokens` left holds one again; at least 1."""
    return max(1, int(-(-(1 - tokens) * rate.seconds // 1)))

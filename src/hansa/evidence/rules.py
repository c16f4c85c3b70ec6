# SPDX-License-Identifier: Apache-2.0
"""Which schedule is in force, what a hold covers, where holds and requests stand: pure decisions, no Django."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

REVIEW_AHEAD = timedelta(days=14)
DUE_AHEAD = timedelta(days=3)
LONGEST_REVIEW = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Rule:
    """How long a kind is kept (`days`, None for ever), from a day on."""

    from_on: date
    days: int | None
    law: str = ""


def in_force(rules: Iterable[Rule], day: date) -> Rule | None:
    """Return the rule that counts on a day: the one that began last; None before the first."""
    begun = [rule for rule in rules if rule.from_on <= day]
    return max(begun, key=lambda rule: rule.from_on, default=None)


def cutoff(days: int | None, at: datetime) -> datetime | None:
    """Return the moment before which records have run out; None when they are kept for ever."""
    return None if days is None else at - timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a hold names: single acts, and kinds of records between two days (both included, None for no limit)."""

    acts: frozenset[UUID]
    kinds: frozenset[str]
    since: date | None
    until: date | None

    def within(self, day: date) -> bool:
        """Return whether records of a day fall into the period."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def covers(self, act: UUID, kinds: Iterable[str], day: date) -> bool:
        """Return whether the hold names this act, or one of its kinds within the period."""
        return act in self.acts or (self.within(day) and not self.kinds.isdisjoint(kinds))


def hold_state(*, review_on: date, released: bool, today: date) -> str:
    """Return where a hold stands; a review is due from two weeks before its day on."""
    if released:
        return "released"
    if today > review_on:
        return "overdue"
    return "review" if today >= review_on - REVIEW_AHEAD else "in-force"


def request_state(*, due_on: date, answered: bool, today: date) -> str:
    """Return where a request stands; it is due soon three days ahead, and late after its day."""
    if answered:
        return "answered"
    if today > due_on:
        return "late"
    return "soon" if today >= due_on - DUE_AHEAD else "open"


def outcome_fault(outcome: str, decisions: Iterable[str]) -> str:
    """Return why an outcome does not fit what was decided on each record: `pending`, `mismatch`; empty when it does.

    Whoever withdraws or is objected to needs no decisions; every other answer follows from them.
    """
    if outcome in ("withdrawn", "objected"):
        return ""
    found = set(decisions)
    if "pending" in found:
        return "pending"
    if not found:
        said = "none"
    elif found == {"released"}:
        said = "released"
    elif found == {"withheld"}:
        said = "withheld"
    else:
        said = "part"
    return "" if said == outcome else "mismatch"

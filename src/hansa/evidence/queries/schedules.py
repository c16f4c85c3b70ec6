# SPDX-License-Identifier: Apache-2.0
"""Reads of the records schedule."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from hansa.evidence import kinds, rules
from hansa.evidence.models import Schedule


@dataclass(frozen=True, slots=True)
class Line:
    """A kind of records, the line of the schedule that counts now (None: Hansa's default), and lines still ahead."""

    kind: kinds.RecordKind
    now: Schedule | None
    ahead: Sequence[Schedule]
    held: bool

    @property
    def days(self) -> int | None:
        """How long the kind is kept now, None for ever."""
        return self.now.days if self.now else self.kind.days


def lines(at: datetime, held: frozenset[str] = frozenset()) -> list[Line]:
    """Return every kind with what counts at a time; `held` are the kinds that a hold keeps."""
    by_kind: dict[str, list[Schedule]] = {}
    for row in Schedule.objects.order_by("from_on"):
        by_kind.setdefault(row.kind, []).append(row)
    return [_line(kind, by_kind.get(kind.code, []), at, kind.code in held) for kind in kinds.all_kinds()]


def _line(kind: kinds.RecordKind, rows: Sequence[Schedule], at: datetime, held: bool) -> Line:
    today = at.date()
    begun = [row for row in rows if row.from_on <= today]
    return Line(kind, begun[-1] if begun else None, [row for row in rows if row.from_on > today], held)


def history(kind_code: str) -> QuerySet[Schedule]:
    """Return every line that a kind ever had, newest first."""
    return Schedule.objects.filter(kind=kind_code).order_by("-from_on")


def cutoff(kind: kinds.RecordKind, at: datetime) -> datetime | None:
    """Return the moment before which records of a kind have run out for the open member; None: kept for ever."""
    found = rules.in_force((row.rule for row in Schedule.objects.filter(kind=kind.code)), at.date())
    return rules.cutoff(found.days if found else kind.days, at)

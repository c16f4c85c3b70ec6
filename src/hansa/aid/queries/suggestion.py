# SPDX-License-Identifier: Apache-2.0
"""Who could help with a line: the nearest members that declared enough above their reserve, and why not the others."""

import math
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal

import numpy as np

from hansa.aid.allocation import GreatCircle, Lot, Policy, Reason, Request, Snapshot, explain, greedy
from hansa.aid.allocation.model import ANY_LEVEL
from hansa.aid.allocation.travel import distance_km
from hansa.aid.catalogue import Kind
from hansa.aid.models import RequestLine, Stock
from hansa.aid.queries.stock import Declared, declared

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Donor:
    """One member that declared this kind: what the suggestion would take from it, or why it would take nothing."""

    donor: str
    site: str
    reason: Reason
    distance: float

    @property
    def hours(self) -> float:
        """Hours until arrival, mobilisation included."""
        return self.reason.hours

    @property
    def whole_hours(self) -> int:
        """Hours until arrival, rounded up."""
        return math.ceil(self.reason.hours)

    @property
    def late_hours(self) -> int:
        """Hours after the deadline, rounded up, at least one."""
        return max(math.ceil(self.reason.late_by), 1)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Who would send how much, nearest first; why others would not; what would stay open."""

    wanted: int
    serving: tuple[Donor, ...]
    passed_over: tuple[Donor, ...]
    unplaced: tuple[str, ...]
    unmet: int

    @property
    def covered(self) -> int:
        """Units that the suggestion covers."""
        return self.wanted - self.unmet


def _lot(number: int, item: Declared, kind: Kind) -> Lot:
    row = item.row
    return Lot(
        id=f"{number:05}", donor=row.donor, kind=row.kind, lat=row.lat or 0.0, lon=row.lon or 0.0,
        stock=int(row.quantity), reserve=0, committed=int(item.promised_since.to_integral_value(ROUND_CEILING)),
        level=row.level or ANY_LEVEL, mobilisation=float(kind.mobilisation),
    )  # fmt: skip


def suggest(
    line: RequestLine, kind: Kind, *, missing: Decimal, now: datetime, policy: Policy | None = None
) -> Suggestion:
    """Return a suggestion for what is missing on a line, from what members declared. It binds nobody.

    The declared quantities are above each member's reserve already; offers made since are taken off.
    """
    items = [item for item in declared(line.kind, now) if item.row.donor != line.requester]
    placed = [item for item in items if item.row.lat is not None and item.row.lon is not None]
    unplaced = tuple(sorted({item.row.donor for item in items} - {item.row.donor for item in placed}))
    wanted = int(missing.to_integral_value(ROUND_CEILING))
    if line.lat is None or line.lon is None:
        return Suggestion(wanted, (), (), tuple(sorted({item.row.donor for item in items})), wanted)
    request = Request(
        id=str(line.id), requester=line.requester, kind=line.kind, lat=line.lat, lon=line.lon, requested=wanted,
        due=(line.needed_by - now).total_seconds() / _HOUR, priority=line.priority, level=line.level or ANY_LEVEL,
    )  # fmt: skip
    lots = {lot.id: lot for lot in (_lot(number, item, kind) for number, item in enumerate(placed))}
    snapshot = Snapshot(list(lots.values()), [request])
    told = explain(greedy(snapshot, policy=policy), snapshot, request.id)
    sites = {f"{number:05}": item.row.site for number, item in enumerate(placed)}

    def donor(reason: Reason) -> Donor:
        lot = lots[reason.lot]
        return Donor(reason.donor, sites[reason.lot], reason, _km(lot, request))

    return Suggestion(
        wanted, tuple(map(donor, told.serving)), tuple(map(donor, told.passed_over)), unplaced, told.unmet
    )


def _km(lot: Lot, request: Request) -> float:
    return float(distance_km(np.array([[lot.lat, lot.lon]]), np.array([[request.lat, request.lon]]))[0, 0])


def hours_between(stock: Stock, line: RequestLine) -> float:
    """Return the hours by road from a stock to a request; a day where either place is not known."""
    if None in (stock.lat, stock.lon, line.lat, line.lon):
        return 24.0
    return float(GreatCircle()(np.array([[stock.lat, stock.lon]]), np.array([[line.lat, line.lon]]))[0, 0])

# SPDX-License-Identifier: Apache-2.0
"""Why a lot serves a request, or does not."""

from dataclasses import dataclass

from hansa.aid.allocation.model import Plan, Snapshot

SERVES, OWN, KIND, LEVEL, LATE, RESERVE, COMMITTED, OUTBID, ENOUGH = (
    "serves", "own", "kind", "level", "late", "reserve", "committed", "outbid", "enough",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One lot against one request: the binding reason, units proposed and above reserve, hours, hours too late."""

    lot: str
    donor: str
    code: str
    units: int
    above_reserve: int
    hours: float
    late_by: float = 0.0
    other: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a request is served, nearest first, and why every other lot is not."""

    request: str
    wanted: int
    unmet: int
    serving: tuple[Reason, ...]
    passed_over: tuple[Reason, ...]


def explain(plan: Plan, snapshot: Snapshot, request: str) -> Explanation:
    """Return what serves a request and, for every other lot, the first reason that rules it out.

    `KeyError` for a request that is not in the snapshot.
    """
    columns = {r.id: column for column, r in enumerate(snapshot.requests)}
    column = columns[request]
    reasons = [_reason(plan, snapshot, row, column) for row in range(len(snapshot.lots))]
    reasons.sort(key=lambda reason: (reason.hours, reason.lot))
    return Explanation(
        request, int(snapshot.wanted[column]), plan.unmet.get(request, 0),
        tuple(r for r in reasons if r.code == SERVES), tuple(r for r in reasons if r.code != SERVES),
    )  # fmt: skip


def _reason(plan: Plan, snapshot: Snapshot, row: int, column: int) -> Reason:
    lot, request = snapshot.lots[row], snapshot.requests[column]
    units = plan.units(lot.id, request.id)
    above = int(snapshot.releasable[row])
    hours = float(snapshot.hours[row, column])
    code, late_by, other = SERVES, 0.0, ""
    if not units:
        code, late_by, other = _obstacle(plan, snapshot, row, column)
    return Reason(lot.id, lot.donor, code, units, above, hours, late_by, other)


def _obstacle(plan: Plan, snapshot: Snapshot, row: int, column: int) -> tuple[str, float, str]:
    lot, request = snapshot.lots[row], snapshot.requests[column]
    if lot.donor == request.requester:
        return OWN, 0.0, ""
    if lot.kind != request.kind:
        return KIND, 0.0, ""
    if lot.level > request.level:
        return LEVEL, 0.0, ""
    if snapshot.releasable[row] == 0:
        return (COMMITTED if lot.stock > lot.reserve else RESERVE), 0.0, ""
    if not snapshot.in_time[row, column]:
        return LATE, max(0.0, float(snapshot.hours[row, column]) - request.due - request.lateness), ""
    taken = [s for s in plan.shipments if s.lot == lot.id]
    if sum(s.units for s in taken) >= snapshot.releasable[row]:
        return OUTBID, 0.0, taken[0].request
    return ENOUGH, 0.0, ""

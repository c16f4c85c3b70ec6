# SPDX-License-Identifier: Apache-2.0
"""Why a lot serves a request, or does not."""

from dataclasses import dataclass

import numpy as np

from hansa.aid.allocation.model import Lot
from hansa.aid.allocation.network import arrival
from hansa.aid.allocation.plan import KindPlan, Plan
from hansa.aid.allocation.snapshot import Block, Snapshot

SERVES, OWN, FORBIDDEN, LEVEL, LATE, RESERVE, COMMITTED, OUTBID, KEPT, ENOUGH = (
    "serves", "own", "forbidden", "level", "late", "reserve", "committed", "outbid", "kept", "enough",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """One lot against one request: the binding reason, units proposed and above reserve, hours, hours too late.

    `other` is the request that outbid this one, or for which stability keeps the lot; `weight` is that request's.
    """

    lot: str
    donor: str
    code: str
    units: int
    above_reserve: int
    hours: float
    late_by: float = 0.0
    other: str = ""
    weight: int = 0


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a request is served, nearest first, and why every other lot of its kind is not."""

    request: str
    wanted: int
    unmet: int
    serving: tuple[Reason, ...]
    passed_over: tuple[Reason, ...]


def explain(plan: Plan, snapshot: Snapshot, request: str) -> Explanation:
    """Return what serves a request and, for every other lot of its kind, the first reason that rules it out.

    `KeyError` for a request that is not in the snapshot or the plan.
    """
    block, column = snapshot.block_of(request)
    kind = plan.kinds[block.kind]
    rows = np.arange(len(block.lots))
    expected, careful = arrival(block, plan.policy, rows, np.array([column]))
    told = [_reason(kind, block, row, column, *hours)
            for row, hours in enumerate(zip(expected[:, 0].tolist(), careful[:, 0].tolist(), strict=True))]  # fmt: skip
    told.sort(key=lambda reason: (reason.hours, reason.lot))
    return Explanation(
        request, int(block.wanted[column]), int(kind.unmet[column]),
        tuple(r for r in told if r.code == SERVES), tuple(r for r in told if r.code != SERVES),
    )  # fmt: skip


def _reason(kind: KindPlan, block: Block, row: int, column: int, hours: float, careful: float) -> Reason:
    lot: Lot = block.lots[row]
    units = kind.pairs.get((lot.id, str(block.requests.id[column])), 0)
    above = int(block.releasable[row])
    code, late_by, other = SERVES, 0.0, -1
    if not units:
        code, late_by, other = _obstacle(kind, block, row, column, careful)
    name, weight = "", 0
    if other >= 0:
        name = str(block.requests.id[other])
        weight = kind.policy.weights[int(block.requests.priority[other]) - 1]
    return Reason(lot.id, lot.donor, code, units, above, hours, late_by, name, weight)


def _obstacle(kind: KindPlan, block: Block, row: int, column: int, careful: float) -> tuple[str, float, int]:
    lot, request = block.lots[row], block.requests[column]
    if lot.donor == request.requester:
        return OWN, 0.0, -1
    if lot.level > request.level:
        return LEVEL, 0.0, -1
    if (lot.id, request.id) in kind.policy.forbidden:
        return FORBIDDEN, 0.0, -1
    if block.releasable[row] == 0:
        return (COMMITTED if lot.stock > lot.reserve else RESERVE), 0.0, -1
    if careful > request.due + request.lateness + 1e-9:
        return LATE, careful - request.due - request.lateness, -1
    taken = np.flatnonzero(kind.row == row)
    if len(taken) and kind.units[taken].sum() >= block.releasable[row]:
        # Of several, the one of most weight is the reason that convinces.
        other = int(min(kind.column[taken], key=lambda c: (block.requests.priority[c], c)))
        kept = (lot.id, str(block.requests.id[other])) in kind.previous
        equal = block.requests.priority[other] >= request.priority
        return (KEPT if kept and equal else OUTBID), 0.0, other
    return ENOUGH, 0.0, -1

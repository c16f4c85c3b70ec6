# SPDX-License-Identifier: Apache-2.0
"""An independent check of a plan: row by row from the snapshot, without the network that made it."""

import math
from collections import Counter
from dataclasses import dataclass

import numpy as np

from hansa.aid.allocation.model import Lot, Policy, Request, Shipment
from hansa.aid.allocation.plan import Plan
from hansa.aid.allocation.snapshot import Block, Snapshot


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule that a plan breaks: which, of which lot or request, and in words for a log."""

    rule: str
    subject: str
    detail: str


def audit(plan: Plan, snapshot: Snapshot) -> list[Violation]:
    """Return every rule of the model that a plan breaks: balance, type, deadline, permit, reserve, whole units."""
    found = []
    for kind, one in plan.kinds.items():
        block = snapshot.blocks.get(kind)
        if block is None:
            found.append(Violation("unknown", kind, "the snapshot has no such kind"))
            continue
        found += _audit_kind(one.shipments, dict(zip(one.block.requests.id.tolist(), one.unmet.tolist(), strict=True)),
                             block, plan.policy)  # fmt: skip
    return found


def _audit_kind(
    shipments: tuple[Shipment, ...], unmet: dict[str, int], block: Block, policy: Policy
) -> list[Violation]:
    lots: dict[str, Lot] = {row.id: row for row in (block.lots[at] for at in range(len(block.lots)))}
    requests: dict[str, Request] = {row.id: row for row in (block.requests[at] for at in range(len(block.requests)))}
    held, brought, sent, got = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for signed in block.commitments:
        held[signed.lot] += signed.units
        brought[signed.request] += signed.units
    found = []
    for one in shipments:
        lot, request = lots.get(one.lot), requests.get(one.request)
        if lot is None or request is None:
            found.append(Violation("unknown", f"{one.lot} {one.request}", "not in the snapshot"))
            continue
        sent[lot.id] += one.units
        got[request.id] += one.units
        found += _audit_pair(one, lot, request, policy)
    for name, units in sent.items():
        above = max(0, lots[name].releasable - held[name])
        if units > above:
            found.append(Violation("reserve", name, f"{units} sent of {above} above the reserve and promised to none"))
    for name, request in requests.items():
        wanted = max(0, request.quantity - brought[name])
        if got[name] + unmet.get(name, 0) != wanted or unmet.get(name, 0) < 0:
            found.append(Violation("balance", name, f"{got[name]} sent and {unmet.get(name)} unmet of {wanted}"))
    return found


def _audit_pair(one: Shipment, lot: Lot, request: Request, policy: Policy) -> list[Violation]:
    where = f"{lot.id} {request.id}"
    found = []
    if not isinstance(one.units, int) or one.units <= 0:
        found.append(Violation("whole", where, f"{one.units} units"))
    if lot.donor == request.requester:
        found.append(Violation("own", where, "a member would send to itself"))
    if lot.level > request.level:
        found.append(Violation("type", where, f"type {lot.level} for type {request.level}"))
    if (lot.id, request.id) in policy.forbidden:
        found.append(Violation("permit", where, "forbidden"))
    travel = float(policy.travel(np.array([[lot.lat, lot.lon]]), np.array([[request.lat, request.lon]]))[0, 0])
    start = max(lot.ready, 0.0) + lot.mobilisation
    if start + travel * policy.lateness_margin > request.due + request.lateness + 1e-6:
        found.append(Violation("deadline", where, f"{start + travel:.2f} h for {request.due + request.lateness:.2f} h"))
    if not math.isclose(one.hours, start + travel, abs_tol=1e-6):
        found.append(Violation("hours", where, f"{one.hours} said, {start + travel} found"))
    return found

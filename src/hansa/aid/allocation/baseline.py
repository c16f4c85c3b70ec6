# SPDX-License-Identifier: Apache-2.0
"""What a dispatcher would do: serve the requests one after the other, each from the nearest that can."""

from collections.abc import Callable

import numpy as np

from hansa.aid.allocation.model import Plan, Request, Shipment, Snapshot

RULES: dict[str, Callable[[Request], tuple]] = {
    "first-come": lambda request: (request.order,),
    "urgent": lambda request: (request.priority,),
    "urgent-due": lambda request: (request.priority, request.due),
    "due": lambda request: (request.due,),
}


def greedy(snapshot: Snapshot, rule: str = "urgent-due") -> Plan:
    """Return the plan of a disciplined dispatcher, by one of `RULES`; ties go by id. Deterministic.

    `KeyError` for a rule that does not exist.
    """
    turn = RULES[rule]
    left = snapshot.releasable.copy()
    unmet = {request.id: int(units) for request, units in zip(snapshot.requests, snapshot.wanted, strict=True)}
    possible = snapshot.suits & snapshot.in_time
    shipments = []
    for column in sorted(
        range(len(snapshot.requests)), key=lambda c: (*turn(snapshot.requests[c]), snapshot.requests[c].id)
    ):
        request = snapshot.requests[column]
        for row in _nearest_first(snapshot, possible[:, column], column):
            units = int(min(left[row], unmet[request.id]))
            if units:
                left[row] -= units
                unmet[request.id] -= units
                lot = snapshot.lots[row]
                shipments.append(Shipment(lot.id, request.id, units, float(snapshot.hours[row, column])))
    return Plan(tuple(shipments), unmet, rule)


def _nearest_first(snapshot: Snapshot, possible: np.ndarray, column: int) -> list[int]:
    """Return the rows that can serve a request by time of arrival; of equals, the least over-qualified, then by id."""
    rows = np.flatnonzero(possible)
    return sorted(rows.tolist(), key=lambda row: (snapshot.hours[row, column], -snapshot.lots[row].level, row))

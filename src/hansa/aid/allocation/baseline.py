# SPDX-License-Identifier: Apache-2.0
"""What a dispatcher would do: serve the requests one after the other, each from the nearest that can."""

from collections.abc import Callable

import numpy as np

from hansa.aid.allocation.model import Policy
from hansa.aid.allocation.network import Network
from hansa.aid.allocation.plan import KindPlan, Plan, kind_plan
from hansa.aid.allocation.snapshot import Block, Requests, Snapshot

# Sort keys, the first counts most; ties go by id.
RULES: dict[str, Callable[[Requests], tuple]] = {
    "first-come": lambda requests: (requests.order,),
    "urgent": lambda requests: (requests.priority,),
    "urgent-due": lambda requests: (requests.priority, requests.due),
    "due": lambda requests: (requests.due,),
}


def greedy(snapshot: Snapshot, rule: str = "urgent-due", policy: Policy | None = None) -> Plan:
    """Return the plan of a disciplined dispatcher, by one of `RULES`; ties go by id. Deterministic.

    `KeyError` for a rule that does not exist.
    """
    policy = policy or Policy()
    RULES[rule]
    return Plan({kind: greedy_kind(block, policy, rule) for kind, block in snapshot.blocks.items()}, policy)


def greedy_kind(block: Block, policy: Policy, rule: str = "urgent-due") -> KindPlan:
    """Return a dispatcher's plan of one kind: each request takes the nearest lots, of equals the least qualified."""
    network = Network(block, policy)
    reach = network.reach
    stock, need = network.stock.copy(), network.need.copy()
    units = np.zeros(len(reach.row), dtype=np.int64)
    nearest = np.lexsort((reach.row, -block.lots.level[reach.row], reach.hours, reach.column))
    first = np.searchsorted(reach.column[nearest], np.arange(len(need) + 1))
    turn = np.lexsort((np.arange(len(need)), *reversed(RULES[rule](block.requests))))
    for column in turn.tolist():
        for arc in nearest[first[column] : first[column + 1]].tolist():
            if not need[column]:
                break
            sent = min(stock[reach.row[arc]], need[column])
            units[arc] = sent
            stock[reach.row[arc]] -= sent
            need[column] -= sent
    return kind_plan(network, units, rule)

# SPDX-License-Identifier: Apache-2.0
"""The optimum: one integral minimum-cost flow for each kind. The solver finds it; `certificate` proves it."""

import time
from collections.abc import Collection

from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from hansa.aid.allocation.baseline import greedy_kind
from hansa.aid.allocation.model import Policy
from hansa.aid.allocation.network import Network, Pairs
from hansa.aid.allocation.plan import FLOW, KindPlan, Plan, kind_plan
from hansa.aid.allocation.snapshot import Block, Integers, Snapshot


def solve(
    snapshot: Snapshot,
    policy: Policy | None = None,
    *,
    previous: Plan | None = None,
    kinds: Collection[str] | None = None,
    time_limit: float | None = None,
) -> Plan:
    """Return the optimal plan for all kinds, or for some. Deterministic; drawn to the plan before by `policy.delta`.

    A kind whose input and policy are those of `previous` keeps its plan unsolved: exact ties worth the credit could
    swap otherwise. After `time_limit` seconds the kinds that are left follow the dispatcher's rule and say so.
    """
    policy = policy or Policy()
    ends = None if time_limit is None else time.monotonic() + time_limit
    plans = {}
    for kind, block in snapshot.blocks.items():
        if kinds is not None and kind not in kinds:
            continue
        before = previous.kinds.get(kind) if previous else None
        if before is not None and _same(before, block, policy):
            plans[kind] = before
        elif ends is not None and time.monotonic() >= ends:
            plans[kind] = greedy_kind(block, policy)
        else:
            plans[kind] = solve_kind(block, policy, before.pairs if before else None)
    return Plan(plans, policy)


def _same(before: KindPlan, block: Block, policy: Policy) -> bool:
    unchanged = before.block is block or before.block.digest == block.digest
    return unchanged and before.policy == policy and before.rule == FLOW and not before.forced


def solve_kind(block: Block, policy: Policy, previous: Pairs | None = None, forced: Pairs | None = None) -> KindPlan:
    """Return the optimum of one kind. `ValueError` for pins that cannot be; `RuntimeError` when the solver fails."""
    network = Network(block, policy, previous, forced)
    return kind_plan(network, _flow(network), FLOW, previous, forced)


def _flow(network: Network) -> Integers:
    if not len(network.reach.row):
        return network.forced
    tail, head, capacity, cost = network.arcs
    solver = SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, cost)
    supplies = network.supplies
    solver.set_nodes_supplies(range(len(supplies)), supplies)
    status = solver.solve()
    if status != solver.OPTIMAL:
        raise RuntimeError(f"the flow of {network.block.kind} was not solved: {status}")
    return network.units_of(solver.flows(arcs))

# SPDX-License-Identifier: Apache-2.0
"""Proof that a plan is the optimum, by node potentials, without trusting the solver (the solver exposes none)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hansa.aid.allocation.network import Network
from hansa.aid.allocation.plan import KindPlan, Plan
from hansa.aid.allocation.snapshot import Integers


@dataclass(frozen=True, eq=False)
class Certificate:
    """Potentials of every node by kind, and the greatest violation of reduced-cost optimality: 0 proves, more refutes.

    Anyone can check it: for each residual arc, cost + potential of the tail - potential of the head >= 0.
    """

    potentials: dict[str, Integers]
    violation: int


def certificate(plan: Plan) -> Certificate:
    """Return potentials for a plan. A violation means a cycle that would make the plan better."""
    potentials, worst = {}, 0
    for kind, one in plan.kinds.items():
        potentials[kind], violation = certify_kind(one)
        worst = max(worst, violation)
    return Certificate(potentials, worst)


def certify_kind(plan: KindPlan) -> tuple[Integers, int]:
    """Return potentials (n lots, m requests, unmet, retained) and the greatest violation of one kind."""
    network = Network(plan.block, plan.policy, plan.previous, plan.forced)
    tail, head, capacity, cost = network.arcs
    flow = _flows(network, plan, capacity)
    if (flow < 0).any() or (flow > capacity).any():
        raise ValueError(f"the plan of {plan.block.kind} is no flow: audit it")
    forth, back = flow < capacity, flow > 0
    return _potentials(
        np.concatenate([tail[forth], head[back]]), np.concatenate([head[forth], tail[back]]),
        np.concatenate([cost[forth], -cost[back]]), len(network.supplies),
    )  # fmt: skip


def _flows(network: Network, plan: KindPlan, capacity: Integers) -> Integers:
    """Return the flow on every arc that the shipments mean: of parallel arcs the cheapest carries first."""
    reach, n, m = network.reach, len(network.stock), len(network.need)
    width = max(m, 1)
    at = np.searchsorted(reach.row * width + reach.column, plan.row * width + plan.column)
    units = np.zeros(len(reach.row), dtype=np.int64)
    units[at] = plan.units
    retained, unmet = network.left(units)
    units -= network.forced
    again = np.flatnonzero(network.kept)
    kept = np.minimum(units[again], network.kept[again])
    units[again] -= kept
    quarters = network.quarters
    before = np.cumsum(quarters, axis=1) - quarters
    filled = np.clip(unmet[:, None] - before, 0, quarters)
    halves = len(units) + len(again) + 4 * m
    upper = np.minimum(retained, capacity[halves : halves + n])
    free = network.supplies[n + m] - int(unmet.sum())
    return np.concatenate([units, kept, filled.ravel(), upper, retained - upper, [free]])


def _potentials(tail: NDArray[np.int32], head: NDArray[np.int32], cost: Integers, nodes: int) -> tuple[Integers, int]:
    """Bellman-Ford from everywhere at once, all arcs in each round."""
    distance = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        nearer = distance.copy()
        np.minimum.at(nearer, head, distance[tail] + cost)
        if np.array_equal(nearer, distance):
            break
        distance = nearer
    return distance, int(max(0, -(cost + distance[tail] - distance[head]).min(initial=0)))

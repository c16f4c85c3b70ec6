# SPDX-License-Identifier: Apache-2.0
"""The bench `allocation`: from a snapshot to the optimal plan, beside solvers that get their networks built already.

Seconds are medians; HiGHS solves each instance once as one LP. Need is compared with dispatchers over nine seeds;
the shock of `churn` is that of the allocation reference (section 4).
"""

import json
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from statistics import mean

import numpy as np

from hansa.aid.allocation import Block, Plan, Snapshot, greedy, solve
from hansa.config.bench import bed
from hansa.config.bench.allocation_data import instance
from hansa.config.node import say

ROUNDS = {"regional": 9, "nat5": 5, "nat20": 3}
UPDATES = {"regional": 200, "nat5": 50, "nat20": 50}
SEEDS = range(9)


def weighted_unmet(plan: Plan) -> int:
    """Return the units that stay unmet, each times the weight of its urgency."""
    weights = np.array(plan.policy.weights)
    return int(sum((weights[one.block.requests.priority - 1] * one.unmet).sum() for one in plan.kinds.values()))


def shocked(snapshot: Snapshot, seed: int) -> Snapshot:
    """Return the snapshot after 3 % of the lots are lost, 5 % of the requests change by 30 %, and 3 % are cancelled."""
    random, blocks = np.random.default_rng(seed), []
    for block in snapshot.blocks.values():
        lost = block.lots.id[random.random(len(block.lots)) < 0.03].tolist()
        luck = random.random(len(block.requests))
        cancelled = block.requests.id[luck < 0.03].tolist()
        put = [block.requests[at] for at in np.flatnonzero((luck >= 0.03) & (luck < 0.08)).tolist()]
        put = [replace(row, requested=max(1, round(row.requested * random.choice((0.7, 1.3))))) for row in put]
        lots, requests = block.lots.changed((), lost), block.requests.changed(put, cancelled)
        blocks.append(Block(block.kind, lots, requests))
    return Snapshot.of_blocks(blocks)


def churn(seed: int) -> float:
    """Return the share of the proposed units that a shock moves.

    What lost lots had to send counts; what was for a cancelled request does not: nobody waits for it.
    """
    snapshot = instance("regional", seed)
    before = solve(snapshot)
    new = shocked(snapshot, seed)
    after = solve(new, previous=before)
    if after.tiers[0] != solve(new).tiers[0]:
        raise SystemExit("stability cost need")
    pairs = {pair: units for one in after.kinds.values() for pair, units in one.pairs.items()}
    open_still = {name for block in new.blocks.values() for name in block.requests.id.tolist()}
    was = {pair: units for one in before.kinds.values() for pair, units in one.pairs.items()}
    moved = sum(max(0, units - pairs.get(pair, 0)) for pair, units in was.items() if pair[1] in open_still)
    return moved / sum(was.values())


def fairness() -> dict[str, float]:
    """Return need left by the optimum over that left by dispatchers: the worst seed, and the mean."""
    first_come, disciplined = [], []
    for seed in SEEDS:
        snapshot = instance("regional", seed)
        best = weighted_unmet(solve(snapshot))
        first_come.append(best / weighted_unmet(greedy(snapshot, "first-come")))
        disciplined.append(best / weighted_unmet(greedy(snapshot, "urgent-due")))
    return {"unmet_vs_fcfs_worst_seed": max(first_come), "unmet_vs_disciplined_mean": mean(disciplined)}


def speed(size: str, folder: str) -> dict[str, float]:
    """Return the figures of one size, each solver in its own process; all must find the same cost."""
    path = Path(folder) / f"{size}.npz"
    ours = bed.measured("allocation_solve", size, ROUNDS[size], UPDATES[size], path)
    flow = bed.baseline("flow", "ortools", ROUNDS[size], path)
    highs = bed.baseline("flow", "highs", 1, path)
    if flow["cost"] != ours["cost"] or abs(highs["cost"] - ours["cost"]) > 1e-6 * abs(ours["cost"]):
        raise SystemExit(f"{size}: the solvers differ: {ours['cost']}, {flow['cost']}, {highs['cost']}")
    say(f"  {size}: {ours['seconds']:.3f} s, flow {flow['seconds']:.3f} s, HiGHS {highs['seconds']:.2f} s")
    return {f"{size}_vs_highs": ours["seconds"] / highs["seconds"],
            f"{size}_vs_flow": ours["seconds"] / flow["seconds"],
            f"update_p50_ms_{size}": ours["update_ms"], f"rss_mb_{size}": ours["rss_mb"],
            f"violation_{size}": ours["violation"]}  # fmt: skip


def main() -> None:
    """Measure, and print the values."""
    values: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="hansa-allocation-") as folder:
        for size in ROUNDS:
            values |= speed(size, folder)
    values["certificate_violation"] = max(values[f"violation_{size}"] for size in ROUNDS)
    values |= fairness() | {"churn": mean(churn(seed) for seed in SEEDS)}
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""One instance of the bench `allocation`, in a process of its own: allocation_solve.py SIZE ROUNDS UPDATES FILE.

Prints {"seconds", "cost", "update_ms", "rss_mb", "violation"} and writes the networks to FILE for the bare peers.
"""

import json
import resource
import sys
import time
from dataclasses import replace
from statistics import median

import numpy as np

from hansa.aid.allocation import Planner, Policy, Put, Snapshot, certificate, solve
from hansa.aid.allocation.network import Network
from hansa.config.bench.allocation_data import instance


def updates(planner: Planner, count: int) -> float:
    """Return the median milliseconds that one more unit of a random request takes, from the event to the new plan."""
    random, took = np.random.default_rng(1), []
    kinds = [kind for kind, block in planner.snapshot.blocks.items() if len(block.requests)]
    for _ in range(count):
        rows = planner.snapshot.blocks[kinds[random.integers(len(kinds))]].requests
        row = rows[int(random.integers(len(rows)))]
        began = time.perf_counter()
        planner.apply([Put(replace(row, requested=row.requested + 1))])
        took.append((time.perf_counter() - began) * 1000)
    return median(took)


def write(snapshot: Snapshot, path: str) -> int:
    """Write the networks of all kinds that have arcs, and return the least cost that the plans say they have."""
    networks = [Network(block, Policy()) for block in snapshot.blocks.values()]
    networks = [network for network in networks if len(network.reach.row)]
    plans, cost = solve(snapshot).kinds, 0
    for network in networks:
        need, minutes = plans[network.block.kind].tiers
        cost += network.scale * need + minutes
    tail, head, capacity, unit = (np.concatenate(parts) for parts in zip(*(n.arcs for n in networks), strict=True))
    np.savez(
        path, tail=tail, head=head, capacity=capacity, cost=unit,
        supply=np.concatenate([network.supplies for network in networks]),
        arcs=np.cumsum([0, *(len(network.arcs[0]) for network in networks)]),
        nodes=np.cumsum([0, *(len(network.supplies) for network in networks)]),
    )  # fmt: skip
    return cost


def main(size: str, rounds: int, count: int, path: str) -> None:
    """Measure, and print the values; the memory is read before anything is done for the peers."""
    snapshot = instance(size)
    took = []
    for _ in range(rounds):
        began = time.perf_counter()
        solve(snapshot)
        took.append(time.perf_counter() - began)
    planner = Planner(snapshot)
    update = updates(planner, count)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    violation = certificate(planner.plan).violation
    values = {"seconds": median(took), "update_ms": update, "rss_mb": rss, "violation": violation}
    sys.stdout.write(json.dumps(values | {"cost": write(snapshot, path)}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])

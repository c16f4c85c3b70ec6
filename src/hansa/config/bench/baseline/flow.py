# SPDX-License-Identifier: Apache-2.0
"""The bare peer of allocation: solve networks that are built already, and nothing else. Imports nothing of Hansa.

flow.py ortools|highs ROUNDS FILE prints {"seconds", "cost"}: the median over all networks of FILE (npz with tail, head,
capacity, cost, supply, and the offsets `arcs` and `nodes` of each network). highs solves all as one LP.
"""

import json
import sys
import time
from statistics import median

import numpy as np


def by_flow(data) -> tuple[float, int]:
    """Solve each network by ortools' minimum-cost flow."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    seconds, total = 0.0, 0
    arcs, nodes = data["arcs"].tolist(), data["nodes"].tolist()
    columns = [data[name] for name in ("tail", "head", "capacity", "cost")]
    supplies = data["supply"]
    for first, last, low, high in zip(arcs, arcs[1:], nodes, nodes[1:], strict=False):
        given = [column[first:last] for column in columns]
        began = time.perf_counter()
        solver = SimpleMinCostFlow()
        all_arcs = solver.add_arcs_with_capacity_and_unit_cost(*given)
        solver.set_nodes_supplies(np.arange(high - low), supplies[low:high])
        if solver.solve() != solver.OPTIMAL:
            raise SystemExit("not solved")
        solver.flows(all_arcs)
        seconds += time.perf_counter() - began
        total += solver.optimal_cost()
    return seconds, total


def by_simplex(data) -> tuple[float, int]:
    """Solve all networks as one LP by scipy's HiGHS; setting the matrix up is not timed."""
    from scipy.optimize import linprog
    from scipy.sparse import csr_array

    count = np.diff(data["arcs"])
    shift = np.repeat(data["nodes"][:-1], count)
    arcs = np.arange(len(data["tail"]))
    signs = np.concatenate([np.ones(len(arcs)), -np.ones(len(arcs))])
    ends = np.concatenate([data["tail"] + shift, data["head"] + shift])
    balance = csr_array((signs, (ends, np.concatenate([arcs, arcs]))), shape=(len(data["supply"]), len(arcs)))
    # The rows of the last two nodes (unmet, retained) follow from the others; dense as they are, they slow HiGHS down.
    rows = np.ones(len(data["supply"]), dtype=bool)
    rows[data["nodes"][1:] - 1] = rows[data["nodes"][1:] - 2] = False
    balance, supply = balance[rows], data["supply"][rows]
    bounds = np.stack([np.zeros(len(arcs)), data["capacity"]], axis=1)
    began = time.perf_counter()
    found = linprog(data["cost"], A_eq=balance, b_eq=supply, bounds=bounds, method="highs-ds")
    seconds = time.perf_counter() - began
    if found.status:
        raise SystemExit(found.message)
    return seconds, round(found.fun)


def main(solver: str, rounds: int, path: str) -> None:
    """Solve `rounds` times and print the median."""
    data = dict(np.load(path))
    measured = [(by_flow if solver == "ortools" else by_simplex)(data) for _ in range(rounds)]
    sys.stdout.write(json.dumps({"seconds": median(one[0] for one in measured), "cost": measured[0][1]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])

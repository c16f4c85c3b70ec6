# SPDX-License-Identifier: Apache-2.0
"""The flow is the optimum: against enumeration, an independent LP, a public instance, and by its own certificate."""

import gzip
import itertools
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow
from scipy.optimize import linprog
from scipy.sparse import coo_array

from hansa.aid.allocation import (
    RULES,
    Commitment,
    Drop,
    Lot,
    Planner,
    Policy,
    Put,
    Request,
    Signed,
    Snapshot,
    audit,
    certificate,
    explain,
    greedy,
    solve,
)  # fmt: skip
from hansa.aid.allocation.flow import solve_kind
from hansa.aid.allocation.network import Network

_BESIDE = Path(__file__).parents[5] / "shared" / "data"
NETGEN = Path(os.environ.get("HANSA_SHARED_DATA", _BESIDE)) / "netgen"
QUICK = settings(max_examples=60, deadline=None)


@st.composite
def snapshots(draw, lots=6, requests=6, units=24, kinds=("cot", "mask"), step=1):
    """Small places in the Midwest; some deadlines out of reach, some with an allowance."""
    lat, lon = st.floats(40, 43), st.floats(-90, -86)
    stock = [
        Lot(f"l{n}", draw(st.sampled_from("abcd")), draw(st.sampled_from(kinds)), draw(lat), draw(lon),
            step * draw(st.integers(0, units)), step * draw(st.integers(0, 3)), step * draw(st.integers(0, 2)),
            level=draw(st.sampled_from([1, 2, 3, 9])), mobilisation=draw(st.integers(0, 4)))
        for n in range(draw(st.integers(1, lots)))
    ]  # fmt: skip
    wanted = [
        Request(f"r{n}", draw(st.sampled_from("dxyz")), draw(st.sampled_from(kinds)), draw(lat), draw(lon),
                step * draw(st.integers(0, units)), draw(st.integers(1, 12)), draw(st.integers(1, 5)),
                level=draw(st.sampled_from([1, 2, 3, 9])), lateness=draw(st.sampled_from([0, 0, 2, 6])), order=n)
        for n in range(draw(st.integers(1, requests)))
    ]  # fmt: skip
    return stock, wanted


def enumerated(network: Network) -> tuple[int, int]:
    """Return the best (need, minutes) by trying every plan."""
    ranges = [range(int(c) + 1) for c in network.capacity]
    best = None
    for units in itertools.product(*ranges):
        tried = np.array(units, dtype=np.int64)
        retained, unmet = network.left(tried)
        if retained.min(initial=0) >= 0 and unmet.min(initial=0) >= 0:
            tiers = network.tiers(tried)
            best = tiers if best is None or tiers < best else best
    return best


def by_simplex(network: Network) -> int:
    """Return the least combined cost, by scipy's HiGHS."""
    tail, head, capacity, cost = network.arcs
    arcs = np.arange(len(tail))
    rows, columns = np.concatenate([tail, head]), np.concatenate([arcs, arcs])
    signs = np.concatenate([np.ones(len(tail)), -np.ones(len(tail))])
    balance = coo_array((signs, (rows, columns)), shape=(len(network.supplies), len(tail))).tocsr()
    bounds = np.stack([np.zeros(len(tail)), capacity], axis=1)
    return round(linprog(cost, A_eq=balance, b_eq=network.supplies, bounds=bounds, method="highs").fun)


@QUICK
@given(snapshots(lots=3, requests=3, units=3, kinds=("cot",)))
def test_the_flow_is_the_best_of_all_plans(given_rows):
    for block in Snapshot(*given_rows).blocks.values():
        network = Network(block, Policy())
        assume(np.prod(network.capacity + 1.0) < 20_000)
        assert solve_kind(block, Policy()).tiers == enumerated(network)


@pytest.mark.parametrize("seed", range(6))
def test_the_flow_costs_what_an_independent_simplex_finds(seed):
    random = np.random.default_rng(seed)
    lots = [Lot(f"l{n}", f"d{n}", "cot", *random.uniform((40, -90), (43, -86)), int(random.integers(2, 25)), 1,
                level=int(random.integers(1, 4))) for n in range(40)]  # fmt: skip
    requests = [Request(f"r{n}", "x", "cot", *random.uniform((40, -90), (43, -86)), int(random.integers(5, 40)), 6,
                        int(random.integers(2, 6)), level=int(random.integers(2, 5)), lateness=3.0)
                for n in range(40)]  # fmt: skip
    block = Snapshot(lots, requests).blocks["cot"]
    network, plan = Network(block, Policy()), solve_kind(block, Policy())
    need, minutes = plan.tiers
    assert network.scale * need + minutes == pytest.approx(by_simplex(network), rel=1e-9)
    assert certificate(solve(Snapshot(lots, requests))).violation == 0


@QUICK
@given(snapshots(), st.sampled_from(sorted(RULES)))
def test_a_plan_is_sound_proven_and_never_worse_than_a_dispatcher(given_rows, rule):
    snapshot = Snapshot(*given_rows)
    plan, dispatched = solve(snapshot), greedy(snapshot, rule)
    assert audit(plan, snapshot) == audit(dispatched, snapshot) == []
    assert certificate(plan).violation == 0
    assert plan.tiers <= dispatched.tiers
    assert (certificate(dispatched).violation == 0) == (dispatched.tiers == plan.tiers)


@QUICK
@given(snapshots(), st.randoms())
def test_the_order_of_the_input_and_the_other_kinds_change_nothing(given_rows, random):
    lots, requests = given_rows
    whole = solve(Snapshot(lots, requests))
    shuffled = solve(Snapshot(random.sample(lots, len(lots)), random.sample(requests, len(requests))))
    assert shuffled.shipments == whole.shipments
    alone = solve(Snapshot([r for r in lots if r.kind == "cot"], [r for r in requests if r.kind == "cot"]))
    assert alone.shipments == tuple(s for s in whole.shipments if s in alone.shipments)
    assert sum(solve(Snapshot(lots, requests), kinds=[k]).tiers[0] for k in ("cot", "mask")) == whole.tiers[0]


@QUICK
@given(snapshots(kinds=("cot",)), st.integers(0, 5), st.integers(4, 40))
def test_need_falls_with_stock_and_time_and_rises_with_what_is_asked(given_rows, at, more):
    lots, requests = given_rows
    need = solve(Snapshot(lots, requests)).tiers[0]
    at_lot, at_request = at % len(lots), at % len(requests)
    lot, request = lots[at_lot], requests[at_request]
    richer = [*lots[:at_lot], replace(lot, stock=lot.stock + more), *lots[at_lot + 1 :]]
    assert solve(Snapshot(richer, requests)).tiers[0] <= need
    later = [*requests[:at_request], replace(request, due=request.due + more), *requests[at_request + 1 :]]
    assert solve(Snapshot(lots, later)).tiers[0] <= need
    # Multiples of four keep the quarters in step; the smallest rise that rounding cannot undo.
    asked = [replace(r, requested=r.requested * 4) for r in requests]
    fourfold = [replace(r, stock=r.stock * 4, reserve=r.reserve * 4, committed=r.committed * 4) for r in lots]
    before = solve(Snapshot(fourfold, asked)).tiers[0]
    asked[at_request] = replace(asked[at_request], requested=asked[at_request].requested + 4)
    assert solve(Snapshot(fourfold, asked)).tiers[0] >= before


@QUICK
@given(snapshots(step=4), st.integers(2, 5))
def test_counting_in_other_units_changes_nothing(given_rows, times):
    lots, requests = given_rows
    many = [replace(r, stock=r.stock * times, reserve=r.reserve * times, committed=r.committed * times) for r in lots]
    asked = [replace(r, requested=r.requested * times) for r in requests]
    one, other = solve(Snapshot(lots, requests)).tiers[0], solve(Snapshot(many, asked)).tiers[0]
    assert other == one * times


@QUICK
@given(snapshots(kinds=("cot",)), st.integers(0, 5))
def test_who_becomes_more_urgent_is_served_no_worse(given_rows, at):
    lots, requests = given_rows
    at %= len(requests)
    raised = [*requests[:at], replace(requests[at], priority=1), *requests[at + 1 :]]

    def own(rows):
        plan = solve(Snapshot(lots, rows)).kinds["cot"]
        network = Network(plan.block, Policy())
        column = plan.block.requests.find(requests[at].id)
        late = sum(int(p) * plan.pairs.get((str(plan.block.lots.id[r]), requests[at].id), 0)
                   for r, c, p in zip(network.reach.row, network.reach.column, network.reach.phi, strict=True)
                   if c == column)  # fmt: skip
        return late + int(network.unmet_penalty(plan.unmet)[column])

    assert own(raised) <= own(requests)


@QUICK
@given(snapshots(), snapshots())
def test_stability_costs_no_need_and_the_same_data_no_churn(given_rows, others):
    lots, requests = given_rows
    snapshot = Snapshot(lots, requests)
    plan = solve(snapshot)
    for kind, block in snapshot.blocks.items():
        assert solve_kind(block, Policy(), plan.kinds[kind].pairs).pairs == plan.kinds[kind].pairs
    # The ids of another world: some pairs stand, some are gone.
    drawn = solve(snapshot, previous=solve(Snapshot(*others)))
    assert drawn.tiers[0] == plan.tiers[0]
    assert certificate(drawn).violation == 0
    for kind, one in drawn.kinds.items():
        kept = sum(min(units, one.previous.get(pair, 0)) for pair, units in one.pairs.items())
        assert one.tiers[1] + kept * plan.policy.delta >= plan.kinds[kind].tiers[1]


@QUICK
@given(snapshots(), st.integers(0, 5), st.integers(0, 5))
def test_events_lead_to_the_plan_of_a_fresh_start(given_rows, lot, request):
    lots, requests = given_rows
    planner = Planner(Snapshot(lots, requests), Policy(delta=0))
    kept = planner.plan.kinds
    gone = lots[lot % len(lots)]
    changed = replace(requests[request % len(requests)], priority=1)
    asked = planner.what_if([Drop(gone.kind, gone.id), Put(changed)])
    assert planner.plan.kinds is kept
    told = planner.apply([Drop(gone.kind, gone.id), Put(changed)])
    fresh = solve(Snapshot([r for r in lots if r is not gone],
                           [changed if r.id == changed.id else r for r in requests]), Policy(delta=0))  # fmt: skip
    assert planner.plan.shipments == fresh.shipments
    assert told.tiers == asked.tiers and told.changes == asked.changes
    assert all(planner.plan.kinds[k] is kept[k] for k in kept if k not in (gone.kind, changed.kind))
    assert planner.apply([Put(changed)]).solved == ()


def test_what_is_signed_is_never_moved():
    lots, requests = [lot("a"), lot("b")], [request("r1", 70, priority=5), request("r2", 200, priority=1)]
    planner = Planner(Snapshot(lots, requests))
    planner.apply([Signed("cot", Commitment("a", "r1", 70))])
    assert planner.plan.units("a", "r2") == 0 and planner.plan.units("b", "r2") == 70
    assert planner.plan.unmet == {"r1": 0, "r2": 130}
    with pytest.raises(ValueError, match="nobody"):
        planner.apply([Signed("cot", Commitment("a", "nobody", 1))])
    assert planner.plan.unmet == {"r1": 0, "r2": 130}


def test_a_pin_shows_its_price_and_one_that_cannot_be_is_refused():
    planner = Planner(Snapshot([lot("a")], [request("r1", 70, priority=1), request("r2", 8, priority=5)]))
    told = planner.what_if(force=Commitment("a", "r2", 8))
    assert {(c.request, c.before, c.after) for c in told.changes} == {("r1", 70, 62), ("r2", 0, 8)}
    # Eight of the first quarter of r1 unmet, against two in each quarter of r2.
    assert told.tiers[0] == 8 * 16 * 1000 - 2 * (16 + 18 + 21 + 26) * 10
    with pytest.raises(ValueError, match="pinned"):
        planner.what_if(force=Commitment("a", "r1", 71))
    forbidding = planner.what_if(policy=Policy(forbidden=frozenset({("a", "r1")})))
    assert ("r1", 70, 0) in {(c.request, c.before, c.after) for c in forbidding.changes}
    with pytest.raises(ValueError, match="cannot serve"):
        planner.what_if(force=Commitment("a", "r1", 5), policy=Policy(forbidden=frozenset({("a", "r1")})))


def test_one_unit_lies_in_the_dearest_quarter_and_late_is_better_than_never():
    far = request("r1", 1, due=1.0, priority=1, lateness=4.0)
    assert solve(Snapshot([], [far])).tiers[0] == 26_000
    late = solve(Snapshot([lot("a")], [far]))
    assert late.unmet == {"r1": 0} and 1000 <= late.tiers[0] <= 15_000


def test_without_time_the_dispatcher_decides_and_the_plan_says_so():
    snapshot = Snapshot([lot("a")], [request("r1", 70)])
    plan = solve(snapshot, time_limit=0)
    assert not plan.optimal and audit(plan, snapshot) == [] and plan.unmet == {"r1": 0}


def test_the_audit_finds_what_the_plan_hides():
    snapshot = Snapshot([lot("a")], [request("r1", 70)])
    plan = solve(snapshot)
    poorer = Snapshot([lot("a", stock=60)], [request("r1", 70)])
    sooner = Snapshot([lot("a", level=3, donor="x")], [request("r1", 60, due=1.0, level=2, requester="x")])
    assert {v.rule for v in audit(plan, poorer)} == {"reserve"}
    assert {v.rule for v in audit(plan, sooner)} == {"balance", "deadline", "own", "type"}


def test_the_reason_names_the_request_of_most_weight_and_the_pull_of_an_earlier_plan():
    both = [request("r1", 70, priority=1), request("r2", 70, priority=3)]
    snapshot = Snapshot([lot("a")], both)
    told = explain(solve(snapshot), snapshot, "r2").passed_over[0]
    assert (told.code, told.other, told.weight) == ("outbid", "r1", 1000)


@pytest.mark.parametrize("wrong", [{"quarters": (16, 15, 21, 26)}, {"latest": 16}, {"weights": (0,)}, {"delta": -1}])
def test_a_policy_that_is_no_flow_is_refused(wrong):
    with pytest.raises(ValueError):
        Policy(**wrong)


def test_weights_that_do_not_fit_are_refused_and_not_wrapped():
    with pytest.raises(OverflowError):
        solve(Snapshot([lot("a")], [request("r1", 70)]), Policy(weights=(2**50,) * 5))


@pytest.mark.skipif(not NETGEN.exists(), reason="the public instance is not ours to ship")
def test_the_solver_reaches_the_published_optimum():
    arcs, supply = [], {}
    for line in gzip.decompress((NETGEN / "netgen_8_08a.min.gz").read_bytes()).decode().splitlines():
        word, *numbers = line.split() or ["c"]
        if word == "n":
            supply[int(numbers[0])] = int(numbers[1])
        elif word == "a":
            arcs.append([int(n) for n in numbers])
    tail, head, low, capacity, cost = np.array(arcs, dtype=np.int64).T
    assert not low.any()
    solver = SimpleMinCostFlow()
    solver.add_arcs_with_capacity_and_unit_cost(tail.astype(np.int32), head.astype(np.int32), capacity, cost)
    for node, units in supply.items():
        solver.set_node_supply(node, units)
    assert solver.solve() == solver.OPTIMAL
    assert solver.optimal_cost() == json.loads((NETGEN / "optimum.json").read_text())["min_cost"] == 142_274_536


def lot(id: str, stock: int = 100, **more) -> Lot:
    return Lot(id, more.pop("donor", id), "cot", 43.04, -87.91, stock, 30, **more)


def request(id: str, requested: int, due: float = 24.0, **more) -> Request:
    return Request(id, more.pop("requester", "chicago"), "cot", 41.85, -87.65, requested, due, **more)

# SPDX-License-Identifier: Apache-2.0
"""The dispatcher's plan: nearest first, never more than there is, never too late, and it says why."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.aid.allocation import Commitment, GreatCircle, Lot, Policy, Request, Snapshot, explain, greedy
from hansa.aid.allocation.travel import distance_km

CHICAGO, MILWAUKEE, OAKLAND = (41.85, -87.65), (43.04, -87.91), (37.80, -122.27)


def lot(id: str, place=MILWAUKEE, stock=100, reserve=30, **more) -> Lot:
    return Lot(id, more.pop("donor", id), more.pop("kind", "cot"), *place, stock, reserve, **more)


def request(id="r1", requested=50, due=24.0, **more) -> Request:
    return Request(id, more.pop("requester", "chicago"), more.pop("kind", "cot"), *CHICAGO, requested, due, **more)


def test_distance_is_the_great_circle():
    km = distance_km(np.array([CHICAGO]), np.array([OAKLAND]))[0, 0]
    assert km == pytest.approx(2977, rel=0.005)
    assert GreatCircle()(np.array([CHICAGO]), np.array([OAKLAND]))[0, 0] == pytest.approx(km * 1.3 / 70)


def test_the_nearest_serves_first_and_the_rest_comes_from_farther():
    snapshot = Snapshot([lot("far", OAKLAND), lot("near")], [request(requested=90, due=200)])
    plan = greedy(snapshot)
    assert [(s.lot, s.units) for s in plan.shipments] == [("near", 70), ("far", 20)]
    assert plan.unmet == {"r1": 0}


def test_the_urgent_go_first_and_among_them_the_earliest():
    requests = [
        request("late", 70, 90, priority=1),
        request("soon", 70, 30, priority=1),
        request("low", 70, 20, priority=3),
    ]
    plan = greedy(Snapshot([lot("near")], requests))
    assert plan.unmet == {"soon": 0, "late": 70, "low": 70}
    assert greedy(Snapshot([lot("near")], requests), "due").unmet == {"low": 0, "soon": 70, "late": 70}


def test_an_unknown_rule_is_an_error():
    with pytest.raises(KeyError):
        greedy(Snapshot([], []), "luck")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"donor": "chicago"}, "own"),
        ({"level": 3}, "level"),
        ({"stock": 30}, "reserve"),
        ({"committed": 70}, "committed"),
        ({"ready": 23.0}, "late"),
    ],
)
def test_every_lot_that_is_passed_over_has_its_reason(change, reason):
    values = {"stock": 100, "level": 1, **change}
    snapshot = Snapshot([lot("a", **values)], [request(level=2)])
    told = explain(greedy(snapshot), snapshot, "r1")
    assert [r.code for r in told.passed_over] == [reason]
    assert told.unmet == 50


def test_a_lot_that_another_request_took_says_which():
    requests = [request("first", 70, priority=1), request("second", 10, priority=2)]
    snapshot = Snapshot([lot("near")], requests)
    told = explain(greedy(snapshot), snapshot, "second")
    assert [(r.code, r.other) for r in told.passed_over] == [("outbid", "first")]


def test_what_is_agreed_is_taken_from_both_sides():
    snapshot = Snapshot([lot("near")], [request(requested=60)], [Commitment("near", "r1", 40)])
    block = snapshot.blocks["cot"]
    assert (block.releasable.tolist(), block.wanted.tolist()) == ([30], [20])
    assert greedy(snapshot).units("near", "r1") == 20


def test_a_snapshot_refuses_double_ids_and_unknown_commitments():
    with pytest.raises(ValueError, match="same id"):
        Snapshot([lot("a"), lot("a")], [])
    with pytest.raises(ValueError, match="not in the snapshot"):
        Snapshot([lot("a")], [], [Commitment("a", "nobody", 1)])


def test_the_default_reserve_is_thirty_percent_rounded_up():
    assert [Policy().kept(n) for n in (0, 1, 10, 11, 457)] == [0, 1, 3, 4, 138]


LOTS = st.lists(
    st.builds(
        Lot,
        id=st.uuids().map(str),
        donor=st.sampled_from("abc"),
        kind=st.sampled_from(["cot", "mask"]),
        lat=st.floats(30, 45),
        lon=st.floats(-120, -75),
        stock=st.integers(0, 50),
        reserve=st.integers(0, 20),
        committed=st.integers(0, 20),
        level=st.sampled_from([1, 2, 9]),
        mobilisation=st.floats(0, 8),
    ),
    max_size=8,
)
REQUESTS = st.lists(
    st.builds(
        Request,
        id=st.uuids().map(str),
        requester=st.sampled_from("abcd"),
        kind=st.sampled_from(["cot", "mask"]),
        lat=st.floats(30, 45),
        lon=st.floats(-120, -75),
        requested=st.integers(0, 60),
        due=st.floats(1, 90),
        priority=st.integers(1, 5),
        level=st.sampled_from([1, 2, 9]),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(LOTS, REQUESTS, st.randoms())
def test_a_plan_never_breaks_a_rule_and_does_not_depend_on_the_order_of_its_input(lots, requests, random):
    snapshot = Snapshot(lots, requests)
    plan = greedy(snapshot)
    for one in lots:
        assert sum(s.units for s in plan.shipments if s.lot == one.id) <= one.releasable
    held = {one.id: one for one in lots}
    for one in requests:
        sent = [s for s in plan.shipments if s.request == one.id]
        assert sum(s.units for s in sent) + plan.unmet[one.id] == one.quantity
        for s in sent:
            lot = held[s.lot]
            assert lot.kind == one.kind and lot.donor != one.requester and lot.level <= one.level
            assert s.units > 0 and s.hours <= one.due
    shuffled = random.sample(lots, len(lots)), random.sample(requests, len(requests))
    again = greedy(Snapshot(*shuffled))
    assert (again.shipments, again.unmet) == (plan.shipments, plan.unmet)
    for one in requests:
        told = explain(plan, snapshot, one.id)
        assert len(told.serving) + len(told.passed_over) == sum(held.kind == one.kind for held in lots)


@settings(max_examples=60, deadline=None)
@given(LOTS, REQUESTS)
def test_more_stock_never_leaves_a_lone_request_with_less(lots, requests):
    for one in requests[:1]:
        richer = [replace(held, stock=held.stock + 5) for held in lots]
        assert greedy(Snapshot(richer, [one])).unmet[one.id] <= greedy(Snapshot(lots, [one])).unmet[one.id]

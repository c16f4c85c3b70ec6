# SPDX-License-Identifier: Apache-2.0
"""Every unit has a last known custodian and time; a silent leg is seen."""

import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hansa.aid.rules import custody, presence

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
COTS = uuid.UUID(int=1)
LEG = uuid.UUID(int=7)


def event(number, kind, minutes, custodian):
    return custody.Event(uuid.UUID(int=number), kind, NOON + timedelta(minutes=minutes), custodian, f"{custodian} yard")


TRIP = [
    event(1, custody.DEPARTED, 0, "Lake Freight"),
    event(2, custody.ARRIVED, 60, "Lake Freight"),
    event(3, custody.HANDED_OVER, 90, "Plains Haulage"),
]


def count(kind, quantity, custodian="chicago-il", minutes=200):
    return custody.Count(COTS, kind, Decimal(quantity), custodian, "Dock 4", NOON + timedelta(minutes=minutes))


@given(st.permutations(TRIP))
def test_the_last_custodian_does_not_depend_on_the_order_of_arrival(events):
    assert custody.last_custody(events).custodian == "Plains Haulage"


kinds = st.sampled_from([custody.RECEIVED, custody.CAME_HOME, custody.LOST])
counts = st.lists(st.builds(count, kinds, st.integers(1, 150)), max_size=5)


@given(counts, st.permutations(TRIP))
def test_every_unit_has_a_custodian_and_a_time(found, events):
    where = custody.positions({COTS: Decimal(200)}, events, found)
    assert sum(p.quantity for p in where) >= 200
    assert all(p.custodian and p.since for p in where)
    by_hand = sum(c.quantity for c in found if c.kind != custody.LOST)
    assert sum(p.quantity for p in where) == max(Decimal(200), Decimal(by_hand))


def test_what_nobody_counted_is_with_the_last_custodian():
    where = custody.positions({COTS: Decimal(200)}, TRIP, [count(custody.RECEIVED, 120)])
    assert [(p.custodian, p.quantity, p.state) for p in where] == [
        ("chicago-il", 120, custody.RECEIVED), ("Plains Haulage", 80, "in-transit"),
    ]  # fmt: skip


def test_lost_units_stay_with_the_one_who_had_them_last():
    where = custody.positions({COTS: Decimal(200)}, TRIP, [count(custody.LOST, 80, "Plains Haulage")])
    assert ("Plains Haulage", 80, custody.LOST) in [(p.custodian, p.quantity, p.state) for p in where]


def test_a_leg_without_word_past_its_time_is_overdue():
    due = NOON + timedelta(hours=12)
    assert custody.leg_state(due, NOON, None, NOON + timedelta(hours=1)) == custody.AHEAD
    assert custody.leg_state(due, NOON, None, NOON + timedelta(hours=9)) == custody.SOON
    assert custody.leg_state(due, NOON, None, due) == custody.OVERDUE
    assert custody.leg_state(due, NOON, due + timedelta(hours=1), due + timedelta(hours=2)) == custody.DONE


def test_a_code_is_six_characters_that_cannot_be_misread():
    code = custody.new_code()
    assert len(code) == 6 and not set(code) & set("01ILOU")


def test_a_code_fits_only_its_own_leg_however_it_is_typed():
    sealed = custody.seal_code("K7QM2X", LEG)
    assert custody.code_fits(" k7q-m2x ", LEG, sealed)
    assert not custody.code_fits("K7QM2Y", LEG, sealed)
    assert not custody.code_fits("K7QM2X", uuid.UUID(int=8), sealed)
    assert "K7QM2X" not in sealed


def check(number, person, direction, minutes):
    return presence.Check(uuid.UUID(int=number), uuid.UUID(int=person), direction, NOON + timedelta(minutes=minutes))


def test_a_person_checked_in_by_two_people_counts_once():
    checks = [check(1, 5, presence.IN, 0), check(2, 5, presence.IN, 3)]
    assert presence.arrived_and_released([uuid.UUID(int=5)], checks) == (1, 0)


def test_a_person_who_left_is_released_and_one_who_came_back_is_present():
    left = [check(1, 5, presence.IN, 0), check(2, 5, presence.OUT, 60)]
    assert presence.arrived_and_released([uuid.UUID(int=5)], left) == (1, 1)
    assert presence.arrived_and_released([uuid.UUID(int=5)], [*left, check(3, 5, presence.IN, 90)]) == (1, 0)


def test_a_person_who_never_came_is_expected():
    assert presence.states([uuid.UUID(int=5)], []) == {uuid.UUID(int=5): presence.EXPECTED}

# SPDX-License-Identifier: Apache-2.0
"""Quantities balance, whatever is said and in whatever order."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from hansa.aid.rules.quantities import (
    Agreed,
    Asked,
    Balance,
    Offered,
    Sent,
    agreed_balance,
    balance,
    conflicts,
    equations,
    violations,
)

units = st.integers(0, 500).map(Decimal)
sent = st.builds(Sent, sent=units, received=units, damaged=units, lost=units, came_home=units)
agreed = st.builds(
    Agreed, granted=units, recalled=units, cancelled=units,
    out=st.lists(sent, max_size=3).map(tuple), back=st.lists(sent, max_size=2).map(tuple),
)  # fmt: skip
offered = st.builds(
    Offered, quantity=units, declined=units, withdrawn=st.booleans(), agreements=st.lists(agreed, max_size=3).map(tuple)
)
asked = st.builds(Asked, quantity=units, dropped=units, offers=st.lists(offered, max_size=4).map(tuple))


@given(asked)
def test_every_equation_holds_whatever_was_said(line):
    assert violations(balance(line)) == []


@given(st.lists(asked, max_size=4))
def test_the_sum_of_lines_balances_as_each_line_does(lines):
    assert violations(sum((balance(line) for line in lines), Balance())) == []


@given(asked, st.randoms())
def test_the_order_of_offers_and_shipments_plays_no_part(line, random):
    offers = list(line.offers)
    random.shuffle(offers)
    assert balance(Asked(line.quantity, line.dropped, tuple(offers))) == balance(line)


@given(agreed)
def test_sending_more_never_makes_less_received(line):
    more = Agreed(line.granted, line.recalled, line.cancelled, (*line.out, Sent(Decimal(10))), line.back)
    assert agreed_balance(more).received == agreed_balance(line).received
    assert agreed_balance(more).in_transit == agreed_balance(line).in_transit + 10


def test_a_straight_delivery_leaves_nothing_open():
    line = Asked(Decimal(400), offers=(Offered(Decimal(400), agreements=(
        Agreed(Decimal(400), out=(Sent(Decimal(400), received=Decimal(400)),)),)),))  # fmt: skip
    found = balance(line)
    assert (found.open, found.received, found.in_use, found.in_transit) == (0, 400, 400, 0)
    assert not conflicts(found)


def test_a_recall_reaches_only_what_was_not_sent():
    found = agreed_balance(Agreed(Decimal(400), recalled=Decimal(400), out=(Sent(Decimal(300)),)))
    assert (found.recalled, found.in_transit, found.promised) == (100, 300, 0)


def test_recall_and_cancellation_of_the_same_units_count_once():
    found = agreed_balance(Agreed(Decimal(400), recalled=Decimal(250), cancelled=Decimal(250)))
    assert (found.recalled, found.cancelled, found.promised) == (250, 150, 0)


def test_lost_units_are_open_again():
    line = Asked(Decimal(100), offers=(Offered(Decimal(100), agreements=(
        Agreed(Decimal(100), out=(Sent(Decimal(100), lost=Decimal(40)),)),)),))  # fmt: skip
    found = balance(line)
    assert (found.lost, found.in_transit, found.open) == (40, 60, 40)


def test_a_lost_leg_that_turns_up_after_all_corrects_itself():
    found = agreed_balance(Agreed(Decimal(100), out=(Sent(Decimal(100), lost=Decimal(40), received=Decimal(100)),)))
    assert (found.lost, found.received, found.beyond_shipment) == (0, 100, 0)


def test_more_received_than_shipped_is_a_conflict_and_still_balances():
    found = agreed_balance(Agreed(Decimal(100), out=(Sent(Decimal(100), received=Decimal(110)),)))
    assert conflicts(found) == {"beyond_shipment": Decimal(10)}
    assert equations(found)["sent"] == (110, 110)


def test_agreeing_beyond_the_offer_is_a_conflict():
    found = balance(Asked(Decimal(500), offers=(Offered(Decimal(100), agreements=(Agreed(Decimal(120)),)),)))
    assert conflicts(found) == {"beyond_offer": Decimal(20)}


def test_offers_beyond_the_request_show_as_surplus_only_once_agreed():
    waiting = balance(Asked(Decimal(100), offers=(Offered(Decimal(150)),)))
    assert (waiting.surplus, waiting.waiting, waiting.open) == (0, 150, 100)
    agreed = balance(Asked(Decimal(100), offers=(Offered(Decimal(150), agreements=(Agreed(Decimal(150)),)),)))
    assert (agreed.surplus, agreed.open) == (50, 0)


def test_withdrawing_an_offer_leaves_what_both_signed():
    offer = Offered(Decimal(80), withdrawn=True, agreements=(Agreed(Decimal(30)),))
    found = balance(Asked(Decimal(100), offers=(offer,)))
    assert (found.withdrawn, found.promised, found.open) == (50, 30, 70)


def test_people_who_went_home_after_their_mission_are_released_and_the_need_was_met():
    mission = Agreed(Decimal(10), out=(Sent(Decimal(10), received=Decimal(10)),), back=(Sent(Decimal(4), Decimal(4)),))
    found = balance(Asked(Decimal(10), offers=(Offered(Decimal(10), agreements=(mission,)),)))
    assert (found.released, found.in_use, found.open) == (4, 6, 0)


def test_damaged_units_do_not_meet_the_need():
    found = balance(Asked(Decimal(10), offers=(Offered(Decimal(10), agreements=(
        Agreed(Decimal(10), out=(Sent(Decimal(10), received=Decimal(7), damaged=Decimal(3)),)),)),)))  # fmt: skip
    assert (found.received, found.damaged, found.open) == (7, 3, 3)


def test_a_wrong_book_is_noticed():
    wrong = Balance(asked=Decimal(10), open=Decimal(9))
    assert violations(wrong) == ["asked"]
    assert "promised" in violations(Balance(promised=Decimal(-1), recalled=Decimal(1)))
    assert set(equations(wrong)) == {"asked", "offered", "agreed", "sent", "received", "returned"}

# SPDX-License-Identifier: Apache-2.0
"""Shipments: every unit has a custodian, every hand-over a time, and what is counted is what everyone sees."""

from decimal import Decimal

import pytest
import time_machine

from hansa import ledger
from hansa.aid.actions import shipment as actions
from hansa.aid.actions.shipment import Count
from hansa.aid.acts import phrases
from hansa.aid.acts.delivery import ShipmentReceived
from hansa.aid.models import HandoverCode, Movement, Shipment, Stock, Tally
from hansa.aid.queries import shipment as queries
from hansa.aid.queries.balance import activation_balances, balance_violations
from hansa.aid.queries.progress import steps_of
from hansa.aid.rules import custody
from hansa.aid.tests.league import ask, later
from hansa.aid.tests.path import accept, agree, code_of, offer_on, receive, reload, send, trip
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty.models import Duty, Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def agreement(league):
    """Return 400 cots of Oakland's, agreed with Chicago."""
    return agree(league, offer_on(ask(league), league.oakland))


def only_balance(league):
    with member_scope("chicago-il"):
        assert balance_violations() == []
        assert balance_violations(league.activation.id) == []
        [line] = activation_balances(league.activation.id)
        return line


def units(line):
    return {name: getattr(line.balance, name) for name in ("in_transit", "received", "damaged", "lost", "open")}


def test_what_is_sent_has_a_custodian_a_time_and_a_code_from_the_start(league, agreement):
    shipment = send(league, agreement)
    with member_scope("portland-or"):
        journey = queries.journey(shipment)
        assert [(p.custodian, p.quantity, p.state) for p in journey.positions] == [("Lake Freight", 400, "in-transit")]
        assert journey.leg.code is None, "the code is the sender's alone"
    assert len(code_of(league, shipment)) == 6
    assert units(only_balance(league)) == {"in_transit": 400, "received": 0, "damaged": 0, "lost": 0, "open": 0}


def test_nothing_leaves_before_both_have_signed(league):
    proposed = accept(league, offer_on(ask(league), league.oakland))
    with member_scope("oakland-ca"), pytest.raises(Refused, match="Not both sides have signed"):
        actions.send_shipment(proposed, {}, trip(), actor=league.oakland, at=clock.now())


@pytest.mark.parametrize(
    ("quantity", "words"), [(401, "400 cots can be sent"), (-1, "below zero"), (0, "Nothing is loaded")]
)
def test_more_than_was_promised_or_nothing_is_not_sent(league, agreement, quantity, words):
    with pytest.raises(Invalid, match=words):
        send(league, agreement, quantity)
    with member_scope("oakland-ca"):
        assert not Shipment.objects.exists()


def test_a_leg_needs_a_custodian_and_a_time_after_its_departure(league, agreement):
    for bad, field in ((trip(" "), "custodian"), (trip(due=later(hours=-1)), "due")):
        with pytest.raises(Invalid) as caught:
            send(league, agreement, trip=bad)
        assert set(caught.value.errors) == {field}


def test_the_same_form_sent_twice_is_one_shipment(league, agreement):
    key = new_id()
    assert send(league, agreement, 100, id=key).id == send(league, agreement, 100, id=key).id
    with member_scope("oakland-ca"):
        assert Shipment.objects.count() == 1


def test_two_tabs_do_not_send_the_same_units_twice(league, agreement):
    send(league, agreement, 300)
    with pytest.raises(Invalid, match="100 cots can be sent"):
        send(league, agreement, 300)


def test_the_stock_of_the_donor_goes_down_with_what_left_and_up_with_what_came_home(league, agreement):
    with member_scope("oakland-ca"):
        before = Stock.objects.get(kind="cot").quantity
    shipment = send(league, agreement, 300)
    with member_scope("oakland-ca"):
        assert Stock.objects.get(kind="cot").quantity == before - 300
        offer = shipment.lines.get().offer
        actions.take_home(shipment, {offer: Decimal(300)}, actor=league.oakland, at=clock.now())
        assert Stock.objects.get(kind="cot").quantity == before
    found = only_balance(league).balance
    assert (found.came_home, found.in_transit, found.open) == (300, 0, 300)


def test_a_hand_over_by_code_moves_custody_and_makes_a_new_code(league, agreement):
    shipment = send(league, agreement)
    first = code_of(league, shipment)
    with member_scope("chicago-il"):
        act = actions.hand_over_shipment(
            shipment,
            trip("Plains Haulage", place="Omaha"),
            actor=league.chicago,
            at=clock.now(),
            code=f" {first.lower()} ",
        )
        journey = queries.journey(shipment)
        assert journey.leg.opened.custodian == "Plains Haulage" and journey.leg.opened.by_code
        assert [p.custodian for p in journey.positions] == ["Plains Haulage"]
        assert queries.handover_code(act.id) not in (None, first)


def test_a_wrong_code_hands_nothing_over(league, agreement):
    shipment = send(league, agreement)
    wrong = "222222" if code_of(league, shipment) != "222222" else "333333"
    with member_scope("chicago-il"), pytest.raises(Invalid, match="not the code"):
        actions.hand_over_shipment(shipment, trip("X"), actor=league.chicago, at=clock.now(), code=wrong)
    with member_scope("chicago-il"):
        assert Movement.objects.count() == 1


def test_a_wrong_code_is_refused_by_every_node(league, agreement):
    shipment = send(league, agreement)
    with member_scope("chicago-il"):
        offer = shipment.lines.get().offer
        body = ShipmentReceived(
            shipment=shipment.id,
            leg=shipment.id,
            place="Dock",
            happened=clock.now(),
            code="222222",
            lines=({"offer": offer, "received": 1},),
        )
        with pytest.raises(Refused, match="not the code"):
            ledger.submit(league.chicago, body, refs=(shipment.id,))


def test_a_bystander_can_say_nothing_about_a_shipment(league, agreement):
    shipment = send(league, agreement)
    with member_scope("portland-or"):
        for act in (
            lambda: actions.report_arrival(shipment, "Here", actor=league.portland, at=clock.now()),
            lambda: actions.hand_over_shipment(shipment, trip("X"), actor=league.portland, at=clock.now()),
            lambda: actions.receive_shipment(shipment, [], actor=league.portland, at=clock.now()),
        ):
            with pytest.raises(Refused, match="Only"):
                act()


def test_the_sender_does_not_receive_its_own_goods(league, agreement):
    shipment = send(league, agreement)
    with member_scope("oakland-ca"), pytest.raises(Refused, match="Only the member to which it was sent"):
        actions.receive_shipment(shipment, [], actor=league.oakland, at=clock.now())


def test_who_may_not_receive_is_told_which_office_could(league, agreement):
    shipment = send(league, agreement)
    clerk = Actor(new_id(), "chicago-il", "public-information", "Exercise clerk", ("public-information",))
    with member_scope("chicago-il"), pytest.raises(Refused) as caught:
        actions.receive_shipment(shipment, [], actor=clerk, at=clock.now())
    assert "logistics" in caught.value.verdict.who


def test_a_partial_receipt_leaves_the_rest_with_the_carrier(league, agreement):
    shipment = send(league, agreement)
    receive(league, shipment, 250, damaged=10)
    found = only_balance(league)
    assert units(found) == {"in_transit": 140, "received": 250, "damaged": 10, "lost": 0, "open": 10}
    receive(league, shipment, 140)
    assert units(only_balance(league))["in_transit"] == 0


def test_missing_units_are_lost_with_the_last_custodian_and_the_need_is_open_again(league, agreement):
    shipment = send(league, agreement)
    receive(league, shipment, 380, missing=20)
    assert units(only_balance(league)) == {"in_transit": 0, "received": 380, "damaged": 0, "lost": 20, "open": 20}
    with member_scope("chicago-il"):
        where = queries.journey(shipment).positions
        assert ("Lake Freight", 20, custody.LOST) in [(p.custodian, p.quantity, p.state) for p in where]


def test_a_lost_leg_that_turns_up_corrects_itself(league, agreement):
    shipment = send(league, agreement)
    with member_scope("oakland-ca"):
        offer = shipment.lines.get().offer
        actions.report_lost(shipment, {offer: Decimal(400)}, actor=league.oakland, at=clock.now(), note="No word")
    assert units(only_balance(league)) == {"in_transit": 0, "received": 0, "damaged": 0, "lost": 400, "open": 400}
    receive(league, shipment, 400)
    found = only_balance(league)
    assert units(found) == {"in_transit": 0, "received": 400, "damaged": 0, "lost": 0, "open": 0}
    assert not found.conflicts


def test_more_received_than_sent_is_shown_as_a_conflict_and_still_balances(league, agreement):
    shipment = send(league, agreement)
    receive(league, shipment, 410)
    found = only_balance(league)
    assert found.conflicts == {"beyond_shipment": Decimal(10), "surplus": Decimal(10)}
    with member_scope("oakland-ca"):
        assert queries.journey(shipment).beyond == {shipment.lines.get().offer: Decimal(10)}


def test_counts_below_zero_and_of_nothing_are_refused(league, agreement):
    shipment = send(league, agreement)
    for received, words in ((-1, "below zero"), (0, "Nothing was counted")):
        with pytest.raises(Invalid, match=words):
            receive(league, shipment, received)
    with member_scope("chicago-il"), pytest.raises(Invalid, match="no such line"):
        actions.receive_shipment(shipment, [Count(new_id(), Decimal(1))], actor=league.chicago, at=clock.now())
    with member_scope("chicago-il"):
        assert not Tally.objects.exists()


def test_no_more_can_be_lost_than_is_on_the_way(league, agreement):
    shipment = send(league, agreement)
    receive(league, shipment, 390)
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="Fewer are still on the way"):
        actions.report_lost(shipment, {shipment.lines.get().offer: Decimal(11)}, actor=league.oakland, at=clock.now())


def test_what_was_received_can_be_sent_back_and_is_then_released(league, agreement):
    receive(league, send(league, agreement), 400)
    back = send(league, agreement, 150, back=True)
    assert only_balance(league).balance.returning == 150
    receive(league, back, 140, missing=10)
    found = only_balance(league).balance
    assert (found.released, found.lost_returning, found.in_use, found.open) == (140, 10, 250, 0)
    with pytest.raises(Invalid, match="250 cots can be sent"):
        send(league, agreement, 251, back=True)


def test_a_silent_leg_is_seen_once_it_is_overdue_and_not_after_a_word(league, agreement):
    shipment = send(league, agreement)
    with member_scope("portland-or"):
        assert queries.silent_legs() == []
        now = later(hours=13)
        assert [leg.shipment_id for leg in queries.silent_legs(now=now)] == [shipment.id]
        assert queries.journey(shipment, now=now).leg.silent
        [row] = queries.summaries([shipment], now=now)
        assert row.state == custody.OVERDUE
    with member_scope("oakland-ca"):
        actions.report_arrival(shipment, "Omaha", actor=league.oakland, at=clock.now())
        assert queries.silent_legs(now=now) == []
        assert not queries.journey(shipment, now=now).leg.silent


def test_the_receiver_is_asked_to_receive_until_every_unit_was_counted(league, agreement):
    shipment = send(league, agreement)
    with member_scope("chicago-il"):
        assert Duty.objects.get(kind="aid.receive").done_at is None
    receive(league, shipment, 250)
    with member_scope("chicago-il"):
        assert Duty.objects.get(kind="aid.receive").done_at is None
    receive(league, shipment, 150)
    with member_scope("chicago-il"):
        assert Duty.objects.get(kind="aid.receive").done_at is not None
    with member_scope("oakland-ca"):
        assert Duty.objects.get(kind="aid.send").done_at is not None
        assert Notice.objects.filter(topic="aid.shipment.received").count() == 2


def test_an_event_from_the_future_or_before_the_departure_is_refused(league, agreement):
    shipment = send(league, agreement)
    for moment, words in ((later(hours=1), "not come yet"), (later(hours=-1), "before it departed")):
        with pytest.raises(Invalid, match=words):
            receive(league, shipment, 400, happened=moment)


def test_each_step_of_a_line_has_its_clock(league):
    line = ask(league)
    with time_machine.travel(later(hours=1)):
        agreement = agree(league, offer_on(line, league.oakland))
    with time_machine.travel(later(hours=3)):
        shipment = send(league, agreement)
    with time_machine.travel(later(hours=9)):
        receive(league, shipment, 400)
        with member_scope("chicago-il"):
            steps = {step.name: step.took for step in steps_of(line)}
    hours = {name: round(took.total_seconds() / 3600) if took else None for name, took in steps.items()}
    assert hours == {"requested": None, "offered": 1, "signed": 0, "shipped": 2, "received": 6}


def test_codes_of_other_members_do_not_show(league, agreement):
    send(league, agreement)
    with member_scope("chicago-il"):
        assert not HandoverCode.objects.exists()
    assert reload(agreement).state == "in-force"


def test_a_carrier_is_named_as_it_was_written_and_a_member_by_its_name(league):
    assert phrases.custodian("EXERCISE Freight") == "EXERCISE Freight"
    assert phrases.custodian("chicago-il") == phrases.naming.member("chicago-il") != "chicago-il"

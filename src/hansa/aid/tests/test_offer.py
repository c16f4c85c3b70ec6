# SPDX-License-Identifier: Apache-2.0
"""Offers: they hold stock back, never promise twice, and are free again when nobody needs them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from hansa.aid.actions import offer as actions
from hansa.aid.actions import request as requests
from hansa.aid.actions import stock as stocks
from hansa.aid.actions.offer import Offered
from hansa.aid.acts.offer import Cost
from hansa.aid.models import Offer, Stock, StockChange
from hansa.aid.queries import offer as queries
from hansa.aid.queries.request import covered_line
from hansa.aid.queries.stock import above_reserve
from hansa.aid.rules import offers as rules
from hansa.aid.tests.league import ask, stock_up, wanted
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused

pytestmark = pytest.mark.django_db


def terms(quantity=100, *, hours: float = 24, **more) -> Offered:
    now = clock.now()
    arrives = now + timedelta(hours=hours)
    return Offered(Decimal(quantity), now, arrives, more.pop("valid_until", now + timedelta(hours=48)), **more)


def offer(league, line, actor=None, quantity=100, **more) -> Offer:
    actor = actor or league.oakland
    with member_scope(actor.member):
        act = actions.make_offer(line, terms(quantity, **more), actor=actor, at=clock.now())
        return Offer.objects.get(id=act.id)


def free(actor, kind="cot", level=0) -> Decimal:
    with member_scope(actor.member):
        return above_reserve(actor.member, kind, level, clock.now())


def test_an_offer_holds_back_stock_until_it_is_withdrawn(league):
    stock_up(league.oakland)
    line = ask(league)
    assert free(league.oakland) == 700  # 30 % of 1,000 stay
    made = offer(league, line, quantity=300)
    assert free(league.oakland) == 400
    with member_scope("oakland-ca"):
        actions.withdraw_offer(made, reason="A fire of our own", actor=league.oakland, at=clock.now())
    assert free(league.oakland) == 700


def test_more_than_what_is_above_the_reserve_is_refused_with_the_number(league):
    stock_up(league.oakland, quantity=457)
    line = ask(league)
    with member_scope("oakland-ca"), pytest.raises(Invalid) as caught:
        actions.make_offer(line, terms(321), actor=league.oakland, at=clock.now())
    assert str(caught.value.errors["quantity"]) == "319 are above your reserve. Nothing was signed. Enter 319 or fewer."
    with member_scope("oakland-ca"):
        assert Offer.objects.count() == 0


def test_the_same_units_are_not_offered_twice(league):
    stock_up(league.oakland)
    first, second = ask(league), ask(league)
    offer(league, first, quantity=600)
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="100 are above"):
        actions.make_offer(second, terms(200), actor=league.oakland, at=clock.now())


def test_an_offer_sent_twice_is_one_offer_even_when_it_took_all_there_was(league):
    stock_up(league.oakland)
    line, key = ask(league, wanted(quantity=700)), new_id()
    with member_scope("oakland-ca"):
        first = actions.make_offer(line, terms(700), actor=league.oakland, at=clock.now(), id=key)
        again = actions.make_offer(line, terms(700), actor=league.oakland, at=clock.now(), id=key)
        assert first.id == again.id
        assert Offer.objects.count() == 1


def test_who_has_nothing_is_told_to_decline_or_to_count_stock(league):
    line = ask(league)
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="None are above your reserve"):
        actions.make_offer(line, terms(1), actor=league.oakland, at=clock.now())


@pytest.mark.parametrize("quantity", [0, -4, "1.5"])
def test_quantities_that_cannot_be_are_refused(league, quantity):
    stock_up(league.oakland)
    line = ask(league)
    with member_scope("oakland-ca"), pytest.raises(Invalid) as caught:
        actions.make_offer(line, terms(quantity), actor=league.oakland, at=clock.now())
    assert set(caught.value.errors) == {"quantity"}


def test_an_offer_firm_until_a_time_past_is_refused(league):
    stock_up(league.oakland)
    line = ask(league)
    with member_scope("oakland-ca"), pytest.raises(Invalid) as caught:
        actions.make_offer(
            line, terms(1, valid_until=clock.now() - timedelta(minutes=1)), actor=league.oakland, at=clock.now()
        )
    assert set(caught.value.errors) == {"valid_until"}


def test_nobody_offers_on_their_own_request(league):
    stock_up(league.chicago)
    line = ask(league)
    with member_scope("chicago-il"), pytest.raises(Refused, match="your own request"):
        actions.make_offer(line, terms(1), actor=league.chicago, at=clock.now())


def test_a_type_that_is_not_good_enough_is_refused(league):
    engine = "4-508-1276"
    stock_up(league.oakland, engine, 20, level=3)
    line = ask(league, wanted(engine, 2, level=2))
    with member_scope("oakland-ca"), pytest.raises(Invalid, match="type 2 or better"):
        actions.make_offer(line, terms(1, level=3), actor=league.oakland, at=clock.now())


def test_a_declined_part_is_free_again(league):
    stock_up(league.oakland)
    made = offer(league, ask(league), quantity=300)
    with member_scope("chicago-il"):
        actions.decline_offer(made, reason="covered", quantity=Decimal(100), actor=league.chicago, at=clock.now())
        found = queries.answered(made.id, clock.now())
        assert (found.waiting, found.declined, found.status) == (200, 100, rules.STANDING)
        with pytest.raises(Invalid, match="200 of this offer"):
            actions.decline_offer(made, reason="covered", quantity=Decimal(300), actor=league.chicago, at=clock.now())
        actions.decline_offer(made, reason="late", actor=league.chicago, at=clock.now())
        assert queries.answered(made.id, clock.now()).status == rules.DECLINED
    assert free(league.oakland) == 700


def test_only_the_requester_declines_an_offer(league):
    stock_up(league.oakland)
    made = offer(league, ask(league))
    with member_scope("portland-or"), pytest.raises(Refused):
        actions.decline_offer(made, reason="late", actor=league.portland, at=clock.now())


def test_a_cancelled_request_frees_the_offers_on_it(league):
    stock_up(league.oakland)
    line = ask(league)
    offer(league, line, quantity=300)
    with member_scope("chicago-il"):
        requests.cancel_request(line, actor=league.chicago, at=clock.now(), reason="Found nearer")
    assert free(league.oakland) == 700


def test_offers_show_on_the_line_and_in_its_sums(league):
    stock_up(league.oakland)
    stock_up(league.portland)
    line = ask(league)
    offer(league, line, quantity=300, costs=[Cost(category="travel", terms="bill", amount="1200.50"),
                                             Cost(category="personnel", terms="waive", amount="900")])  # fmt: skip
    offer(league, line, league.portland, quantity=50)
    with member_scope("milwaukee-wi"):
        seen = covered_line(line.id, others=3, now=clock.now())
        listed = queries.on_line(line.id, clock.now())
        assert (seen.offered, seen.offers, seen.agreed, seen.status) == (350, 2, 0, "open")
        assert {one.offer.donor: one.offer.total for one in listed} == {
            "oakland-ca": Decimal("1200.50"),
            "portland-or": 0,
        }


def test_what_leaves_and_comes_home_changes_stock_once_per_act(league):
    stock_up(league.oakland, quantity=500, site="A")
    stock_up(league.oakland, quantity=100, site="B")
    shipment = new_id()
    with member_scope("oakland-ca"):
        for _ in range(2):
            stocks.take_out("oakland-ca", "cot", 0, Decimal(150), source=shipment, at=clock.now(), site="B")
        assert dict(Stock.objects.values_list("site", "quantity")) == {"A": 450, "B": 0}
        back = new_id()
        for _ in range(2):
            stocks.bring_back("oakland-ca", "cot", 0, Decimal(150), source=back, at=clock.now(), site="B")
        assert dict(Stock.objects.values_list("site", "quantity")) == {"A": 450, "B": 150}
        assert StockChange.objects.count() == 5


def test_a_neighbour_on_the_same_node_sees_nobody_elses_stock(league):
    stock_up(league.oakland)
    with member_scope("portland-or"):
        assert Stock.objects.count() == 0

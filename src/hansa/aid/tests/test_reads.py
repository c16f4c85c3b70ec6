# SPDX-License-Identifier: Apache-2.0
"""Reads: the SQL says what the rules say, whatever was said in whatever order, and costs the same for ten thousand."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.aid.actions import stock as stocks
from hansa.aid.board import requests_panel
from hansa.aid.models import AgreementLine, Availability, Offer, OfferDecline, RequestDecline, RequestLine
from hansa.aid.queries import catalogue, suggestion
from hansa.aid.queries import offer as offers
from hansa.aid.queries import request as queries
from hansa.aid.queries.place import Place, seat_of
from hansa.aid.rules import offers as offer_rules
from hansa.aid.rules import requests as rules
from hansa.aid.tests.league import ask, stock_up, wanted
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.pact.models import GuestInvitation, Member

pytestmark = pytest.mark.django_db


def audience_of(league) -> str:
    return league.activation.audience


def some_lines(league, count: int) -> list[RequestLine]:
    """Write rows as acts would leave them: this is about reading many."""
    now, kinds = clock.now(), list(catalogue.catalogue.shipped())
    rows = [
        RequestLine(
            id=new_id(),
            sheet=league.activation.id,
            number=n + 1,
            activation=league.activation.id,
            author="chicago-il",
            requester="chicago-il",
            kind=kinds[n % 60],
            quantity=Decimal(10 + n % 90),
            place="Gate",
            lat=41.8,
            lon=-87.6,
            needed_by=now + timedelta(hours=n % 70),
            priority=n % 5 + 1,
            opened_at=now,
            changed_at=now,
            changed_by="0" * 64,
            audience=audience_of(league),
        )
        for n in range(count)
    ]
    return RequestLine.objects.bulk_create(rows, batch_size=2000)


def offer_row(league, line, quantity, *, donor="oakland-ca", **more) -> Offer:
    now = clock.now()
    values = {"available_from": now, "arrives_at": now + timedelta(hours=9), "valid_until": now + timedelta(hours=20)}
    return Offer.objects.create(
        id=new_id(),
        line=line,
        activation=line.activation,
        donor=donor,
        requester="chicago-il",
        kind=line.kind,
        quantity=quantity,
        site="Depot",
        offered_at=now,
        audience=audience_of(league),
        **values | more,
    )


def granted_row(league, offer, granted, recalled=0, cancelled=0) -> None:
    AgreementLine.objects.create(
        id=new_id(),
        agreement_id=new_id(),
        activation=offer.activation,
        offer=offer.id,
        request=offer.line_id,
        kind=offer.kind,
        granted=granted,
        recalled=recalled,
        cancelled=cancelled,
        audience=audience_of(league),
    )


STORIES = st.lists(
    st.tuples(
        st.integers(1, 120),  # offered
        st.integers(0, 120),  # declined by the requester
        st.integers(0, 120),  # granted
        st.integers(0, 60),  # recalled
        st.booleans(),  # withdrawn
        st.sampled_from([-1, 5]),  # hours that it stays firm
    ),
    max_size=4,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=STORIES, cancelled=st.booleans(), declined_by=st.sets(st.sampled_from(["oakland-ca", "portland-or"])))
def test_states_in_sql_are_those_of_the_rules(league, stories, cancelled, declined_by):
    now = clock.now()
    with member_scope("chicago-il"):
        (line,) = some_lines(league, 1)
        RequestLine.objects.filter(id=line.id).update(quantity=100, cancelled_at=now if cancelled else None)
        agreed = standing = Decimal(0)
        for offered, declined, granted, recalled, withdrawn, hours in stories:
            granted, recalled = min(granted, offered), min(recalled, granted, offered)
            valid = now + timedelta(hours=hours)
            row = offer_row(league, line, offered, withdrawn_at=now if withdrawn else None, valid_until=valid)
            if granted:
                granted_row(league, row, granted, recalled)
            if declined:
                OfferDecline.objects.create(
                    id=new_id(),
                    offer=row,
                    quantity=declined,
                    reason="late",
                    declined_at=now,
                    audience=audience_of(league),
                )
            agreed += granted - recalled
            standing += offer_rules.waiting(
                quantity=Decimal(offered),
                declined=Decimal(declined),
                agreed=Decimal(granted),
                withdrawn=withdrawn,
                valid_until=valid,
                now=now,
            )
        for donor in declined_by:
            RequestDecline.objects.create(
                id=new_id(), line=line, donor=donor, reason="other", declined_at=now, audience=audience_of(league)
            )
        found = queries.covered_line(line.id, others=2, now=now)
        state = rules.status(
            quantity=Decimal(100), agreed=agreed, cancelled=cancelled, declined_by=len(declined_by), others=2
        )
        assert (found.status, found.agreed, found.offered) == (state, agreed, standing)
        if not cancelled:
            assert sum((one.waiting for one in offers.on_line(line.id, now)), Decimal(0)) == standing


def test_the_board_costs_the_same_for_ten_and_for_ten_thousand_lines(league):
    counted, spent = [], []
    for count in (10, 9_990):
        with member_scope("chicago-il"):
            for line in some_lines(league, count)[:1500]:
                granted_row(league, offer_row(league, line, 5), 4)
            connection.cursor().execute("ANALYZE")
    with member_scope("oakland-ca"):
        for _ in range(5):
            with CaptureQueriesContext(
                connection,
            ) as taken:
                began = time.perf_counter()
                panel = requests_panel(league.activation, league.oakland)
                spent.append(time.perf_counter() - began)
            counted.append(len(taken))
    assert panel["all"] == 10_000
    assert len(panel["rows"]) == 40
    assert max(counted) <= 6
    assert sorted(spent)[2] < 0.2, spent


def test_the_same_state_follows_from_any_order_of_offer_and_cancellation(league):
    from itertools import permutations

    from hansa.aid.actions import offer as offer_actions
    from hansa.aid.actions import request as request_actions
    from hansa.aid.actions.offer import Offered
    from hansa.ledger import get

    stock_up(league.oakland)
    line = ask(league)
    now = clock.now()
    with member_scope("oakland-ca"):
        said = Offered(Decimal(100), now, now + timedelta(hours=9), now + timedelta(hours=20))
        made = offer_actions.make_offer(line, said, actor=league.oakland, at=now)
        row = Offer.objects.get(id=made.id)
    with member_scope("chicago-il"):
        amended = request_actions.amend_request(
            line, wanted(quantity=300), actor=league.chicago, at=now, seen=line.changed_by
        )
        line.refresh_from_db()
        again = request_actions.amend_request(
            line, wanted(quantity=200), actor=league.chicago, at=now, seen=line.changed_by
        )
        declined = offer_actions.decline_offer(row, reason="late", quantity=Decimal(40), actor=league.chicago, at=now)
        cancelled = request_actions.cancel_request(line, actor=league.chicago, at=now, reason="Found nearer")
    with member_scope("oakland-ca"):
        withdrawn = offer_actions.withdraw_offer(row, reason="Fire", actor=league.oakland, at=now)

    def tables():
        return [
            list(model.objects.order_by("pk").values()) for model in (RequestLine, Offer, OfferDecline, RequestDecline)
        ]

    with member_scope("chicago-il"):
        expected = tables()
        acts = [get(act.id) for act in (made, amended, again, declined, cancelled, withdrawn)]
        opened = get(line.id)
        for order in list(permutations(acts))[::7]:
            # What an act refers to came before it: the ledger waits for that.
            told = [opened]
            waiting = [*order, *order]
            while waiting:
                act = next(
                    a
                    for a in waiting
                    if all(r in {t.digest for t in told} for r in a.refs if r in {b.digest for b in acts})
                )
                waiting.remove(act)
                told.append(act)
            for model in (OfferDecline, Offer, RequestDecline, RequestLine):
                model.objects.all().delete()
            for act in told:
                act.body.apply(act)
            assert tables() == expected


def test_the_suggestion_names_the_nearest_with_enough_and_explains_the_others(league):
    line = ask(league, wanted("cot", 500, hours=30))
    for actor, quantity in ((league.milwaukee, 600), (league.oakland, 1000), (league.portland, 0)):
        if quantity:
            stock_up(actor, "cot", quantity)
        with member_scope(actor.member):
            stocks.declare_availability(actor=actor, at=clock.now())
    with member_scope("chicago-il"):
        assert Availability.objects.count() == 2
        told = suggestion.suggest(line, catalogue.kind("cot"), missing=Decimal(500), now=clock.now())
    assert [(d.donor, d.reason.units) for d in told.serving] == [("milwaukee-wi", 420)]
    assert [(d.donor, d.reason.code) for d in told.passed_over] == [("oakland-ca", "late")]
    assert told.unmet == 80


def test_a_new_declaration_replaces_the_last_and_promises_since_are_taken_off(league):
    from hansa.aid.actions import offer as offer_actions
    from hansa.aid.actions.offer import Offered
    from hansa.aid.queries.stock import declared

    stock_up(league.oakland, "cot", 1000)
    line = ask(league)
    with member_scope("oakland-ca"):
        stocks.declare_availability(actor=league.oakland, at=clock.now())
        now = clock.now()
        said = Offered(Decimal(300), now, now + timedelta(hours=50), now + timedelta(hours=60))
        offer_actions.make_offer(line, said, actor=league.oakland, at=now)
    with member_scope("chicago-il"):
        (one,) = declared("cot", clock.now())
        assert (one.row.quantity, one.promised_since) == (700, 300)
    with member_scope("oakland-ca"):
        stocks.declare_availability(actor=league.oakland, at=clock.now())
    with member_scope("chicago-il"):
        (one,) = declared("cot", clock.now())
        assert (one.row.quantity, one.promised_since) == (400, 0)


def test_opening_a_request_takes_few_queries(league):
    with member_scope("chicago-il"), CaptureQueriesContext(connection) as taken:
        ask(league)
    assert len(taken) <= 24, [one["sql"][:90] for one in taken]


def test_a_guest_has_the_seat_of_its_newest_invitation_until_it_ratifies(league):
    told = {
        "author": "chicago-il", "guest": "duluth-mn", "kind": "city", "state": "MN", "population": 86_697,
        "activation": league.activation.id, "charter": league.activation.charter, "called_number": "+1",
        "number_source": "EXERCISE", "called_at": clock.now(), "audience": audience_of(league),
    }  # fmt: skip
    with member_scope("chicago-il"):
        for days, latitude in ((1, "46.1"), (0, "46.78327"), (2, "46.2")):
            GuestInvitation.objects.create(
                **told, id=new_id(), digest=new_id().hex, at=clock.now() - timedelta(days=days), name="Duluth",
                latitude=Decimal(latitude), longitude=Decimal("-92.10658"),
            )  # fmt: skip
        assert seat_of("duluth-mn") == Place("Duluth", 46.78327, -92.10658, "America/Chicago", guest=True)
        assert not seat_of("chicago-il").guest
        assert seat_of("chicago-il").name == Member.objects.get(slug="chicago-il").name
        assert seat_of("nowhere-xx") is None

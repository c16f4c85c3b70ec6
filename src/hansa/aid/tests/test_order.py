# SPDX-License-Identifier: Apache-2.0
"""Acts commute: any order of arrival, and any duplication, leaves the same rows and the same balance."""

import random
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa import ledger
from hansa.aid.actions import agreement as agreements
from hansa.aid.actions import notice as notices
from hansa.aid.actions import shipment as shipments
from hansa.aid.actions.agreement import Change
from hansa.aid.models import (
    Acknowledgement,
    Agreement,
    AgreementLine,
    AgreementNotice,
    Movement,
    Receipt,
    Shipment,
    ShipmentLine,
    Signature,
    Tally,
)
from hansa.aid.queries.balance import activation_balances, balance_violations, total
from hansa.aid.tests.league import ask
from hansa.aid.tests.path import agree, code_of, offer_on, receive, reload, send, trip
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.ledger.models import LoggedAct
from hansa.ledger.publishing import read_act

pytestmark = pytest.mark.django_db
TABLES = (
    Tally,
    Receipt,
    Movement,
    ShipmentLine,
    Shipment,
    Acknowledgement,
    AgreementNotice,
    AgreementLine,
    Agreement,
    Signature,
)


@pytest.fixture
def story(league):
    """Return a league in which two successors of one agreement collide while goods travel, get lost and turn up."""
    agreement = agree(league, offer_on(ask(league), league.oakland))
    shipment = send(league, agreement, 120)
    with member_scope("oakland-ca"):
        offer = agreement.lines.get().offer
        hashes = [
            agreements.amend_agreement(
                agreement, Change("scope", quantities={offer: Decimal(q)}), actor=league.oakland
            ).body.hash
            for q in (250, 300)
        ]
    with member_scope("chicago-il"):
        agreements.sign_versions([(reload(agreement), hash, None) for hash in hashes], actor=league.chicago)
        shipments.hand_over_shipment(
            shipment, trip("Plains Haulage"), actor=league.chicago, at=clock.now(), code=code_of(league, shipment)
        )
        notices.cancel_agreement(
            agreement, "Found some", actor=league.chicago, at=clock.now(), lines={offer: Decimal(30)}
        )
    with member_scope("oakland-ca"):
        notices.recall_agreement(agreement, "Fire", actor=league.oakland, at=clock.now(), lines={offer: Decimal(90)})
        notices.acknowledge_notice(AgreementNotice.objects.get(kind="cancellation"), actor=league.oakland)
        shipments.report_lost(shipment, {offer: Decimal(120)}, actor=league.oakland, at=clock.now())
    receive(league, shipment, 70, damaged=5)
    receive(league, shipment, 60)
    return league


def snapshot():
    return {
        table.__name__: sorted(tuple(sorted((k, str(v)) for k, v in row.items())) for row in table.objects.values())
        for table in TABLES
    }


def replay(acts, order):
    """Apply acts as they would arrive: shuffled, some twice, each once all that it references has come."""
    for table in TABLES:
        table.objects.all().delete()
    waiting = list(acts) + order.sample(acts, len(acts) // 2)
    order.shuffle(waiting)
    known = {act.digest for act in acts}
    done = set()
    while waiting:
        ready = [act for act in waiting if {ref for ref in act.refs if ref in known} <= done]
        act = order.choice(ready)
        waiting.remove(act)
        type(act.body).apply_many([act])
        done.add(act.digest)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_any_order_and_any_duplication_leaves_the_same_rows(story, seed):
    with node_scope():
        rows = LoggedAct.objects.filter(type__regex=r"^aid\.(agreement|shipment)\.")
        acts = [read_act(row) for row in rows]
        assert len(acts) == 14
        before = snapshot()
        sums = total(activation_balances(story.activation.id))
        mark = transaction.savepoint()
        replay(acts, random.Random(seed))  # noqa: S311 (a shuffle, no secret)
        assert snapshot() == before
        assert total(activation_balances(story.activation.id)) == sums
        assert balance_violations() == []
        transaction.savepoint_rollback(mark)


def test_the_collision_stands_as_a_conflict_in_which_nothing_is_lost_from_sight(story):
    with member_scope("portland-or"):
        agreement = Agreement.objects.get()
        assert agreement.state == "conflict" and len(agreement.hashes) == 2
        [line] = activation_balances(story.activation.id)
        found = line.balance
    assert (found.agreed, found.sent, found.recalled, found.cancelled) == (250, 120, 90, 30)
    assert (found.received, found.damaged, found.beyond_shipment, found.lost) == (130, 5, 15, 0)


def test_a_reading_member_sees_each_act_in_words(story):
    with member_scope("portland-or"):
        acts = [ledger.get(id) for id in LoggedAct.objects.filter(type__startswith="aid.").values_list("id", flat=True)]
        for act in acts:
            assert str(act.headline).endswith(".") and all(label and value for label, value in act.facts), act.type

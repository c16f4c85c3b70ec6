# SPDX-License-Identifier: Apache-2.0
"""The same acts, in any order and any number of times, give the same tables: on another node, and after a rebuild."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hansa.activation import actions
from hansa.activation.tests.crisis import (
    CHICAGO,
    DENVER,
    OAKLAND,
    PORTLAND,
    activation,
    by_mayor,
    by_officer,
    found_league,
    invoke,
    situation,
)
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.models import Duty, Notice
from hansa.ledger.models import ParkedLeaf, RefusedLeaf
from hansa.ledger.receiving import receive
from hansa.ledger.tests.elsewhere import elsewhere, leaves_here, logs_here, shared_rows

__all__ = ["elsewhere"]
pytestmark = pytest.mark.django_db


def a_crisis_with_everything() -> None:
    """One attested, objected to, answered, raised, extended, noted, stood down; a second one by voice, adopted."""
    league = found_league()
    opened = invoke(league)
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
    by_mayor(league, OAKLAND, actions.attest_crisis, opened, "Seen.")
    by_mayor(league, PORTLAND, actions.object_to_crisis, opened, "Not met.")
    by_mayor(league, PORTLAND, actions.decline_crisis, opened, "Our own fires.")
    by_mayor(league, CHICAGO, actions.change_level, opened, "full", "Worse.")
    by_mayor(league, CHICAGO, actions.extend_crisis, opened, clock.now() + timedelta(days=30), "Longer.")
    by_officer(league, DENVER, actions.log_line, "Bridge closed", activation=opened, share=True)
    call = {"member": PORTLAND, "caller_office": "chief-executive", "spoken_at": clock.now()}
    spoken = activation(by_officer(league, OAKLAND, actions.report_by_voice, situation(level="alert"), **call).id)
    by_mayor(league, PORTLAND, actions.adopt_report, spoken, spoken.digest)
    by_mayor(league, CHICAGO, actions.stand_down, opened, "Over.")


@pytest.fixture
def history(db):
    a_crisis_with_everything()
    return leaves_here(), logs_here(), shared_rows()


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), doubled=st.floats(0, 0.3))
def test_any_order_and_duplication_gives_the_same_tables_and_no_duty(history, elsewhere, order, doubled):
    leaves, logs, expected = history
    queue = leaves + [leaf for leaf in leaves if order.random() < doubled]
    order.shuffle(queue)
    duties = count_local()
    with elsewhere(logs):
        for leaf in queue:
            receive(leaf)
        assert not RefusedLeaf.objects.exists()
        assert not ParkedLeaf.objects.exists()
        got = shared_rows()
        ours = [table for table in expected if table.startswith("activation_")]
        assert {table: got[table] for table in ours} == {table: expected[table] for table in ours}
        assert all(expected[table] for table in ours if table != "activation_consultation")
    assert count_local() == duties


def count_local() -> int:
    """Return how many duties and notices all members have."""
    total = 0
    for member in (CHICAGO, OAKLAND, PORTLAND, DENVER):
        with member_scope(member):
            total += Duty.objects.count() + Notice.objects.count()
    return total

# SPDX-License-Identifier: Apache-2.0
"""A member invokes by telephone: the duty officer who answers writes it down, the member confirms it in writing."""

from datetime import timedelta

import pytest
import time_machine

from hansa.activation import actions
from hansa.activation.rules import Phase
from hansa.activation.tests.crisis import (
    CHICAGO,
    DENVER,
    OAKLAND,
    activation,
    by_mayor,
    by_officer,
    found_league,
    picture,
    situation,
)
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty import queries as duty
from hansa.duty.rules import ClockState

pytestmark = pytest.mark.django_db


def report(league, **changes):
    """Let Oakland's duty officer write down Chicago's call."""
    call = {
        "member": CHICAGO,
        "caller_office": "chief-executive",
        "spoken_at": clock.now() - timedelta(minutes=5),
        **changes,
    }
    act = by_officer(league, OAKLAND, actions.report_by_voice, situation(level="alert"), **call)
    return activation(act.id)


def test_a_call_has_the_effect_of_the_charter_and_is_shown_as_reported_by_voice():
    league = found_league()
    opened = report(league)
    found = picture(opened.id, DENVER)
    assert (opened.member, opened.reporter, found.standing.phase) == (CHICAGO, OAKLAND, Phase.ACTIVE)
    assert found.standing.unadopted
    with member_scope(DENVER):
        assert duty.for_subject(opened.id, "activation.acknowledge") is not None


def test_the_paper_is_due_within_thirty_days_from_the_member_that_called():
    league = found_league()
    opened = report(league)
    item = picture(opened.id).obligation(CHICAGO, "confirm-in-writing")
    assert item.clock.due - item.clock.opened == timedelta(days=30)
    with time_machine.travel(clock.now() + timedelta(days=31)):
        late = picture(opened.id).obligation(CHICAGO, "confirm-in-writing")
        assert late.state(clock.now()) is ClockState.LATE


def test_the_member_adopts_it_by_its_hash_and_then_it_is_its_own():
    league = found_league()
    opened = report(league)
    with pytest.raises(Invalid, match="another verification code"):
        by_mayor(league, CHICAGO, actions.adopt_report, opened, "0" * 64)
    by_mayor(league, CHICAGO, actions.adopt_report, opened, opened.digest)
    assert not picture(opened.id).standing.unadopted
    with member_scope(CHICAGO):
        assert duty.for_subject(opened.id, "activation.confirm-in-writing").done_at is not None
    with pytest.raises(Refused, match="Only the member in crisis"):
        by_mayor(league, OAKLAND, actions.stand_down, opened, "A mistake.")


def test_who_wrote_it_down_may_close_it_while_nobody_adopted_it():
    league = found_league()
    opened = report(league)
    by_mayor(league, OAKLAND, actions.stand_down, opened, "The call was a test of the line.")
    assert picture(opened.id, DENVER).standing.phase is Phase.STOOD_DOWN


def test_nobody_reports_their_own_crisis_or_that_of_a_stranger_or_from_the_future():
    league = found_league()
    for changes, message in (
        ({"member": OAKLAND}, "Invoke the pact instead"),
        ({"member": "gotham-ny"}, "not in the league"),
        ({"spoken_at": clock.now() + timedelta(hours=1)}, "not come yet"),
    ):
        with pytest.raises(Invalid, match=message):
            report(league, **changes)


def test_another_member_cannot_adopt_it():
    league = found_league()
    opened = report(league)
    with pytest.raises(Refused, match="Only the member that called"):
        by_mayor(league, DENVER, actions.adopt_report, opened, opened.digest)

# SPDX-License-Identifier: Apache-2.0
"""The course of an activation through the real ledger: invoked, attested, answered, changed, stood down."""

from datetime import timedelta

import pytest
import time_machine

from hansa.activation import actions
from hansa.activation.models import Activation
from hansa.activation.rules import Phase
from hansa.activation.tests.crisis import (
    CHICAGO,
    DENVER,
    OAKLAND,
    PORTLAND,
    by_mayor,
    by_officer,
    found_league,
    invoke,
    picture,
    situation,
)
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty import queries as duty
from hansa.duty.rules import ClockState
from hansa.ledger import PendingAct
from hansa.ledger.models import LoggedAct

pytestmark = pytest.mark.django_db


def after(**span):
    """Move the clock ahead."""
    return time_machine.travel(clock.now() + timedelta(**span), tick=False)


def test_what_the_mayor_invokes_waits_for_a_passkey_and_then_every_member_reads_it():
    league = found_league()
    with member_scope(CHICAGO):
        made = actions.invoke_pact(situation(), actor=league.mayor(CHICAGO))
        assert isinstance(made, PendingAct)
        assert not Activation.objects.exists()
    opened = invoke(league)
    with member_scope(DENVER):
        assert Activation.objects.get().id == opened.id


def test_it_is_active_at_the_level_that_enough_members_attested():
    league = found_league()
    opened = invoke(league)
    assert picture(opened.id).standing.level == "alert"
    by_mayor(league, OAKLAND, actions.attest_crisis, opened, "We see it on the river gauges.")
    assert picture(opened.id).standing.missing == 1
    by_mayor(league, DENVER, actions.attest_crisis, opened, "")
    found = picture(opened.id)
    assert (found.standing.phase, found.standing.level, found.standing.missing) == (Phase.ACTIVE, "support", 0)


def test_an_objection_is_kept_with_its_reason_and_a_second_word_is_refused():
    league = found_league()
    opened = invoke(league)
    by_mayor(league, PORTLAND, actions.object_to_crisis, opened, "The pumps are running again.")
    found = picture(opened.id, OAKLAND)
    assert [(s.member, found.reasons[s.act]) for s in found.standing.objected] == [
        (PORTLAND, "The pumps are running again.")
    ]
    with pytest.raises(Refused, match="first word is final"):
        by_mayor(league, PORTLAND, actions.attest_crisis, opened, "")


def test_an_objection_without_a_reason_is_not_taken():
    league = found_league()
    opened = invoke(league)
    with pytest.raises(Invalid, match="Write the reason"):
        by_mayor(league, PORTLAND, actions.object_to_crisis, opened, "  ")


def test_two_thirds_of_the_others_stop_it():
    league = found_league()
    opened = invoke(league)
    for member in (OAKLAND, PORTLAND):
        by_mayor(league, member, actions.object_to_crisis, opened, "Not met.")
    assert picture(opened.id).standing.phase is Phase.STOPPED


def test_a_late_acknowledgement_counts_and_everyone_sees_how_late_it_was():
    league = found_league()
    opened = invoke(league)
    with after(hours=2, minutes=40):
        by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
        item = picture(opened.id, DENVER).obligation(OAKLAND, "acknowledge")
        assert item.state(clock.now()) is ClockState.DONE
        assert item.clock.late_by(clock.now()) // timedelta(minutes=1) == 40
        assert picture(opened.id, DENVER).obligation(PORTLAND, "acknowledge").state(clock.now()) is ClockState.LATE
        assert picture(opened.id, DENVER).answered("acknowledge") == (1, 3)


def test_invoking_opens_duties_for_every_other_member_and_answering_closes_them():
    league = found_league()
    opened = invoke(league)
    with member_scope(CHICAGO):
        assert not duty.open_duties().exists()
    with member_scope(OAKLAND):
        kinds = dict(duty.open_duties().values_list("kind", "office"))
        assert kinds == {"activation.acknowledge": "duty-officer", "activation.attest": "chief-executive"}
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
    by_mayor(league, OAKLAND, actions.attest_crisis, opened, "")
    with member_scope(OAKLAND):
        assert not duty.open_duties().exists()
    with member_scope(DENVER):
        assert duty.open_duties().count() == 2


def test_reaching_the_level_opens_the_duty_to_offer_or_decline_and_declining_closes_it():
    league = found_league()
    opened = invoke(league)
    for member in (OAKLAND, DENVER):
        by_mayor(league, member, actions.attest_crisis, opened, "")
    with member_scope(PORTLAND):
        # Nobody holds emergency management or logistics here: the next office of the charter has it.
        assert duty.for_subject(opened.id, "activation.offer-or-decline").office == "chief-executive"
    by_mayor(league, PORTLAND, actions.decline_crisis, opened, "Our own river is rising.")
    with member_scope(PORTLAND):
        # Nobody holds emergency management or logistics here: the next office of the charter has it.
        assert duty.for_subject(opened.id, "activation.offer-or-decline").done_at is not None
    assert picture(opened.id).obligation(PORTLAND, "offer-or-decline").clock.done is not None


def test_standing_down_waives_what_is_open_and_asks_for_the_review():
    league = found_league()
    opened = invoke(league)
    by_mayor(league, CHICAGO, actions.stand_down, opened, "The water is falling.")
    found = picture(opened.id, OAKLAND)
    assert found.standing.phase is Phase.STOOD_DOWN
    assert found.obligation(OAKLAND, "acknowledge").state(clock.now()) is ClockState.WAIVED
    with member_scope(OAKLAND):
        assert list(duty.open_duties().values_list("kind", flat=True)) == ["activation.review"]
    with pytest.raises(Refused, match="has ended"):
        by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)


def test_only_the_member_in_crisis_stands_down_extends_and_changes_the_level():
    league = found_league()
    opened = invoke(league)
    for action, args in (
        (actions.stand_down, ("Over.",)),
        (actions.extend_crisis, (clock.now() + timedelta(days=30), "Longer.")),
        (actions.change_level, ("full", "Worse.")),
    ):
        with pytest.raises(Refused, match="Only the member in crisis"):
            by_mayor(league, OAKLAND, action, opened, *args)


def test_it_is_extended_and_its_level_raised_by_its_own_member():
    league = found_league()
    opened = invoke(league)
    until = clock.now() + timedelta(days=30)
    by_mayor(league, CHICAGO, actions.extend_crisis, opened, until, "The river crests next week.")
    assert picture(opened.id).standing.until == until
    by_mayor(league, CHICAGO, actions.change_level, opened, "full", "A third station failed.")
    found = picture(opened.id)
    assert (found.standing.asked, found.standing.level, found.standing.missing) == ("full", "alert", 3)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"trigger": "volcano"}, "trigger"),
        ({"trigger": "cyber-attack", "evidence": " "}, "evidence"),
        ({"level": "total"}, "level"),
        ({"situation": "  "}, "situation"),
        ({"place": ""}, "place"),
        ({"lat": "41.5"}, "lat"),
    ],
)
def test_what_the_charter_does_not_name_and_what_is_missing_is_said_field_by_field(changes, field):
    league = found_league()
    with pytest.raises(Invalid) as complaint, member_scope(CHICAGO):
        actions.invoke_pact(situation(**changes), actor=league.mayor(CHICAGO))
    assert list(complaint.value.errors) == [field]


def test_an_end_in_the_past_is_not_taken():
    league = found_league()
    opened = invoke(league)
    with pytest.raises(Invalid, match="later time"):
        by_mayor(league, CHICAGO, actions.extend_crisis, opened, clock.now() - timedelta(hours=1), "Longer.")


def test_an_office_that_may_not_is_told_which_could_and_by_which_clause():
    league = found_league()
    with pytest.raises(Refused) as refusal, member_scope(CHICAGO):
        actions.invoke_pact(situation(), actor=league.officer(CHICAGO))
    assert refusal.value.verdict.who == ("chief-executive", "emergency-management")
    assert "clause 5.1" in str(refusal.value.verdict.reason)


def test_sent_twice_is_one_act():
    league = found_league()
    opened = invoke(league)
    form = new_id()
    first = by_officer(league, OAKLAND, actions.acknowledge_crisis, opened, id=form)
    second = by_officer(league, OAKLAND, actions.acknowledge_crisis, opened, id=form)
    assert first == second
    with member_scope(OAKLAND):
        assert LoggedAct.objects.filter(type="activation.answer.acknowledged").count() == 1


def test_from_a_second_tab_the_member_has_acknowledged_already():
    league = found_league()
    opened = invoke(league)
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened, id=new_id())
    with pytest.raises(Refused, match="acknowledged this already"):
        by_officer(league, OAKLAND, actions.acknowledge_crisis, opened, id=new_id())


def test_two_crises_at_once_keep_their_own_answers():
    league = found_league()
    flood, fire = invoke(league), invoke(league, PORTLAND, trigger="fire", level="alert", place="Portland, Oregon")
    by_officer(league, OAKLAND, actions.acknowledge_crisis, flood)
    assert picture(flood.id).obligation(OAKLAND, "acknowledge").clock.done is not None
    assert picture(fire.id).obligation(OAKLAND, "acknowledge").clock.done is None
    assert picture(fire.id).obligation(CHICAGO, "acknowledge") is not None
    by_mayor(league, PORTLAND, actions.stand_down, fire, "Out.")
    assert picture(flood.id).standing.phase is Phase.ACTIVE
    with member_scope(OAKLAND):
        assert not duty.open_duties().filter(subject=fire.id).exclude(kind="activation.review").exists()
        assert duty.open_duties().filter(subject=flood.id).exists()


def test_the_drill_is_carried_into_every_act():
    league = found_league()
    opened = invoke(league)
    assert opened.exercise == "drill-1"
    assert by_officer(league, OAKLAND, actions.acknowledge_crisis, opened).exercise == "drill-1"


def test_consulting_has_no_consequence_but_that_others_read_it():
    league = found_league()
    by_officer(league, CHICAGO, actions.consult_league, "The river rises.", "Who has pumps?", "Chicago")
    with member_scope(DENVER):
        assert not duty.open_duties().exists()
        assert not Activation.objects.exists()

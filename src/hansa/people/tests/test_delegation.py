# SPDX-License-Identifier: Apache-2.0
"""A mayor lets another person act until a date: with her own passkey, never longer than her term, never further."""

import os
from datetime import timedelta

import pytest
from time_machine import travel

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act
from hansa.ledger.approval import Batch, approvals_for
from hansa.ledger.approving import judge
from hansa.ledger.models import PendingAct
from hansa.people import actions, approving, queries
from hansa.people.acts import DelegationMade
from hansa.people.models import Appointment

DAY = timedelta(days=1)


@pytest.fixture
def oakland(cast):
    with member_scope("oakland-ca"):
        yield cast


def _term(cast, name: str, office: str = "chief-executive") -> Appointment:
    return Appointment.objects.get(person=getattr(cast, name).id, office=office, source=None)


def _drawn_up(cast, *, to: str = "oakland_clerk", until=None) -> PendingAct:
    drawn_up = actions.delegate_office(
        _term(cast, "oakland_mayor"), getattr(cast, to).id, until=until or clock.now() + DAY,
        actor=cast.actor("oakland_mayor"), at=clock.now(),
    )  # fmt: skip
    assert isinstance(drawn_up, PendingAct)
    return drawn_up


def _signed(cast, pending: PendingAct, name: str = "oakland_mayor") -> Act:
    (act,) = approving.approve_pending([pending], actor=cast.actor(name), at=clock.now())
    assert isinstance(act, Act)
    return act


def test_who_was_delegated_to_holds_the_office_until_the_date_and_no_minute_longer(oakland):
    act = _signed(oakland, _drawn_up(oakland))
    assert oakland.actor("oakland_clerk").offices == ("chief-executive",)
    assert str(act.headline).startswith(
        "Exercise Mayor, Exercise Mayor let Exercise Clerk, Exercise Clerk act as Chief"
    )
    term = Appointment.objects.get(id=act.id)
    assert (term.delegated_by, term.source) == (oakland.oakland_mayor.id, _term(oakland, "oakland_mayor").id)
    with travel(clock.now() + DAY + timedelta(seconds=1)):
        assert oakland.actor("oakland_clerk").offices == ()
        assert oakland.actor("oakland_mayor").offices == ("chief-executive",)


def test_only_the_mayors_own_passkey_signs_it_although_others_hold_offices(oakland):
    pending = _drawn_up(oakland)
    assert pending not in queries.waiting_for(oakland.actor("oakland_duty"))
    with pytest.raises(Refused, match="Only Exercise Mayor"):
        _signed(oakland, pending, "oakland_duty")
    assert pending in queries.waiting_for(oakland.actor("oakland_mayor"))
    assert oakland.actor("oakland_clerk").offices == ()


@pytest.mark.parametrize(("name", "stands"), [("oakland_mayor", True), ("oakland_duty", False)])
def test_another_node_judges_the_same_by_the_approval_in_the_leaf(oakland, name, stands):
    act = _signed(oakland, _drawn_up(oakland))
    signer, batch = oakland.actor(name), Batch((bytes.fromhex(act.digest),), os.urandom(32))
    touched = approving.exercise_authenticator(signer).assert_challenge(batch.challenge)
    assert judge(act, approvals_for(batch, str(signer.person), touched)).ok is stands


def test_a_delegate_delegates_no_further_and_an_administrators_office_stays_where_it_is(oakland):
    act = _signed(oakland, _drawn_up(oakland))
    delegated = Appointment.objects.get(id=act.id)
    with pytest.raises(Refused, match="was delegated to you"):
        actions.delegate_office(
            delegated, oakland.oakland_duty.id, until=clock.now() + timedelta(hours=1),
            actor=oakland.actor("oakland_clerk"), at=clock.now(),
        )  # fmt: skip
    with pytest.raises(Refused, match="recovery keys"):
        actions.delegate_office(
            _term(oakland, "oakland_admin", "administrator"), oakland.oakland_clerk.id, until=clock.now() + DAY,
            actor=oakland.actor("oakland_admin"), at=clock.now(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("person", "office"), [("oakland_clerk", "legal"), ("oakland_mayor", "chief-executive")], ids=["office", "self"]
)
def test_an_act_that_says_more_than_the_term_is_refused_by_every_node(oakland, person, office):
    source = _term(oakland, "oakland_mayor")
    body = DelegationMade(
        source=source.id, delegator=oakland.oakland_mayor.id, person=getattr(oakland, person).id, office=office,
        begins_at=clock.now(), until=clock.now() + DAY,
    )  # fmt: skip
    with pytest.raises(Refused):
        ledger.submit(oakland.actor("oakland_mayor"), body, refs=[source.id])


def test_a_delegation_needs_an_end_that_lies_ahead_and_a_person_who_is_here(oakland):
    for until, says in ((None, "has an end"), (clock.now() - DAY, "has passed")):
        with pytest.raises(Invalid, match=says):
            actions.delegate_office(
                _term(oakland, "oakland_mayor"), oakland.oakland_clerk.id, until=until,
                actor=oakland.actor("oakland_mayor"), at=clock.now(),
            )  # fmt: skip
    with pytest.raises(Invalid, match="no open account"):
        _drawn_up(oakland, to="portland_mayor")


def test_when_the_mayors_term_ends_so_does_what_she_delegated(oakland):
    _signed(oakland, _drawn_up(oakland))
    admin = oakland.actor("oakland_admin")
    pending = actions.end_appointment(_term(oakland, "oakland_mayor"), reason="", actor=admin, at=clock.now())
    _signed(oakland, pending, "oakland_admin")
    assert oakland.actor("oakland_clerk").offices == ()


def test_the_mayor_takes_her_office_back_and_nobody_else_does(oakland):
    delegated = Appointment.objects.get(id=_signed(oakland, _drawn_up(oakland)).id)
    with pytest.raises(Refused, match="taken back by the person who made it"):
        actions.take_office_back(delegated, actor=oakland.actor("oakland_duty"), at=clock.now())
    pending = actions.take_office_back(delegated, actor=oakland.actor("oakland_mayor"), at=clock.now())
    assert isinstance(pending, PendingAct)
    _signed(oakland, pending)
    assert oakland.actor("oakland_clerk").offices == ()
    with pytest.raises(Invalid, match="over already"):
        delegated.refresh_from_db()
        actions.take_office_back(delegated, actor=oakland.actor("oakland_mayor"), at=clock.now())

# SPDX-License-Identifier: Apache-2.0
"""Approval: who signs binds with a passkey, over the very bytes, once, and in office."""

import os
from dataclasses import replace

import pytest

from hansa import ledger
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Refused
from hansa.ledger import actions, registry
from hansa.ledger.approval import Batch, approvals_for
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.models import LoggedAct, PendingAct
from hansa.ledger.tests.founding import enrolment, found
from hansa.ledger.tests.notes import PromiseSigned, TreatySigned

pytestmark = pytest.mark.django_db


@pytest.fixture
def seat(monkeypatch):
    monkeypatch.setattr(registry, "_office_check", lambda author, person, offices, at: True)
    (seat,) = found("oakland-ca")
    return seat


def touch(seat, *pendings, authenticator=None):
    """One touch of the persona's passkey for these pending acts."""
    batch = Batch(tuple(bytes.fromhex(p.digest) for p in pendings), os.urandom(32))
    assertion = (authenticator or seat.authenticator).assert_challenge(batch.challenge)
    return approvals_for(batch, str(seat.actor.person), assertion)


def test_an_act_waits_for_its_passkey_and_then_stands(seat):
    with member_scope("oakland-ca"):
        pending = ledger.submit(seat.actor, PromiseSigned(text="400 cots"))
        assert isinstance(pending, PendingAct)
        assert str(ledger.read_pending(pending).headline) == "oakland-ca noted: 400 cots"
        act = ledger.approve(pending, touch(seat, pending)[0], actor=seat.actor)
        assert LoggedAct.objects.get(id=act.id).digest == pending.digest
        assert ledger.approve(pending, touch(seat, pending)[0], actor=seat.actor).id == act.id


def test_one_touch_approves_forty_and_any_can_be_left_out(seat):
    with member_scope("oakland-ca"):
        pendings = [ledger.submit(seat.actor, PromiseSigned(text=f"agreement {n}")) for n in range(40)]
        kept = pendings[:7] + pendings[8:]
        for pending, approval in zip(kept, touch(seat, *kept), strict=True):
            ledger.approve(pending, approval, actor=seat.actor)
        assert LoggedAct.objects.filter(type="test.promise.signed").count() == 39
        assert PendingAct.objects.get(published_at=None).id == pendings[7].id


def test_approvals_swapped_between_acts_are_refused(seat):
    with member_scope("oakland-ca"):
        one, two = (ledger.submit(seat.actor, PromiseSigned(text=t)) for t in ("one", "two"))
        first, second = touch(seat, one, two)
        with pytest.raises(Refused):
            ledger.approve(one, second, actor=seat.actor)
        assert not LoggedAct.objects.filter(type="test.promise.signed").exists()


def test_a_passkey_that_nobody_enrolled_is_refused(seat):
    with member_scope("oakland-ca"):
        pending = ledger.submit(seat.actor, PromiseSigned(text="x"))
        stranger = ExerciseAuthenticator.derive(b"stranger")
        with pytest.raises(Refused):
            ledger.approve(pending, touch(seat, pending, authenticator=stranger)[0], actor=seat.actor)


def test_two_persons_are_two_persons(seat):
    with member_scope("oakland-ca"):
        pending = ledger.submit(seat.actor, TreatySigned(text="treaty"))
        assert isinstance(ledger.approve(pending, touch(seat, pending)[0], actor=seat.actor), PendingAct)
        assert isinstance(ledger.approve(pending, touch(seat, pending)[0], actor=seat.actor), PendingAct)
        other = replace(
            seat, actor=replace(seat.actor, person=new_id()), authenticator=ExerciseAuthenticator.derive(b"2")
        )
        body = enrolment(other.actor.person, other.authenticator)
        actions.publish_by_root("oakland-ca", [body], signers=seat.roots[:2])
        act = ledger.approve(pending, touch(other, pending)[0], actor=other.actor)
        assert LoggedAct.objects.filter(id=act.id).exists()


def test_out_of_office_nothing_is_signed(seat, monkeypatch):
    with member_scope("oakland-ca"):
        pending = ledger.submit(seat.actor, PromiseSigned(text="x"))
        monkeypatch.setattr(registry, "_office_check", lambda author, person, offices, at: False)
        with pytest.raises(Refused):
            ledger.approve(pending, touch(seat, pending)[0], actor=seat.actor)

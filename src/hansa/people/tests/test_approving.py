# SPDX-License-Identifier: Apache-2.0
"""One touch approves exactly what was listed: batches, swaps, doubles, terms that ended, other people's passkeys."""

import os
from datetime import timedelta

import pytest
from django.urls import reverse
from time_machine import travel

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger import actions as ledger
from hansa.ledger import registry
from hansa.ledger.act import Requirement
from hansa.ledger.approval import Batch
from hansa.ledger.models import Leaf, LoggedAct, PendingAct, PendingApproval
from hansa.people import actions, approving, policy, queries
from hansa.people.acts import AppointmentEnded, AppointmentMade
from hansa.people.models import Appointment
from hansa.people.words import words_of

pytestmark = pytest.mark.django_db


def _appointments(cast, count: int) -> list[PendingAct]:
    admin, at = cast.actor("oakland_admin"), clock.now()
    body = AppointmentMade(person=cast.oakland_clerk.id, office="legal", begins_at=at)
    return [ledger.submit(admin, body, id=new_id()) for _ in range(count)]


def test_forty_acts_are_signed_with_one_touch_and_each_stands_alone(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        pendings = _appointments(cast, 40)
        acts = approving.approve_pending(pendings, actor=admin, at=clock.now())
        assert {act.id for act in acts} == {p.id for p in pendings}
        assert Appointment.objects.filter(person=cast.oakland_clerk.id).count() == 40
        entries = Leaf.objects.filter(index__in=[act.index for act in acts], origin__endswith="oakland-ca")
        nonces = {bytes(leaf.entry).split(b'"nonce":"')[1][:43] for leaf in entries}
        assert len(nonces) == 1


def test_an_approval_of_one_act_does_not_sign_another(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        read, swapped = _appointments(cast, 2)
        nonce = os.urandom(32)
        touch = approving.exercise_authenticator(admin).assert_challenge(
            Batch((bytes.fromhex(read.digest),), nonce).challenge
        )
        with pytest.raises(Refused):
            approving.approve_pending([swapped], actor=admin, at=clock.now(), assertion=touch, nonce=nonce)
        with pytest.raises(Refused):
            approving.approve_pending([read, swapped], actor=admin, at=clock.now(), assertion=touch, nonce=nonce)
        assert not LoggedAct.objects.filter(id__in=[read.id, swapped.id]).exists()
        approving.approve_pending([read], actor=admin, at=clock.now(), assertion=touch, nonce=nonce)
        assert LoggedAct.objects.filter(id=read.id).exists()


def test_another_persons_passkey_signs_nothing(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
        nonce = os.urandom(32)
        touch = approving.exercise_authenticator(cast.actor("oakland_mayor")).assert_challenge(
            Batch((bytes.fromhex(pending.digest),), nonce).challenge
        )
        with pytest.raises(Refused, match="not enrolled for this person"):
            approving.approve_pending([pending], actor=admin, at=clock.now(), assertion=touch, nonce=nonce)


def test_signing_twice_makes_one_act_and_gives_its_receipt(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        pendings = _appointments(cast, 2)
        first = approving.approve_pending(pendings, actor=admin, at=clock.now())
        second = approving.approve_pending(pendings, actor=admin, at=clock.now())
        assert [a.digest for a in first] == [a.digest for a in second]
        assert LoggedAct.objects.filter(id__in=[p.id for p in pendings]).count() == 2


def test_the_mayor_cannot_approve_what_an_administrator_signs(cast):
    with member_scope("oakland-ca"):
        pendings = _appointments(cast, 1)
        with pytest.raises(Refused) as refused:
            approving.approve_pending(pendings, actor=cast.actor("oakland_mayor"), at=clock.now())
        assert refused.value.verdict.who == ("administrator",)


def test_after_the_term_ended_nothing_is_signed_and_the_end_is_named(cast):
    admin = cast.actor("oakland_admin")
    start = clock.now()
    with member_scope("oakland-ca"):
        until = start + timedelta(hours=1)
        made = actions.appoint_person(cast.oakland_clerk.id, office="legal", until=until, actor=admin, at=start)
        approving.approve_pending([made], actor=admin, at=clock.now())
        clerk = cast.actor("oakland_clerk")
        assert policy.may_approve(clerk, ("legal",), start + timedelta(minutes=59))
        verdict = policy.may_approve(clerk, ("legal",), until)
        assert not verdict
        assert "Your term ended at" in str(verdict.reason)
        assert "Nothing was signed. Ask your administrator." in str(verdict.reason)
        with travel(until, tick=False):
            assert queries.actor_for(cast.oakland_clerk).offices == ()


def test_an_ended_term_opens_nothing_the_same_moment_and_what_was_signed_stays(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        term = Appointment.objects.get(person=cast.oakland_mayor.id)
        ended = actions.end_appointment(term, reason="retired", actor=admin, at=clock.now())
        assert cast.actor("oakland_mayor").offices == ("chief-executive",)
        (act,) = approving.approve_pending([ended], actor=admin, at=clock.now())
        assert cast.actor("oakland_mayor").offices == ()
        before = act.at - timedelta(microseconds=1)
        assert queries.holds_office("oakland-ca", cast.oakland_mayor.id, ("chief-executive",), before)
        with pytest.raises(Invalid, match="over already"):
            actions.end_appointment(
                Appointment.objects.get(id=term.id), reason="", actor=admin, at=clock.now() + timedelta(seconds=1)
            )


def test_only_the_recovery_keys_make_or_end_an_administrator(cast):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        body = AppointmentMade(person=cast.oakland_mayor.id, office="administrator", begins_at=clock.now())
        with pytest.raises(Refused, match="recovery keys"):
            ledger.submit(admin, body)
        term = Appointment.objects.get(person=cast.oakland_admin.id)
        with pytest.raises(Refused, match="recovery keys"):
            ledger.submit(admin, AppointmentEnded(appointment=term.id), refs=[term.id])


def test_no_member_ends_a_term_of_another(cast):
    portland = cast.actor("portland_admin")
    with member_scope("portland-or"):
        term = Appointment.objects.get(person=cast.oakland_mayor.id)
        with pytest.raises(Refused, match="by the member that made it"):
            ledger.submit(portland, AppointmentEnded(appointment=term.id), refs=[term.id])


def test_an_item_that_was_left_out_stays_unsigned(browse, cast):
    with member_scope("oakland-ca"):
        kept, left_out = _appointments(cast, 2)
    client = browse("oakland_admin")
    page = client.get(reverse("people:act-approve"), {"act": [kept.id, left_out.id]}).content.decode()
    assert page.count('id="keep-') == 2
    answer = client.post(
        reverse("people:act-approve"), {"act": [kept.id], "shown": [kept.id, left_out.id], "exercise": "1"}
    )
    receipt = client.get(answer["Location"]).content.decode()
    assert "It is in your log and in effect." in receipt
    with member_scope("oakland-ca"):
        assert LoggedAct.objects.filter(id=kept.id).exists()
        assert not LoggedAct.objects.filter(id=left_out.id).exists()
    empty = client.post(reverse("people:act-approve"), {"shown": [left_out.id], "exercise": "1"})
    assert empty.status_code == 422
    assert "No item was left to sign" in empty.content.decode()


def test_two_tabs_sign_once_and_the_second_sees_the_first_receipt(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    client = browse("oakland_admin")
    url, form = reverse("people:act-approve"), {"act": [pending.id], "shown": [pending.id], "exercise": "1"}
    first, second = client.post(url, form), client.post(url, form)
    assert first["Location"] == second["Location"]
    assert client.get(url, {"act": pending.id}).status_code == 302
    with member_scope("oakland-ca"):
        assert LoggedAct.objects.filter(id=pending.id).count() == 1


def test_an_act_that_was_withdrawn_meanwhile_is_not_signed(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    client = browse("oakland_admin")
    client.post(reverse("people:act-withdraw"), {"act": [pending.id]})
    answer = client.post(reverse("people:act-approve"), {"act": [pending.id], "shown": [pending.id], "exercise": "1"})
    assert answer.status_code == 403
    assert "withdrawn before it was signed" in answer.content.decode()


def test_the_page_shows_every_fact_of_the_frozen_bytes_and_six_words(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
        act = ledger.read_pending(pending)
        facts = act.facts
    page = browse("oakland_admin").get(reverse("people:act-approve"), {"act": pending.id}).content.decode()
    for label, value in facts:
        assert str(label) in page
        assert str(value) in page
    assert words_of(act.digest) in page


def test_the_mayor_reads_the_page_sees_no_button_and_who_can(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    page = browse("oakland_mayor").get(reverse("people:act-approve"), {"act": pending.id}).content.decode()
    assert "You can read, not sign, this." in page
    assert "Exercise Administrator" in page
    assert 'name="exercise"' not in page


def test_another_member_finds_no_pending_act(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    client = browse("portland_admin")
    assert client.get(reverse("people:act-approve"), {"act": pending.id}).status_code == 404
    assert client.get(reverse("people:act-approve"), {"act": "nonsense"}).status_code == 404
    form = {"act": [pending.id], "shown": [pending.id], "exercise": "1"}
    assert client.post(reverse("people:act-approve"), form).status_code == 404


def test_a_challenge_is_for_one_person_for_a_quarter_of_an_hour(cast):
    admin, mayor = cast.actor("oakland_admin"), cast.actor("oakland_mayor")
    with member_scope("oakland-ca"):
        pendings = _appointments(cast, 2)
        token = approving.new_challenge(pendings, actor=admin).token
        assert approving.read_challenge(token, actor=admin)[0] == [p.id for p in pendings]
        with pytest.raises(Refused, match="another person"):
            approving.read_challenge(token, actor=mayor)
        with pytest.raises(Invalid, match="no page of this node"):
            approving.read_challenge(token[:-1] + "?", actor=admin)
        with travel(clock.now() + timedelta(minutes=16)), pytest.raises(Invalid, match="15 minutes"):
            approving.read_challenge(token, actor=admin)


def test_an_answer_of_the_device_that_cannot_be_read_signs_nothing(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    client = browse("oakland_admin")
    token = client.post(reverse("people:act-challenge"), {"act": [pending.id]}).json()["token"]
    for credential in ("", "{}", '{"id": 1, "response": {}}', "[" * 5000):
        form = {"act": [pending.id], "shown": [pending.id], "challenge": token, "credential": credential}
        answer = client.post(reverse("people:act-approve"), form)
        assert answer.status_code == 422
        assert "Your device did not confirm you." in answer.content.decode()


@pytest.fixture
def two_sign(monkeypatch):
    """Let an introduction need two persons in the legal office or the chief executive's, as a charter might."""
    need = Requirement(("legal", "chief-executive"), 2, clause="7.2")
    rule = registry._approval_rule
    monkeypatch.setattr(
        registry,
        "_approval_rule",
        lambda kind, *rest: need if kind == "people.person.introduced" else rule(kind, *rest),
    )


def _introduction(cast) -> PendingAct:
    return actions.introduce_person(cast.oakland_clerk, actor=cast.actor("oakland_admin"))


def test_with_two_signers_the_first_sees_who_is_next_and_the_second_makes_it_stand(browse, cast, two_sign):
    admin = cast.actor("oakland_admin")
    with member_scope("oakland-ca"):
        term = actions.appoint_person(cast.oakland_duty.id, office="legal", until=None, actor=admin, at=clock.now())
        approving.approve_pending([term], actor=admin, at=clock.now())
        pending = _introduction(cast)
    url, form = reverse("people:act-approve"), {"act": [pending.id], "shown": [pending.id], "exercise": "1"}
    mayor, counsel = browse("oakland_mayor"), browse("oakland_duty")
    page = mayor.get(url, {"act": pending.id}).content.decode()
    assert "7.2" in page
    receipt = mayor.get(mayor.post(url, form)["Location"]).content.decode()
    assert "Signed by 1 of 2" in receipt
    mayor.post(url, form)
    assert pending.id not in [item.id for item in mayor.get(reverse("people:act-waiting")).context["items"]]
    assert "Signed so far: Exercise Mayor" in counsel.get(url, {"act": pending.id}).content.decode()
    receipt = counsel.get(counsel.post(url, form)["Location"]).content.decode()
    assert "It is in your log and in effect." in receipt


def test_signing_on_the_page_after_the_term_ended_names_the_end_and_signs_nothing(browse, cast, two_sign):
    admin, start = cast.actor("oakland_admin"), clock.now()
    with member_scope("oakland-ca"):
        until = start + timedelta(hours=1)
        term = actions.appoint_person(cast.oakland_clerk.id, office="legal", until=until, actor=admin, at=start)
        approving.approve_pending([term], actor=admin, at=clock.now())
        pending = _introduction(cast)
    client = browse("oakland_clerk")
    url, form = reverse("people:act-approve"), {"act": [pending.id], "shown": [pending.id], "exercise": "1"}
    assert "Approve with the exercise key" in client.get(url, {"act": pending.id}).content.decode()
    with travel(until + timedelta(minutes=1)):
        answer = client.post(url, form)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your term ended at" in page
    assert "Nothing was signed. Ask your administrator." in page
    assert "Exercise Administrator" in page
    with member_scope("oakland-ca"):
        assert not PendingApproval.objects.filter(pending=pending.id).exists()


def test_what_is_signed_reads_in_spanish_from_the_same_bytes(browse, cast):
    with member_scope("oakland-ca"):
        (pending,) = _appointments(cast, 1)
    client = browse("oakland_admin")
    client.post(reverse("people:language-choose"), {"language": "es"})
    page = client.get(reverse("people:act-approve"), {"act": pending.id}).content.decode()
    assert "nombró a Exercise Clerk" in page
    assert "Revisar y firmar" in page
    assert words_of(pending.digest) in page

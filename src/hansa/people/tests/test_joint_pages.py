# SPDX-License-Identifier: Apache-2.0
"""Pages of compartments, steps for two people, readings, and of who may do what."""

import time

import pytest
from django.urls import reverse

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.people import compartments, joint, reading
from hansa.people.compartments import Compartment
from hansa.people.models import JointStep, Seat

CODE = "exercise-vault"
WHY = "She guards what officials told us in confidence."


@pytest.fixture(autouse=True)
def vault(monkeypatch):
    known = {CODE: Compartment(CODE, "Exercise vault", "What officials told us in confidence.")}
    monkeypatch.setattr(compartments, "_compartments", known)


def page(client, name, *args, **query):
    return client.get(reverse(f"people:{name}", args=args), query)


def test_two_people_name_a_person_in_the_browser(browse, cast):
    mayor, admin = browse("oakland_mayor"), browse("oakland_admin")
    form = {"person": str(cast.oakland_duty.id), "until": "", "reason": WHY, "act": str(cast.oakland_admin.id)}
    answer = mayor.post(reverse("people:compartment-name", args=[CODE]), form)
    assert answer.status_code == 302
    shown = mayor.get(answer["Location"]).content.decode()
    assert "You proposed this" in shown and "Exercise Administrator" in shown
    with member_scope("oakland-ca"):
        step = JointStep.objects.get()
    shown = admin.get(answer["Location"]).content.decode()
    assert "Exercise Officer reads what lies in the compartment" in shown and WHY in shown
    admin.post(reverse("people:joint-confirm", args=[step.id]), {"shown": step.digest})
    with member_scope("oakland-ca"):
        assert Seat.objects.get().person == cast.oakland_duty.id
    assert "you read it" in page(browse("oakland_duty"), "compartment-show", CODE).content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("reason", "no", "Say why"), ("until", "2001-01-01", "within a year"), ("person", "", "This field is required")],
)
def test_a_bad_proposal_keeps_what_was_typed(browse, cast, field, value, says):
    form = {"person": str(cast.oakland_duty.id), "until": "", "reason": WHY, "act": str(cast.oakland_admin.id)}
    answer = browse("oakland_mayor").post(reverse("people:compartment-name", args=[CODE]), form | {field: value})
    assert answer.status_code == 422 and says in answer.content.decode()
    assert "no" in answer.content.decode() or WHY in answer.content.decode()
    with member_scope("oakland-ca"):
        assert not JointStep.objects.exists()


def test_an_old_sign_in_is_asked_for_fresh_proof_before_it_confirms(browse, cast):
    with member_scope("oakland-ca"):
        step = compartments.name_person(
            CODE, cast.oakland_duty.id, until=None, reason=WHY, actor=cast.actor("oakland_mayor"), at=clock.now()
        )
    client = browse("oakland_admin")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "webauthn", "at": time.time() - 1000}]
    session.save()
    answer = client.post(reverse("people:joint-confirm", args=[step.id]), {"shown": step.digest})
    assert answer.status_code == 403 and "Nothing was changed" in answer.content.decode()
    assert client.get(reverse("people:compartment-open", args=[CODE])).status_code == 403
    with member_scope("oakland-ca"):
        assert not Seat.objects.exists()


def test_an_emergency_opens_and_its_reviewer_declines_with_a_reason(browse, cast):
    officer, mayor = browse("oakland_duty"), browse("oakland_mayor")
    form = {"reason": "The mayor was threatened by phone.", "act": str(cast.oakland_admin.id)}
    answer = officer.post(reverse("people:compartment-open", args=[CODE]), form, follow=True)
    assert "you read it" in answer.content.decode()
    with member_scope("oakland-ca"):
        step = JointStep.objects.get()
    assert "needs you" in page(mayor, "joint-list").content.decode()
    declined = mayor.post(reverse("people:joint-decline", args=[step.id]), {"reason": "short"})
    assert declined.status_code == 422 and "Say why" in declined.content.decode()
    mayor.post(reverse("people:joint-decline", args=[step.id]), {"reason": "There was no threat to anyone."})
    assert "closed to you" in page(officer, "compartment-show", CODE).content.decode()


def test_a_keeper_ends_a_seat(browse, cast):
    with member_scope("oakland-ca"):
        step = compartments.name_person(
            CODE, cast.oakland_duty.id, until=None, reason=WHY, actor=cast.actor("oakland_mayor"), at=clock.now()
        )
        joint.confirm(step, shown=step.digest, actor=cast.actor("oakland_admin"), at=clock.now())
        seat = Seat.objects.get()
    browse("oakland_admin").post(reverse("people:seat-end", args=[seat.id]))
    shown = page(browse("oakland_admin"), "compartment-show", CODE).content.decode()
    assert "Who read it before" in shown and "Nobody reads it now" in shown


def test_somebody_without_an_office_sees_no_steps(browse):
    assert page(browse("oakland_clerk"), "joint-list").status_code == 403


def test_steps_of_another_member_are_no_pages(browse, cast):
    with member_scope("oakland-ca"):
        step = compartments.name_person(
            CODE, cast.oakland_duty.id, until=None, reason=WHY, actor=cast.actor("oakland_mayor"), at=clock.now()
        )
    assert page(browse("portland_mayor"), "joint-show", step.id).status_code == 404


def test_the_owner_of_a_record_reads_who_read_it_and_what_for(browse, cast):
    with member_scope("oakland-ca"):
        reading.note(
            "exercise.note", cast.oakland_clerk.id, label="Note 4", purpose="To prepare the answer to a court.",
            actor=cast.actor("oakland_mayor"), at=clock.now(), owner=cast.oakland_clerk.id,
        )  # fmt: skip
    shown = page(browse("oakland_clerk"), "reading-list").content.decode()
    assert "To prepare the answer to a court." in shown and "Exercise Mayor" in shown
    assert "Note 4" not in page(browse("oakland_admin"), "reading-list").content.decode()


def test_why_cannot_i_answers_with_the_reason_and_who_can(browse):
    shown = page(browse("oakland_mayor"), "why", q="invite").content.decode()
    assert "you cannot" in shown and "Exercise Administrator" in shown and "can read, not sign" in shown
    assert "End a term" not in shown
    shown = page(browse("oakland_admin"), "why", q="invite").content.decode()
    assert "you can" in shown and reverse("people:person-invite") in shown
    assert "Nothing by these words" in page(browse("oakland_admin"), "why", q="fly").content.decode()


@pytest.mark.parametrize("name", ["why", "joint-list", "compartment-list", "reading-list"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_shows(browse, name, language):
    client = browse("oakland_admin")
    assert client.get(reverse(f"people:{name}"), headers={"Accept-Language": language}).status_code == 200

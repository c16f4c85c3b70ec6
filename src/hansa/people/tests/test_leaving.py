# SPDX-License-Identifier: Apache-2.0
"""A person whose term ended an hour ago: the page, the program and the passkey open nothing, and say since when."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from time_machine import travel

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.ledger import actions as ledger
from hansa.ledger import registry
from hansa.ledger.act import Requirement
from hansa.ledger.models import Authenticator, PendingAct
from hansa.people import actions, approving, policy, queries
from hansa.people.acts import AppointmentMade, DelegationMade
from hansa.people.models import Account, Appointment

HOUR = timedelta(hours=1)


def _end_term(cast, name: str, office: str) -> None:
    """End a person's term by an act of the administrator's, now."""
    with member_scope("oakland-ca"):
        term = Appointment.objects.get(person=getattr(cast, name).id, office=office)
        admin = cast.actor("oakland_admin")
        pending = actions.end_appointment(term, reason="elected anew", actor=admin, at=clock.now())
        approving.approve_pending([pending], actor=admin, at=clock.now())


def _token(cast, name: str, scope: str = "act") -> Client:
    actor = cast.actor(name)
    with member_scope(actor.member):
        _row, secret = actions.make_token(name="board", scopes=[scope], actor=actor, at=clock.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_the_page_the_program_and_the_passkey_of_a_mayor_who_left_an_hour_ago(browse, cast):
    page, program = browse("oakland_mayor"), _token(cast, "oakland_mayor")
    with member_scope("oakland-ca"):
        waiting = ledger.submit(cast.actor("oakland_mayor"), _delegation(cast))
    assert page.get(reverse("people:person-list")).status_code == 200
    assert program.get("/api/v1/people/me").status_code == 200
    _end_term(cast, "oakland_mayor", "chief-executive")
    for later in (timedelta(seconds=1), HOUR):
        with travel(clock.now() + later):
            for address in (reverse("people:person-list"), "/", f"{reverse('people:act-approve')}?act={waiting.id}"):
                answer = page.get(address)
                assert answer.status_code == 403
                assert "Your term ended at" in answer.content.decode()
                assert "Exercise Administrator" in answer.content.decode()
                assert reverse("account_login") not in answer.content.decode()  # they are signed in
            signed = page.post(reverse("people:act-approve"), {"act": waiting.id, "shown": waiting.id, "exercise": "1"})
            assert signed.status_code == 403
            said = program.get("/api/v1/people/me")
            assert (said.status_code, said.json()["who"]) == (403, ["administrator"])
            assert "Your term ended at" in said.json()["detail"]
            with member_scope("oakland-ca"), pytest.raises(Refused, match="Your term ended at"):
                approving.approve_pending([waiting], actor=cast.actor("oakland_mayor"), at=clock.now())
    with member_scope("oakland-ca"):
        assert PendingAct.objects.get(id=waiting.id).published_at is None
    assert page.post(reverse("account_logout")).status_code == 302


def _delegation(cast) -> DelegationMade:
    term = Appointment.objects.get(person=cast.oakland_mayor.id, office="chief-executive")
    return DelegationMade(
        source=term.id, delegator=cast.oakland_mayor.id, person=cast.oakland_clerk.id, office="chief-executive",
        begins_at=clock.now(), until=clock.now() + 2 * HOUR,
    )  # fmt: skip


def test_a_term_with_a_date_ends_at_that_very_second(browse, cast):
    with member_scope("oakland-ca"):
        pending = actions.appoint_person(
            cast.oakland_clerk.id, office="legal", until=clock.now() + HOUR, actor=cast.actor("oakland_admin"),
            at=clock.now(),
        )  # fmt: skip
        approving.approve_pending([pending], actor=cast.actor("oakland_admin"), at=clock.now())
        ends = Appointment.objects.get(person=cast.oakland_clerk.id).until
    page = browse("oakland_clerk")
    with travel(ends - timedelta(seconds=1), tick=False):
        assert page.get(reverse("people:account-detail")).status_code == 200
    with travel(ends, tick=False):
        assert page.get(reverse("people:account-detail")).status_code == 403


def test_who_keeps_one_of_two_offices_goes_on_in_that_one_and_reads_when_the_other_ended(browse, cast):
    page, program = browse("oakland_duty"), _token(cast, "oakland_duty")
    _end_term(cast, "oakland_duty", "duty-officer")
    assert page.get(reverse("people:account-detail")).status_code == 200
    assert program.get("/api/v1/people/me").json()["offices"] == ["logistics"]
    with member_scope("oakland-ca"):
        verdict = policy.in_office(cast.actor("oakland_duty"), "duty-officer")
        assert "Your term ended at" in str(verdict.reason)
        assert str(policy.in_office(cast.actor("oakland_duty"), "legal").reason).startswith("You can read, not sign")


def test_an_approval_of_someone_who_left_meanwhile_counts_no_more_here_as_on_every_other_node(cast, monkeypatch):
    monkeypatch.setattr(registry.body_type("people.appointment.made"), "approval",
                        Requirement(("chief-executive", "duty-officer"), 2))  # fmt: skip
    with member_scope("oakland-ca"):
        body = AppointmentMade(person=cast.oakland_clerk.id, office="legal", begins_at=clock.now())
        pending = ledger.submit(cast.actor("oakland_mayor"), body, id=new_id())
        approving.approve_pending([pending], actor=cast.actor("oakland_mayor"), at=clock.now())
    monkeypatch.undo()
    _end_term(cast, "oakland_mayor", "chief-executive")
    monkeypatch.setattr(registry.body_type("people.appointment.made"), "approval",
                        Requirement(("chief-executive", "duty-officer"), 2))  # fmt: skip
    with member_scope("oakland-ca"):
        (after,) = approving.approve_pending([pending], actor=cast.actor("oakland_duty"), at=clock.now())
        assert isinstance(after, PendingAct)
        assert not Appointment.objects.filter(person=cast.oakland_clerk.id).exists()


def test_an_administrator_lets_a_mayor_who_left_read_on_for_a_hand_over_and_no_more(browse, cast):
    page = browse("oakland_mayor")
    _end_term(cast, "oakland_mayor", "chief-executive")
    with member_scope("oakland-ca"):
        account, admin = Account.objects.get(id=cast.oakland_mayor.id), cast.actor("oakland_admin")
        for until in (clock.now() - HOUR, clock.now() + timedelta(days=91)):
            with pytest.raises(Invalid):
                actions.allow_reading(account, until=until, actor=admin, at=clock.now())
        with pytest.raises(Refused):
            actions.allow_reading(account, until=clock.now() + HOUR, actor=cast.actor("oakland_duty"), at=clock.now())
        actions.allow_reading(account, until=clock.now() + HOUR, actor=admin, at=clock.now())
    assert page.get(reverse("people:person-list")).status_code == 200
    assert page.get(reverse("people:person-invite")).status_code == 403
    with travel(clock.now() + 2 * HOUR):
        assert page.get(reverse("people:person-list")).status_code == 403


def test_who_never_held_an_office_reads_as_before(browse, cast):
    assert browse("oakland_clerk").get(reverse("people:person-list")).status_code == 200


def test_a_program_signs_nothing_and_only_reads(cast):
    with member_scope("oakland-ca"):
        admin = cast.actor("oakland_admin")
        program, _row, secret = actions.make_program(name="Dashboard", actor=admin, at=clock.now(), life=30 * 24 * HOUR)
        with pytest.raises(Refused):
            actions.make_program(name="x", actor=cast.actor("oakland_mayor"), at=clock.now(), life=HOUR)
        with pytest.raises(Invalid, match="no open account"):
            actions.appoint_person(program.id, office="legal", until=None, actor=admin, at=clock.now())
        acting = queries.actor_for(program)
        assert acting.offices == ()
        with pytest.raises(Refused, match="A program makes no passkey"):
            approving.enrol_passkey(b"x", b"x", actor=acting)
        waiting = ledger.submit(cast.actor("oakland_mayor"), _delegation(cast))
        with pytest.raises(Refused, match="A program approves nothing"):
            approving.approve_pending([waiting], actor=acting, at=clock.now())
        assert not Authenticator.objects.filter(person=program.id).exists()
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/people/me").json()["offices"] == []
    term = json.dumps({"person": str(cast.oakland_clerk.id), "office": "legal"})
    assert client.post("/api/v1/people/terms", term, content_type="application/json").status_code == 403
    with travel(clock.now() + 31 * 24 * HOUR):
        assert client.get("/api/v1/people/me").status_code == 401


def test_a_token_lasts_a_year_at_most_and_its_last_use_is_kept(cast):
    with member_scope("oakland-ca"):
        mayor = cast.actor("oakland_mayor")
        for life in (timedelta(days=366), timedelta(0)):
            with pytest.raises(Invalid, match="within a year"):
                actions.make_token(name="x", scopes=["read"], actor=mayor, at=clock.now(), life=life)
    client = _token(cast, "oakland_mayor", "read")
    client.get("/api/v1/people/me")
    with member_scope("oakland-ca"):
        token = queries.tokens_of(cast.oakland_mayor.id).get()
        assert token.last_used_at is not None

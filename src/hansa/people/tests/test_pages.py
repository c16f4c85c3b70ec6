# SPDX-License-Identifier: Apache-2.0
"""Pages as people meet them: who sees what, refusals that name who could, bad input that keeps what was typed."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from hansa.core.rls import member_scope
from hansa.people.models import Account, Appointment

INVITE = {
    "name": "Exercise Counsel", "title": "Exercise City Attorney", "email": "Counsel@oakland-ca.example",
    "language": "es", "office": "legal", "until": "", "act": "01920000-0000-7000-8000-000000000001",
}  # fmt: skip


@pytest.mark.parametrize("name", ["act-waiting", "person-list", "account-detail", "person-invite", "token-make"])
def test_a_stranger_is_sent_to_sign_in(db, name):
    answer = Client().get(reverse(f"people:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "name", ["act-waiting", "person-list", "account-detail", "person-invite", "token-make", "passkey-add"]
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_administrator_sees_every_page(browse, name, language):
    answer = browse("oakland_admin").get(reverse(f"people:{name}"), headers={"Accept-Language": language})
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["account_login", "usersessions_list", "mfa_activate_totp", "account_set_password"])
def test_sign_in_pages_are_ours(browse, name):
    client = Client() if name == "account_login" else browse("oakland_admin")
    answer = client.get(reverse(name))
    assert answer.status_code == 200
    assert b"h-header" in answer.content
    assert b"lease" not in re.sub(rb"[rR]elease", b"", answer.content)


def test_the_mayor_cannot_invite_and_reads_who_can(browse):
    answer = browse("oakland_mayor").get(reverse("people:person-invite"))
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "You can read, not sign, this." in page
    assert "Exercise Administrator" in page


def test_an_invitation_makes_account_introduction_and_a_term_that_waits_for_a_passkey(browse, cast):
    client = browse("oakland_admin")
    answer = client.post(reverse("people:person-invite"), INVITE)
    assert answer.status_code == 200
    link = re.search(r"/join/[\w-]+/", answer.content.decode())[0]
    with member_scope("oakland-ca"):
        account = Account.objects.get(email="counsel@oakland-ca.example")
        assert not Appointment.objects.filter(person=account.id).exists()
    page = Client().get(link).content.decode()
    assert "Exercise Counsel" in page
    assert "Legal" in page
    client.post(reverse("people:act-approve"), {"act": INVITE["act"], "shown": INVITE["act"], "exercise": "1"})
    with member_scope("oakland-ca"):
        assert Appointment.objects.get(person=account.id).office == "legal"


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("email", "no address", "This is no e-mail address"), ("email", "mayor@portland-or.example", "has an account"),
     ("until", "2001-01-01", "That time has passed"), ("name", "", "This field is required")],
)  # fmt: skip
def test_a_bad_invitation_keeps_what_was_typed_and_makes_nothing(browse, field, value, says):
    with member_scope("oakland-ca"):
        before = Account.objects.count()
    answer = browse("oakland_admin").post(reverse("people:person-invite"), INVITE | {field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Exercise City Attorney" in page
    with member_scope("oakland-ca"):
        assert Account.objects.count() == before


def test_an_administrator_of_another_member_finds_nobody(browse, cast):
    client = browse("portland_admin")
    for name in ("person-detail", "appointment-make"):
        assert client.get(reverse(f"people:{name}", args=[cast.oakland_mayor.id])).status_code == 404


def test_a_person_switches_between_the_offices_that_they_hold_and_no_others(browse):
    client = browse("oakland_duty")
    assert client.post(reverse("people:office-choose"), {"office": "duty-officer"}).status_code == 302
    assert 'value="duty-officer" checked' in client.get(reverse("people:account-detail")).content.decode()
    assert client.post(reverse("people:office-choose"), {"office": "chief-executive"}).status_code == 404


def test_administrators_are_not_appointed_on_a_page(browse, cast):
    url = reverse("people:appointment-make", args=[cast.oakland_mayor.id])
    answer = browse("oakland_admin").post(
        url, {"office": "administrator", "until": "", "act": "01920000-0000-7000-8000-000000000002"}
    )
    assert answer.status_code == 422

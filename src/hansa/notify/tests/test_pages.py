# SPDX-License-Identifier: Apache-2.0
"""Pages: a person enters and confirms addresses; an administrator sees what became of messages."""

import re

import pytest
from django.urls import reverse

from hansa import notify
from hansa.core.rls import member_scope
from hansa.notify import outbox
from hansa.notify.event import Recipient
from hansa.notify.models import Address, Delivery, Message
from hansa.notify.tests.conftest import MEMBER, address, event
from hansa.people.tests.conftest import browse, cast

__all__ = ["browse", "cast"]
LIST = "/addresses/"
pytestmark = pytest.mark.django_db


def add(client, value="Officer@City.example", channel="email", **changes):
    given = {"channel": channel, "value": value, "language": "en", "consent": "on"} | changes
    return client.post(reverse("notify:address-add"), given)


def code():
    with member_scope(MEMBER):
        return Message.objects.filter(event__startswith="notify.confirm:").latest("at").code


def test_an_address_is_entered_confirmed_and_removed(browse, cast, post_office):
    client = browse("oakland_duty")
    confirm = add(client).url
    with member_scope(MEMBER):
        row = Address.objects.get()
        assert row.person == cast.oakland_duty.id and row.value == "officer@city.example" and not row.usable
        assert b"officer" not in bytes(row.sealed) and row.consent_text
        outbox.drain("email")
    ((_, to, letter),) = post_office.letters
    assert to == "officer@city.example" and code() in str(letter["Subject"])
    wrong = client.post(confirm, {"code": "WRONG"})
    assert wrong.status_code == 422 and "Tries left: 4" in wrong.content.decode()
    assert client.post(confirm, {"code": code().lower()}).url == LIST
    assert "Confirmed" in client.get(LIST).content.decode()
    assert code() not in browse("oakland_admin").get("/deliveries/").content.decode()
    client.post(reverse("notify:address-remove", args=[row.id]))
    assert "officer@city.example" not in client.get(LIST).content.decode()
    with member_scope(MEMBER):
        row.refresh_from_db()
        assert not row.usable and bytes(row.sealed) == b"" and Delivery.objects.filter(address=row).exists()
    assert add(client).status_code == 302


def test_five_wrong_codes_lock_and_a_new_code_helps(browse, post_office):
    client = browse("oakland_duty")
    confirm = add(client).url
    said = [client.post(confirm, {"code": "WRONG"}).content.decode() for _ in range(5)]
    assert "locked" in said[-1] and "locked" in client.post(confirm, {"code": code()}).content.decode()
    client.post(confirm.replace("confirm", "code"))
    assert client.post(confirm, {"code": code()}).url == LIST


def test_nobody_is_flooded_with_codes(browse, post_office):
    client = browse("oakland_duty")
    again = add(client).url.replace("confirm", "code")
    assert [client.post(again).status_code for _ in range(3)] == [302, 302, 403]


@pytest.mark.parametrize(
    ("channel", "value", "said"),
    [("sms", "911", "no phone number"), ("sms", "call me", "no phone number"), ("email", "clerk@", "no e-mail address"),
     ("voice", "+1", "no phone number"), ("email", "", "Enter the number")],
)  # fmt: skip
def test_what_is_no_address_is_named_and_kept(browse, channel, value, said):
    page = add(browse("oakland_duty"), value, channel)
    text = page.content.decode()
    assert page.status_code == 422 and said in text and (not value or f'value="{value}"' in text)
    with member_scope(MEMBER):
        assert not Address.objects.exists()


def test_no_consent_no_address(browse):
    page = add(browse("oakland_duty"), consent="")
    assert page.status_code == 422 and "consent" in page.content.decode()


def test_ten_digits_are_a_number_of_the_united_states(browse):
    add(browse("oakland_duty"), "(202) 555-0123", "sms")
    with member_scope(MEMBER):
        assert Address.objects.get().value == "+12025550123"


def test_nobody_changes_an_address_of_someone_else(browse, cast):
    with member_scope(MEMBER):
        row = address(cast.oakland_duty.id)
    for name in ("oakland_admin", "oakland_mayor"):
        client = browse(name)
        assert client.post(reverse("notify:address-remove", args=[row.id])).status_code == 403
        assert client.get(reverse("notify:address-confirm", args=[row.id])).status_code == 403
    assert browse("portland_admin").get(reverse("notify:address-confirm", args=[row.id])).status_code == 404


def test_the_administrator_sees_what_went_wrong_and_whom_nothing_reaches(browse, cast, post_office):
    post_office.answers["officer"] = "rcpt 550 5.1.1 no such user"
    with member_scope(MEMBER):
        address(cast.oakland_duty.id, "officer@city.example")
        notify.send_message(event(), [Recipient(cast.oakland_duty.id)])
        outbox.drain("email")
    page = browse("oakland_admin").get(reverse("notify:delivery-list")).content.decode()
    assert "no such user" in page and "o•••@city.example" in page and "officer@city.example" not in page
    assert "Exercise Mayor" in page and "Exercise Officer" in page
    assert re.search(r'data-label="Since"><time', page)
    trouble = browse("oakland_admin").get("/deliveries/?state=trouble").content.decode()
    assert "no such user" in trouble
    assert "No message in this state." in browse("oakland_admin").get("/deliveries/?state=delivered").content.decode()


def test_others_do_not_see_deliveries(browse):
    for name in ("oakland_duty", "oakland_clerk"):
        assert browse(name).get(reverse("notify:delivery-list")).status_code == 403
    assert "no such user" not in browse("portland_admin").get("/deliveries/").content.decode()

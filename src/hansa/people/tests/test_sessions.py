# SPDX-License-Identifier: Apache-2.0
"""Where one is signed in: each session can be ended, and a browser never seen before is told to the holder."""

from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import reverse
from time_machine import travel

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.notify.models import Message
from hansa.people import actions, watching
from hansa.people.choices import Change
from hansa.people.models import AccessChange, Account, Device

PASSWORD = "correct horse battery staple 1"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605 Version/19.0 Mobile/15E148 Safari/604.1"


@pytest.fixture
def clerk(cast) -> Account:
    """Return an account with a password."""
    with member_scope("oakland-ca"):
        account = Account.objects.get(id=cast.oakland_clerk.id)
        actions.set_password(account, PASSWORD)
    return account


def _enter(account: Account, browser: str, client: Client | None = None) -> Client:
    client = client or Client(headers={"User-Agent": browser})
    answer = client.post(reverse("account_login"), {"login": account.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def _told(account: Account) -> list[str]:
    with member_scope(account.member):
        return [f"{row.headline}: {row.text}" for row in Message.objects.filter(person=account.id).order_by("at")]


def test_a_browser_never_seen_before_is_told_to_the_holder_and_a_known_one_is_not(clerk):
    desk = _enter(clerk, FIREFOX)
    assert _told(clerk) == []
    desk.post(reverse("account_logout"))
    _enter(clerk, FIREFOX, desk)
    assert _told(clerk) == []
    phone = _enter(clerk, PHONE)
    (said,) = _told(clerk)
    assert said.startswith("New sign-in to your account: Safari, iPhone,")
    assert "sign out everywhere else" in said
    page = phone.get(reverse("usersessions_list")).content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    with member_scope("oakland-ca"):
        assert Device.objects.count() == 2
        assert AccessChange.objects.filter(kind=Change.NEW_DEVICE, detail="Safari, iPhone").count() == 1


def test_the_message_is_in_the_language_of_the_person_and_links_to_the_sessions(clerk):
    with member_scope("oakland-ca"):
        actions.choose_language(clerk.id, "es")
    _enter(clerk, FIREFOX)
    _enter(clerk, PHONE)
    with member_scope("oakland-ca"):
        message = Message.objects.get(person=clerk.id)
    assert (message.headline, message.url) == ("Inicio de sesión nuevo en su cuenta", reverse("usersessions_list"))


def test_a_forged_cookie_is_no_known_browser(clerk):
    _enter(clerk, FIREFOX)
    forger = Client(headers={"User-Agent": FIREFOX})
    forger.cookies[watching.COOKIE] = "x" * 43
    _enter(clerk, FIREFOX, forger)
    assert len(_told(clerk)) == 1
    short = Client(headers={"User-Agent": FIREFOX})
    short.cookies[watching.COOKIE] = "1"
    _enter(clerk, FIREFOX, short)
    assert len(short.cookies[watching.COOKIE].value) == 43


def test_a_lost_telephone_is_signed_out_from_the_desk_and_only_there(clerk):
    desk, phone, other = _enter(clerk, FIREFOX), _enter(clerk, PHONE), _enter(clerk, PHONE)
    with member_scope("oakland-ca"):
        lost = UserSession.objects.get(session_key=phone.session.session_key)
    assert desk.post(reverse("session-end"), {"session": lost.pk}).status_code == 302
    account = reverse("people:account-detail")
    assert [c.get(account).status_code for c in (desk, phone, other)] == [200, 302, 200]
    desk.post(reverse("session-end"))
    assert [c.get(account).status_code for c in (desk, other)] == [200, 302]


def test_a_sign_in_by_invitation_is_a_session_like_any_other(cast):
    with member_scope("oakland-ca"):
        account = Account.objects.get(id=cast.oakland_clerk.id)
        secret = actions.new_invitation(account, actor=None, at=clock.now())
    client = Client(headers={"User-Agent": FIREFOX})
    client.post(reverse("people:invitation-accept", args=[secret]), {"password": PASSWORD})
    assert "this one" in client.get(reverse("usersessions_list")).content.decode()
    with member_scope("oakland-ca"):
        assert actions.end_sessions(account, actor=cast.actor("oakland_admin")) == 1
    assert client.get(reverse("people:account-detail")).status_code == 302


def test_nobody_ends_a_session_of_someone_else_but_an_administrator(browse, clerk, cast):
    phone = _enter(clerk, PHONE)
    with member_scope("oakland-ca"):
        row = UserSession.objects.get(user=clerk)
    browse("oakland_mayor").post(reverse("session-end"), {"session": row.pk})
    assert browse("oakland_mayor").post(reverse("people:person-sign-out", args=[clerk.id])).status_code == 403
    assert browse("portland_admin").post(reverse("people:person-sign-out", args=[clerk.id])).status_code == 404
    account = reverse("people:account-detail")
    assert phone.get(account).status_code == 200
    assert browse("oakland_admin").post(reverse("people:person-sign-out", args=[clerk.id])).status_code == 302
    assert phone.get(account).status_code == 302


def test_a_session_holds_its_offices_for_twelve_hours_after_the_proof_and_reads_on(browse, clerk, cast):
    with member_scope("oakland-ca"):
        mayor = Account.objects.get(id=cast.oakland_mayor.id)
        actions.set_password(mayor, PASSWORD)
        TOTP.activate(mayor, "A" * 32)
    client = _enter(mayor, FIREFOX)

    def code() -> str:
        return format_hotp_value(hotp_value("A" * 32, list(yield_hotp_counters_from_time())[1]))

    client.post(reverse("mfa_authenticate"), {"code": code()})
    now = clock.now()
    with travel(now + timedelta(hours=11, minutes=59)):
        assert "You can read, not act" not in client.get(reverse("people:account-detail")).content.decode()
    with travel(now + timedelta(hours=12, minutes=1)):
        page = client.get(reverse("people:account-detail")).content.decode()
        assert "You can read, not act" in page
        confirm = reverse("mfa_reauthenticate")
        assert f'href="{confirm}?next=' in page
        answer = client.post(f"{confirm}?next=/people/me/", {"code": code()})
        assert answer["Location"] == "/people/me/"
        assert "You can read, not act" not in client.get(reverse("people:account-detail")).content.decode()

# SPDX-License-Identifier: Apache-2.0
"""Single sign-on against a real OpenID provider in its own process: it opens reading, and nobody else's account."""

import json
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from hansa.core.rls import member_scope
from hansa.people import actions, sign_on_systems
from hansa.people.choices import Change
from hansa.people.models import AccessChange, Account
from hansa.people.sign_on_systems import SignOn
from hansa.people.tests.provider import running_provider, say, use


def _addresses(cast) -> dict[str, dict]:
    """Return what the provider says of each of its users, by subject."""
    mayor, clerk = cast.oakland_mayor.email, cast.oakland_clerk.email
    return {
        "mayor": {"email": mayor, "email_verified": True, "groups": ["secret group"]},
        "clerk": {"email": clerk, "email_verified": True},
        "new-clerk": {"email": clerk, "email_verified": True},
        "unverified": {"email": mayor, "email_verified": False},
        "in-words": {"email": mayor, "email_verified": "false"},
        "portland": {"email": cast.portland_mayor.email, "email_verified": True},
        "stranger": {"email": "nobody@nowhere.example", "email_verified": True},
    }


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """Start the provider as a process of its own; return its address."""
    with running_provider() as address:
        yield address


def _system(issuer: str, **changes: str) -> SignOn:
    said = {"id": "oakland", "member": "oakland-ca", "name": "City of Oakland", "issuer": issuer,
            "client_id": "hansa", "secret": "a secret"}  # fmt: skip
    return SignOn(**(said | changes))


@pytest.fixture
def oakland(provider, cast, settings):
    """Return the cast, with Oakland's sign-in system in place."""
    use(settings, _system(provider))
    for subject, claims in _addresses(cast).items():
        say(provider, subject, claims)
    return cast


def _sign_on(client: Client, subject: str, system: str = "oakland", **said: str):
    """Go to the provider as a browser does, say there who one is, and come back; return the answer."""
    there = client.get(reverse("openid_connect_login", args=[system]), said)
    assert there.status_code == 302, there.content
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    answer = requests.post(there["Location"], data={"sub": subject}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def _page(client: Client, name: str = "people:account-detail"):
    return client.get(reverse(name))


def test_an_invited_person_comes_in_by_the_citys_sign_in_and_reads_and_holds_no_office(oakland):
    client = Client()
    answer = _sign_on(client, "mayor", next="/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/people/")
    assert _page(client, "people:person-list").status_code == 200
    assert "You can read, not act" in _page(client).content.decode()
    refused = client.post(reverse("people:office-choose"), {"office": "chief-executive"})
    assert refused.status_code == 404
    assert client.get(reverse("people:person-invite")).status_code == 403


def test_nothing_but_the_subject_is_kept_and_the_holder_is_told(oakland):
    _sign_on(Client(), "mayor")
    with member_scope("oakland-ca"):
        row = SocialAccount.objects.get()
        assert (row.uid, row.user_id, row.extra_data) == ("mayor", oakland.oakland_mayor.id, {})
        kinds = set(AccessChange.objects.filter(account=oakland.oakland_mayor.id).values_list("kind", flat=True))
        assert {Change.SIGN_ON_LINKED, Change.NEW_DEVICE} <= kinds
    with member_scope("portland-or"):
        assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("subject", ["unverified", "in-words", "portland", "stranger"])
def test_who_is_not_vouched_for_or_not_invited_here_is_told_and_stays_out(oakland, subject):
    client = Client()
    answer = _sign_on(client, subject)
    assert answer.status_code == 403
    assert "opens no account here" in answer.content.decode()
    assert _page(client).status_code == 302


def test_another_subject_with_the_same_address_does_not_get_the_account(oakland):
    _sign_on(Client(), "clerk")
    answer = _sign_on(Client(), "new-clerk")
    assert answer.status_code == 403
    assert "bound to another sign-in" in answer.content.decode()


def test_portlands_system_opens_nobody_of_oakland(oakland, provider, settings):
    use(settings, _system(provider), _system(provider, id="portland", member="portland-or", name="City of Portland"))
    assert _sign_on(Client(), "mayor", "portland").status_code == 403
    assert _sign_on(Client(), "portland", "portland").status_code == 302
    page = Client().get(reverse("account_login")).content.decode()
    assert "City of Oakland" in page
    assert "City of Portland" in page


def test_a_closed_account_and_a_program_stay_shut(oakland, provider):
    with member_scope("oakland-ca"):
        admin = oakland.actor("oakland_admin")
        actions.close_account(Account.objects.get(id=oakland.oakland_clerk.id), actor=admin)
        Account.objects.filter(id=oakland.oakland_mayor.id).update(service=True)
    assert "is closed" in _sign_on(Client(), "clerk").content.decode()
    assert "belongs to a program" in _sign_on(Client(), "mayor").content.decode()


def test_someone_who_has_an_app_is_asked_for_it_and_then_has_the_offices_back(oakland):
    with member_scope("oakland-ca"):
        TOTP.activate(Account.objects.get(id=oakland.oakland_mayor.id), "A" * 32)
    client = Client()
    answer = _sign_on(client, "mayor")
    assert answer["Location"] == reverse("mfa_authenticate")
    assert _page(client).status_code == 302
    code = format_hotp_value(hotp_value("A" * 32, list(yield_hotp_counters_from_time())[1]))
    assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
    assert "You can read, not act" not in _page(client).content.decode()


STEPS = ["mfa_activate_totp", "mfa_generate_recovery_codes", "account_set_password", "people:passkey-add",
         "people:token-make"]  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_who_came_by_sign_on_alone_adds_no_way_in_and_no_token(oakland, name):
    """The hole of the library: without password and second factor it asks for nothing, and lets pass."""
    client = Client()
    _sign_on(client, "mayor")
    for answer in (client.get(reverse(name)), client.post(reverse(name), {"name": "x", "scopes": "act"})):
        assert answer.status_code == 403
        assert "Ask your administrator for a new invitation" in answer.content.decode()


def test_a_sign_in_system_that_does_not_answer_is_told_and_the_passkey_still_works(oakland, settings):
    use(settings, _system("http://127.0.0.1:9"))
    answer = Client().get(reverse("openid_connect_login", args=["oakland"]))
    assert answer.status_code == 503
    assert "Use your passkey" in answer.content.decode()


@pytest.mark.parametrize("query", ["", "?code=x&state=forged", "?error=access_denied&state=forged"])
def test_a_forged_way_back_signs_nobody_in(oakland, query):
    client = Client()
    answer = client.get(reverse("openid_connect_callback", args=["oakland"]) + query)
    assert answer.status_code == 403
    assert "You are not signed in" in answer.content.decode()
    assert client.get(reverse("openid_connect_login", args=["nowhere"])).status_code == 404


def test_the_address_cannot_ask_to_link_an_account_or_for_more(oakland):
    there = Client().get(
        reverse("openid_connect_login", args=["oakland"]),
        {"process": "connect", "auth_params": "prompt=none", "next": "https://evil.example/"},
    )
    assert "prompt" not in parse_qs(urlsplit(there["Location"]).query)
    assert _sign_on(Client(), "mayor", process="connect", next="https://evil.example/")["Location"] == "/"


@pytest.mark.parametrize(
    ("said", "names"),
    [("{", "JSON list"), ('[{"id": "a"}]', "JSON list"), ("[1]", "JSON list")],
)  # fmt: skip
def test_a_list_of_systems_that_cannot_be_read_says_what_to_correct(said, names):
    with pytest.raises(ImproperlyConfigured, match=names):
        sign_on_systems.read(said)


@pytest.mark.parametrize(
    ("field", "value", "names"),
    [("issuer", "http://login.oakland.example", "https"), ("member", "Oakland!", "small letters"),
     ("secret", "", "none is empty"), ("secret", 1, "is a text")],
)  # fmt: skip
def test_a_system_that_is_not_safe_does_not_start(field, value, names):
    entry = {"id": "oakland", "member": "oakland-ca", "name": "City of Oakland", "client_id": "hansa", "secret": "s",
             "issuer": "https://login.oakland.example"}  # fmt: skip
    assert sign_on_systems.read(json.dumps([entry]))[0].name == "City of Oakland"
    assert sign_on_systems.read("") == ()
    with pytest.raises(ImproperlyConfigured, match=names):
        sign_on_systems.read(json.dumps([entry | {field: value}]))
    with pytest.raises(ImproperlyConfigured, match="one id twice"):
        sign_on_systems.read(json.dumps([entry, entry]))

# SPDX-License-Identifier: Apache-2.0
"""Chromium with a virtual authenticator and a real OpenID provider: who came how may do what, what is asked first."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from time_machine import travel

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.ledger.models import LoggedAct
from hansa.people import actions, approving, queries
from hansa.people.models import Account
from hansa.people.sign_on_systems import SignOn
from hansa.people.tests.cast import Cast, found_cast
from hansa.people.tests.provider import running_provider, say, use
from tests.e2e.passkeys import invitation_link, plug_in

pytestmark = pytest.mark.django_db(transaction=True)
ASK = "Confirm with a passkey"


@pytest.fixture
def site(live_server, settings) -> str:
    """Return the address of a running node to which passkeys answer."""
    settings.HANSA_RP_ID = "localhost"
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.HANSA_ORIGINS = [url]
    return url


def _with_passkey(page: Page, site: str, cast: Cast, name: str) -> tuple:
    """Accept an invitation with a passkey and let the administrator vouch for it; return the authenticator."""
    key = plug_in(page)
    account = getattr(cast, name)
    page.goto(site + invitation_link(account))
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Your passkey waits")).to_be_visible()
    with member_scope(account.member):
        approving.approve_pending(approving.unvouched(account.id), actor=cast.actor("oakland_admin"), at=clock.now())
    return key


def _sign_in(page: Page, site: str) -> None:
    page.goto(f"{site}/people/me/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)


def test_a_fresh_sign_in_does_not_count_as_a_proof_and_no_proof_changes_nothing(site, new_context, axe):
    cast = found_cast()
    page = new_context().new_page()
    session, key = _with_passkey(page, site, cast, "oakland_mayor")
    _sign_in(page, site)
    page.goto(f"{site}/people/me/tokens/add/")
    expect(page.get_by_role("heading", level=1, name="Confirm that it is you")).to_be_visible()
    assert axe(page) == []
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name=ASK).click()
    expect(page.get_by_text("Your device did not confirm you.")).to_be_visible()
    with member_scope("oakland-ca"):
        assert not queries.tokens_of(cast.oakland_mayor.id).exists()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.get_by_role("button", name=ASK).click()
    expect(page.get_by_role("heading", level=1, name="Make a token")).to_be_visible()
    with travel(clock.now() + timedelta(seconds=301)):
        page.get_by_label("What will use it").fill("Exercise board")
        page.get_by_role("button", name="Make the token").click()
        expect(page.get_by_role("heading", level=1, name="Confirm that it is you")).to_be_visible()


def test_an_office_sleeps_after_twelve_hours_and_one_touch_wakes_it(site, new_context, axe):
    cast = found_cast()
    page = new_context().new_page()
    _with_passkey(page, site, cast, "oakland_admin")
    page.goto(f"{site}/people/invite/")
    expect(page.get_by_role("heading", level=1, name="Invite a person")).to_be_visible()
    with travel(clock.now() + timedelta(hours=13)):
        page.reload()
        expect(page.get_by_text("is older than twelve hours")).to_be_visible()
        assert axe(page) == []
        page.get_by_role("link", name="Confirm that it is you").click()
        page.get_by_role("button", name=ASK).click()
        expect(page.get_by_role("heading", level=1, name="Invite a person")).to_be_visible()


@pytest.fixture
def city(cast_and_provider, settings):
    """Return the cast and its city's sign-in system, on the login page."""
    cast, provider = cast_and_provider
    use(settings, SignOn("oakland", "oakland-ca", "City of Oakland (EXERCISE)", provider, "hansa", "secret"))
    say(provider, "mayor", {"email": cast.oakland_mayor.email, "email_verified": True})
    return cast


@pytest.fixture
def cast_and_provider(transactional_db):
    """Return the cast and the address of the provider's process."""
    with running_provider() as provider:
        yield found_cast(), provider


def _by_the_city(page: Page, site: str) -> None:
    page.goto(f"{site}/account/login/")
    page.get_by_role("link", name="City of Oakland").click()
    page.get_by_placeholder("sub").fill("mayor")
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(lambda url: url.startswith(site))


def test_the_citys_sign_in_alone_reads_and_adds_nothing_and_signs_nothing(site, city, new_context, axe):
    page = new_context().new_page()
    page.goto(f"{site}/account/login/")
    assert axe(page) == []
    _by_the_city(page, site)
    page.goto(f"{site}/people/me/")
    expect(page.get_by_text("You can read, not act")).to_be_visible()
    for path in ("/people/me/passkeys/add/", "/people/me/tokens/add/", "/account/2fa/app/", "/account/password/set/"):
        page.goto(site + path)
        expect(page.get_by_text("Ask your administrator for a new invitation")).to_be_visible()
    assert axe(page) == []
    with member_scope("oakland-ca"):
        term = queries.terms_of("oakland-ca")
        source = next(t for t, _name in term if t.person == city.oakland_mayor.id)
        pending = actions.delegate_office(
            source, city.oakland_clerk.id, until=clock.now() + timedelta(days=1), actor=city.actor("oakland_mayor"),
            at=clock.now(),
        )  # fmt: skip
    page.goto(f"{site}/approve/?act={pending.id}")
    expect(page.get_by_text("You have no passkey that signs acts here.")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("exercise key|your passkey"))).to_have_count(0)
    # A form sent by hand signs nothing, either.
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    form = {"act": str(pending.id), "shown": str(pending.id), "exercise": "1", "csrfmiddlewaretoken": token}
    answer = page.request.post(f"{site}/approve/", form=form, headers={"Referer": f"{site}/approve/"})
    assert answer.status == 403
    assert "Nothing was signed" in answer.text()
    with member_scope("oakland-ca"):
        assert not LoggedAct.objects.filter(type="people.delegation.made").exists()


def test_after_the_citys_sign_in_the_passkey_opens_the_office_and_signs(site, city, new_context, axe):
    page = new_context().new_page()
    _with_passkey(page, site, city, "oakland_mayor")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    _by_the_city(page, site)
    expect(page.get_by_role("heading", level=1, name="Second step")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto(f"{site}/people/me/")
    page.get_by_role("link", name="Delegate Chief executive").click()
    page.get_by_label("Who acts for you").select_option(label="Exercise Clerk, Exercise Clerk")
    page.get_by_label("Last day of the term").fill((clock.now() + timedelta(days=2)).date().isoformat())
    assert axe(page) == []
    page.get_by_role("button", name="Next: check and sign").click()
    page.get_by_role("button", name=re.compile("passkey|exercise key")).first.click()
    expect(page.get_by_role("heading", level=1, name="Receipt")).to_be_visible()
    with member_scope("oakland-ca"):
        assert LoggedAct.objects.filter(type="people.delegation.made").count() == 1
        assert queries.actor_for(Account.objects.get(id=city.oakland_clerk.id)).offices == ("chief-executive",)

# SPDX-License-Identifier: Apache-2.0
"""The league's pages in a real browser: readable on a phone, checked while typing, a guest's first steps."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from hansa.pact import queries
from hansa.pact.charter import model_charter
from hansa.pact.models import GuestAcceptance, GuestInvitation, Proposal
from hansa.pact.tests.league import League, found
from hansa.pact.tests.test_actions import propose
from hansa.pact.tests.test_guests import crisis, invite, link
from hansa.people.sign_in import persona_token

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def league(transactional_db) -> League:
    """Three members with mayors, and a proposal that is open for votes."""
    made = found()
    propose(made)
    return made


@pytest.fixture
def site(live_server, settings) -> str:
    """The server's address under the name that passkeys are bound to."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.HANSA_ORIGINS = [url]
    return url


def sign_in(page, site: str, account) -> None:
    page.goto(site + reverse("people:persona-sign-in", args=[persona_token(account.id)]))


def look(page, name: str) -> None:
    """Keep a picture of the page where HANSA_SCREENSHOTS names a folder, for a person to look at."""
    if folder := os.environ.get("HANSA_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def addresses() -> dict[str, str]:
    return {
        "members": reverse("pact:member-list"),
        "member": reverse("pact:member-show", args=["oakland-ca"]),
        "charter": reverse("pact:charter-show"),
        "amend": reverse("pact:amendment-propose"),
        "proposal": reverse("pact:proposal-show", args=[Proposal.objects.get().id]),
        "vote": reverse("pact:vote-give", args=[Proposal.objects.get().id]),
        "leave": reverse("pact:notice-give"),
        "guests": reverse("pact:guest-list"),
    }


@pytest.mark.parametrize(
    ("size", "scheme", "language"), [(PHONE, "light", "es"), (DESK, "dark", "en")], ids=["phone", "desk"]
)
def test_axe_finds_nothing_on_the_leagues_pages_and_none_scrolls_sideways(
    new_context, site, league, axe, size, scheme, language
):
    page = new_context(color_scheme=scheme, viewport=size, locale="es-US" if language == "es" else "en-US").new_page()
    sign_in(page, site, league.mayors["oakland-ca"])
    page.context.add_cookies([{"name": "hansa_language", "value": language, "url": site}])
    faults = []
    for name, address in addresses().items():
        page.goto(site + address)
        look(page, f"{name}-{size['width']}")
        faults += [f"{name}: {fault}" for fault in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            faults.append(f"{name} scrolls sideways")
    assert faults == []


def test_errors_show_while_typing_and_a_line_is_found_by_its_number(page, site, league):
    sign_in(page, site, league.mayors["oakland-ca"])
    page.goto(site + reverse("pact:amendment-propose"))
    text = model_charter().replace('threshold = "2/3"', 'threshold = "1/2"')
    page.fill("#id_text", text)
    button = page.locator("#problems [data-line]")
    button.wait_for()
    line = text.split("\n").index('threshold = "1/2"') + 1
    assert button.inner_text() == f"Line {line}"
    button.click()
    chosen = "(() => { const t = document.getElementById('id_text');" \
             " return t.value.slice(t.selectionStart, t.selectionEnd); })()"  # fmt: skip
    assert page.evaluate(chosen) == 'threshold = "1/2"'
    page.fill("#id_text", text.replace('"1/2"', '"3/4"'))
    page.get_by_text("No errors").wait_for()
    assert page.locator("#problems del").first.inner_text() == "2/3"


def test_a_clause_opens_by_its_anchor(page, site, league):
    sign_in(page, site, league.mayors["oakland-ca"])
    page.goto(site + queries.clause("obligations.acknowledge").url)
    assert page.locator("[id='§4.1']").is_visible()
    assert page.evaluate("document.getElementById('§4.1').getBoundingClientRect().top") < 900


def test_a_guest_makes_a_passkey_on_a_phone_and_accepts_the_terms(new_context, site, league):
    invite(league, crisis(league))
    invitation = GuestInvitation.objects.get()
    _account, secret = link(league, invitation)
    page = new_context(viewport=PHONE).new_page()
    authenticator = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
                     "isUserVerified": True, "automaticPresenceSimulation": True}  # fmt: skip
    cdp = page.context.new_cdp_session(page)
    cdp.send("WebAuthn.enable")
    cdp.send("WebAuthn.addVirtualAuthenticator", {"options": authenticator})
    page.goto(site + reverse("pact:guest-open", args=[secret]))
    look(page, "guest-open")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("heading", name="Write down your recovery key").wait_for()
    look(page, "guest-keys")
    page.get_by_role("link", name="I wrote it down: read the terms").click()
    look(page, "guest-terms")
    page.get_by_role("button", name="Next: check and sign").click()
    page.get_by_role("heading", name="Check and sign").wait_for()
    look(page, "guest-sign")
    page.get_by_role("button", name="Sign with your passkey").click()
    page.get_by_role("heading", name="Receipt", exact=True).wait_for()
    assert GuestAcceptance.objects.filter(invitation=invitation.digest).exists()
    assert [row.guest for row in queries.guests()] == ["boise-id"]
    page.goto(site + reverse("pact:guest-open", args=[secret]))
    assert "This invitation does not work" in page.content()

# SPDX-License-Identifier: Apache-2.0
"""Chromium with a virtual authenticator: an invitation makes a passkey, it signs in, and it signs acts."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, expect

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import actions as ledger
from hansa.ledger.models import Authenticator, LoggedAct
from hansa.people import actions, approving, founding
from hansa.people.acts import AppointmentMade
from hansa.people.founding import Newcomer
from hansa.people.models import Account, Appointment, Invitation
from hansa.people.sign_in import persona_token
from hansa.people.tests.cast import found_cast
from tests.e2e.passkeys import invitation_link, plug_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings) -> str:
    """Return the address of a running node to which passkeys answer."""
    settings.HANSA_RP_ID = "localhost"
    # Passkeys need the name, not the number.
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.HANSA_ORIGINS = [url]
    return url


def _draw_up(person, administrator, count: int) -> list[str]:
    with member_scope(administrator.member):
        body = AppointmentMade(person=person, office="legal", begins_at=clock.now())
        return [str(ledger.submit(founding.acting(administrator), body, id=new_id()).id) for _ in range(count)]


def test_a_first_administrator_enrols_signs_in_and_signs_forty_acts_with_one_touch(
    site, new_context: Callable[..., BrowserContext], axe
):
    ledger.found_node("real-league", exercise=None)
    roots = founding.recovery_keys(3)
    founded = founding.found_member(
        "oakland-ca", administrators=[Newcomer("admin@oakland-ca.example", "Exercise Administrator", "Administrator")],
        roots=roots, threshold=2, at=clock.now(), opens_league=True,
    )  # fmt: skip
    (admin,) = founded.administrators
    page = new_context().new_page()
    session, key = plug_in(page)

    page.goto(site + invitation_link(admin))
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.get_by_text("Your passkey waits")).to_be_visible()
    with member_scope("oakland-ca"):
        assert not Authenticator.objects.exists()
        founding.vouch_for_passkeys(Account.objects.get(id=admin.id), signers=roots[1:])
        assert Authenticator.objects.get().exercise is False
        clerk = actions.make_account(email="clerk@oakland-ca.example", name="Exercise Clerk", title="Clerk")
    page.reload()
    expect(page.get_by_text("Your passkey waits")).to_have_count(0)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)

    ids = _draw_up(clerk.id, admin, 40)
    page.goto(f"{site}/approve/?" + "&".join(f"act={i}" for i in ids))
    assert axe(page) == []
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": False})
    page.get_by_role("button", name="Sign 40 acts").click()
    expect(page.get_by_text("Your device did not confirm you. Nothing was signed. Try again.")).to_be_visible()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": key, "isUserVerified": True})
    page.locator(f"label[for='keep-{ids[7]}']").click()
    page.get_by_role("button", name="Sign 39 acts").click()
    expect(page.get_by_role("heading", level=1, name="Receipt")).to_be_visible(timeout=30_000)
    assert axe(page) == []
    with member_scope("oakland-ca"):
        signed = set(map(str, LoggedAct.objects.filter(id__in=ids).values_list("id", flat=True)))
        assert signed == set(ids) - {ids[7]}
        assert Appointment.objects.filter(person=clerk.id, office="legal").count() == 39


def test_a_mayor_makes_a_passkey_and_the_administrator_vouches_for_it(site, new_context, axe):
    cast = found_cast()
    mayor = new_context().new_page()
    plug_in(mayor)
    mayor.goto(site + invitation_link(cast.oakland_clerk))
    assert axe(mayor) == []
    mayor.get_by_role("button", name="Make a passkey").click()
    mayor.get_by_role("link", name="Show the act").click()
    expect(mayor.get_by_text("You hold no office now.")).to_be_visible()
    expect(mayor.get_by_role("button", name="Sign with your passkey")).to_have_count(0)

    admin = new_context().new_page()
    admin.goto(f"{site}/exercise/sign-in/{persona_token(cast.oakland_admin.id)}/")
    admin.goto(f"{site}/approve/waiting/")
    admin.get_by_role("link", name=re.compile("enrolled a passkey")).click()
    admin.get_by_role("button", name="Approve with the exercise key").click()
    expect(admin.get_by_text("It is in your log and in effect.")).to_be_visible()
    with member_scope("oakland-ca"):
        assert Authenticator.objects.filter(person=cast.oakland_clerk.id, exercise=False).count() == 1
        assert approving.unvouched(cast.oakland_clerk.id) == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/people/", "/people/me/", "/people/invite/", "/approve/waiting/"])
def test_pages_hold_at_any_width_and_in_both_languages(site, new_context, axe, width, path):
    cast = found_cast()
    _draw_up(cast.oakland_clerk.id, cast.oakland_admin, 2)
    for locale in ("en-US", "es-US"):
        page = new_context(viewport={"width": width, "height": 900}, locale=locale).new_page()
        page.goto(f"{site}/exercise/sign-in/{persona_token(cast.oakland_admin.id)}/")
        page.goto(site + path)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("language", "zone", "reads"),
    [("en", "America/Denver", r"\w{3}, \w{3} \d+, \d+:\d\d\sp\.m\. M[SD]T"),
     ("es", "Pacific/Guam", r"\w{3}, \d+ \w{3}, \d+:\d\d\sa\.\sm\. (ChST|GMT\+10)")],
)  # fmt: skip
def test_an_invitation_ends_at_a_time_that_its_reader_knows(site, new_context, axe, language, zone, reads):
    cast = found_cast()
    with member_scope("oakland-ca"):
        link = site + invitation_link(cast.oakland_mayor)
        # 20:00 UTC: the afternoon in Denver, the next morning on Guam.
        Invitation.objects.update(expires_at=clock.now().replace(hour=20, minute=0) + timedelta(days=5))
    context = new_context(timezone_id=zone, viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": "hansa_language", "value": language, "url": site}])
    page = context.new_page()
    page.goto(link)
    expect(page.locator("[data-own-zone] time")).to_have_text(re.compile(f"^{reads}$"))
    assert axe(page) == []

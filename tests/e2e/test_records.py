# SPDX-License-Identifier: Apache-2.0
"""Records in Chromium: a hold by two people, an act that outlives its purge for counsel, a subpoena answered."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from hansa import ledger
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.evidence import kinds
from hansa.evidence.tests.words import SECRET, tell
from hansa.people.models import Appointment
from hansa.people.sign_in import persona_token
from hansa.people.tests.cast import found_cast

pytestmark = pytest.mark.django_db(transaction=True)
DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
# A folder for pictures; without it the journey takes none.
PICTURES = os.environ.get("HANSA_PICTURES", "")


@pytest.fixture
def cast(monkeypatch):
    kind = kinds.RecordKind("exercise.words", "Exercise words", "from the act", 30, ("test.confidence.told",))
    monkeypatch.setitem(kinds._kinds, kind.code, kind)
    cast = found_cast()
    with member_scope("oakland-ca"):
        Appointment.objects.filter(person=cast.oakland_duty.id).update(office="legal")
        Appointment.objects.create(
            id=new_id(), member="oakland-ca", person=cast.oakland_clerk.id, office="logistics", begins_at=clock.now(),
            audience="public",
        )  # fmt: skip
    return cast


@pytest.fixture
def seen(axe):
    """Return a function that looks at a page on a desk and on a phone, and notes what axe finds or does not fit."""
    faults: list[str] = []

    def look(page: Page, name: str) -> None:
        for size, kind in ((DESK, "desk"), (PHONE, "phone")):
            page.set_viewport_size(size)
            faults.extend(f"{name}, {kind}: {line}" for line in axe(page))
            if page.evaluate("document.documentElement.scrollWidth") > size["width"]:
                faults.append(f"{name}, {kind}: scrolls sideways")
            if PICTURES:
                page.screenshot(path=Path(PICTURES) / f"{name}-{kind}.png", full_page=True)
        page.set_viewport_size(DESK)

    yield look
    assert faults == []


@pytest.fixture
def enter(live_server, new_context):
    """Return a function that signs a persona in and returns their page."""
    root = live_server.url.replace("127.0.0.1", "localhost")

    def sign_in(account) -> Page:
        page = new_context(base_url=root, viewport=DESK).new_page()
        page.goto(reverse("people:persona-sign-in", args=[persona_token(account.id)]))
        return page

    return sign_in


def test_a_hold_goes_from_two_people_through_a_purge_to_counsel(cast, enter, seen):
    act = tell(cast)
    lawyer, mayor = enter(cast.oakland_duty), enter(cast.oakland_mayor)
    lawyer.goto(reverse("evidence:hold-place"))
    lawyer.get_by_role("button", name="Propose to a second person").click()
    expect(lawyer.get_by_text("Nothing was sent. Correct this first:")).to_be_visible()
    seen(lawyer, "hold-place")
    lawyer.get_by_label("Name of the hold").fill("Exercise v. Oakland")
    lawyer.get_by_label("Matter").fill("No. 3:26-cv-00001 (EXERCISE)")
    lawyer.get_by_label("Law", exact=True).fill("Fed. R. Civ. P. 37(e)")
    lawyer.get_by_text("Exercise words").click()
    lawyer.get_by_label("Next review").fill((clock.now().date() + timedelta(days=90)).isoformat())
    lawyer.get_by_label("Reason").fill("We were served with the complaint on Monday.")
    lawyer.get_by_role("button", name="Propose to a second person").click()
    expect(lawyer.get_by_text("You proposed this.")).to_be_visible()
    mayor.goto(reverse("duty:duty-list"))
    seen(mayor, "records-home")
    mayor.get_by_role("link", name="Place a hold").click()
    seen(mayor, "hold-confirm")
    mayor.get_by_role("button", name="Confirm").click()
    mayor.get_by_role("link", name="Show what came of it").click()
    expect(mayor.get_by_text("Only persons who are named to the compartment")).to_be_visible()
    ledger.purge([act])
    lawyer.goto(reverse("evidence:hold-list"))
    seen(lawyer, "hold-list")
    lawyer.get_by_role("link", name="Exercise v. Oakland").click()
    seen(lawyer, "hold-show")
    lawyer.get_by_role("link", name="test.confidence.told").click()
    expect(lawyer.get_by_text(SECRET)).to_have_count(0)
    lawyer.get_by_label("What do you need it for?").fill("To prepare our answer to the complaint.")
    lawyer.get_by_role("button", name="Open it").click()
    expect(lawyer.get_by_text(SECRET)).to_be_visible()
    seen(lawyer, "held-read")
    lawyer.goto(reverse("people:compartment-show", args=["counsel"]))
    seen(lawyer, "compartment")
    lawyer.goto(reverse("people:reading-list"))
    seen(lawyer, "readings")


def test_a_subpoena_goes_from_a_desk_to_the_exemption_log(cast, enter, seen):
    desk, lawyer = enter(cast.oakland_clerk), enter(cast.oakland_duty)
    today = clock.now().date()
    desk.goto(reverse("evidence:request-log"))
    desk.get_by_text("Subpoena", exact=True).click()
    desk.get_by_label("What it asks for").fill("All rosters and messages about the shelter in May.")
    desk.get_by_label("Law", exact=True).fill("Fed. R. Civ. P. 45")
    desk.get_by_label("Who asks").fill("Exercise Firm LLP")
    desk.get_by_label("How to reach them").fill("firm@court.example")
    desk.get_by_label("Answer due on").fill((today + timedelta(days=2)).isoformat())
    seen(desk, "request-log")
    desk.get_by_role("button", name="Log the request").click()
    expect(desk.get_by_text("Counsel answers it.")).to_be_visible()
    expect(desk.get_by_text("Exercise Firm LLP")).to_have_count(0)
    lawyer.goto(reverse("duty:duty-list"))
    lawyer.get_by_role("link", name="Answer: Subpoena").click()
    for title in ("Roster of mission M-1", "Offer of 400 cots"):
        lawyer.get_by_label("Record", exact=True).fill(title)
        lawyer.get_by_role("button", name="List it").click()
        expect(lawyer.get_by_role("link", name=title)).to_be_visible()
    lawyer.get_by_role("link", name="Offer of 400 cots").click()
    lawyer.get_by_text("Released", exact=True).click()
    lawyer.get_by_role("button", name="Decide").click()
    lawyer.get_by_role("link", name="Roster of mission M-1").click()
    lawyer.get_by_text("Withheld", exact=True).click()
    lawyer.get_by_role("button", name="Decide").click()
    expect(lawyer.get_by_text("Name the exemption").first).to_be_visible()
    seen(lawyer, "record-decide")
    lawyer.get_by_label("Exemption").fill("Cal. Gov. Code § 7922.000")
    lawyer.get_by_label("Why it applies").fill("It would name people who helped in confidence.")
    lawyer.get_by_role("button", name="Decide").click()
    lawyer.get_by_label("What do you need it for?").fill("To send our answer to them.")
    lawyer.get_by_role("button", name="Show who asks").click()
    expect(lawyer.get_by_text("Exercise Firm LLP, firm@court.example")).to_be_visible()
    seen(lawyer, "request-show")
    lawyer.get_by_role("link", name="Answer", exact=True).click()
    lawyer.get_by_text("Released in part", exact=True).click()
    lawyer.get_by_label("What was answered").fill("We sent the offer, and withheld the roster.")
    lawyer.get_by_role("button", name="Answer").click()
    expect(lawyer.get_by_text("We sent the offer, and withheld the roster.")).to_be_visible()
    lawyer.goto(reverse("evidence:exemption-list"))
    expect(lawyer.get_by_text("Roster of mission M-1")).to_be_visible()
    seen(lawyer, "exemptions")
    lawyer.goto(reverse("evidence:schedule-list"))
    seen(lawyer, "schedule")
    lawyer.get_by_role("link", name="Log lines").click()
    seen(lawyer, "schedule-set")
    lawyer.goto(reverse("people:why"))
    seen(lawyer, "why")
    lawyer.goto(reverse("people:compartment-list"))
    seen(lawyer, "compartments")
    lawyer.goto(reverse("people:compartment-name", args=["counsel"]))
    seen(lawyer, "compartment-name")
    lawyer.goto(reverse("people:joint-list"))
    seen(lawyer, "steps")

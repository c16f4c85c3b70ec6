# SPDX-License-Identifier: Apache-2.0
"""Aid in the field, in a real browser: a delivery is proved on a phone, quantities are counted while one types."""

import hashlib
import os
from pathlib import Path

import pytest
from django.urls import reverse

from hansa.aid.models import Receipt
from hansa.aid.tests.league import League, ask, found_league
from hansa.aid.tests.path import agree, code_of, offer_on, send
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.ledger import registry
from hansa.people import middleware

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PHOTO = b"\xff\xd8 not quite a photo, but bytes all the same"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def league(transactional_db, monkeypatch) -> League:
    """Return a league in which Chicago has invoked the pact; nobody's passkey is asked for."""
    monkeypatch.setattr(registry, "_approval_rule", lambda *_: None)
    return found_league()


@pytest.fixture
def act_as(league, monkeypatch):
    """Return a function by which every browser is one of a member's people from now on."""

    def become(slug: str) -> Actor:
        actor = league.actors[slug]
        monkeypatch.setattr(middleware.sign_in, "member_of", lambda request: slug)
        monkeypatch.setattr(
            middleware.MemberMiddleware, "_recognise", lambda self, request, member: setattr(request, "actor", actor)
        )
        return actor

    return become


@pytest.fixture
def site(live_server, settings) -> str:
    url = live_server.url.replace("127.0.0.1", "localhost")
    settings.HANSA_ORIGINS = [url]
    return url


def look(page, name: str) -> None:
    """Keep pictures of the page where HANSA_SCREENSHOTS names a folder, for a person to look at."""
    if folder := os.environ.get("HANSA_SCREENSHOTS"):
        for size in (PHONE, DESK):
            page.set_viewport_size(size)
            page.screenshot(path=Path(folder) / f"{name}-{size['width']}.png", full_page=True)
        page.set_viewport_size(PHONE)


def sent_by_oakland(league):
    return send(league, agree(league, offer_on(ask(league), league.oakland)))


def test_a_delivery_is_proved_on_a_phone_and_the_file_never_leaves_it(league, site, act_as, new_context, axe):
    shipment = sent_by_oakland(league)
    code = code_of(league, shipment)
    act_as("chicago-il")
    page = new_context(viewport=PHONE).new_page()
    bodies = []
    page.on("request", lambda request: bodies.append(request.post_data_buffer or b""))
    # As the waybill's QR code opens it.
    page.goto(f"{site}{reverse('aid:shipment-detail', args=[shipment.id])}?code={code}")
    page.get_by_role("link", name="Receive", exact=True).click()
    assert page.get_by_label("Hand-over code").input_value() == code
    page.set_input_files("#proof-file", {"name": "dock.jpg", "mimeType": "image/jpeg", "buffer": PHOTO})
    page.get_by_text("Done: the hash of dock.jpg").wait_for()
    wanted = hashlib.sha256(PHOTO).hexdigest()
    assert page.locator("#id_proof").input_value() == wanted
    page.get_by_label("In what condition?").select_option("packaging")
    assert axe(page) == []
    look(page, "receive")
    page.get_by_role("button", name="Sign receipt").click()
    page.get_by_text("Received. The sender sees your count.").wait_for()
    assert axe(page) == []
    look(page, "received")
    assert bodies and not any(PHOTO[3:20] in body for body in bodies)
    with member_scope("oakland-ca"):
        row = Receipt.objects.get()
        assert (row.proof, row.condition, row.by_code) == (wanted, "packaging", True)


def test_without_script_the_file_is_not_offered_and_the_receipt_still_works(league, site, act_as, new_context):
    shipment = sent_by_oakland(league)
    act_as("chicago-il")
    page = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    page.goto(site + reverse("aid:shipment-receive", args=[shipment.id]))
    assert not page.locator("#proof-file").is_visible()
    page.get_by_role("button", name="Sign receipt").click()
    with member_scope("oakland-ca"):
        assert Receipt.objects.get().proof == ""


def test_a_quantity_is_said_in_packs_while_one_types(league, site, act_as, new_context, axe):
    act_as("chicago-il")
    page = new_context(viewport=PHONE).new_page()
    page.goto(site + reverse("aid:request-new") + f"?activation={league.activation.id}")
    page.get_by_label("What do you need?").press_sequentially("cots")
    page.locator("input[name=kind][value=cot]").check(force=True)
    box, said = page.get_by_label("How much?"), page.locator("[data-echo]")
    for typed, echoed in (
        ("400", "400 = 10 × pallet (40)"),
        ("410", "410 = 10 × pallet (40) + 10"),
        ("1,200", "1,200 = 30 × pallet (40)"),
        ("20 pallets", "20 × pallet (40) = 800"),
        ("39", ""),
        ("many", ""),
    ):
        box.fill(typed)
        assert (said.text_content() if said.count() else "") == echoed
    box.fill("400")
    assert axe(page) == []
    look(page, "echo")


def test_a_short_recall_is_read_before_it_is_signed_and_after(league, site, act_as, new_context, axe):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    act_as("oakland-ca")
    page = new_context(viewport=PHONE).new_page()
    page.goto(site + reverse("aid:agreement-notice", args=[agreement.id, "recall"]))
    assert page.get_by_text("12 hours of notice").is_visible()
    assert axe(page) == []
    look(page, "recall")
    page.get_by_label("Reason").fill("Fire at home")
    page.get_by_role("button", name="Check what it does").click()
    page.get_by_text("shorter than the 12 hours the charter asks; clause 5.3").wait_for()
    assert axe(page) == []
    look(page, "recall-check")
    page.get_by_role("button", name="Sign recall").click()
    page.get_by_text("Short notice").wait_for()
    assert axe(page) == []
    look(page, "recalled")
    clause = page.get_by_role("link", name="Read it in the charter").first.get_attribute("href")
    assert clause == f"/league/charter/versions/{agreement.charter}/#§5.3"

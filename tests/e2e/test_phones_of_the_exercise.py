# SPDX-License-Identifier: Apache-2.0
"""The stand-in's page in a real browser: what comes is shown as it comes, and can be answered, in two languages."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage

import httpx
import pytest
from playwright.sync_api import expect

from hansa.notify.standin.control import StandIn, started

PHONE, OWN = "+12025550100", "+15005550006"
NAME = "EXERCISE Duty Officer"
SPOKEN = (
    '<Response><Gather numDigits="1" timeout="60"><Say>To take it over, press 1.</Say></Gather><Hangup/></Response>'
)


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with started(hooks="http://127.0.0.1:9/hooks") as running:
        running.phones({"number": PHONE, "name": NAME}, {"number": "+12025550101", "name": "EXERCISE Counsel"})
        yield running


def rest(standin: StandIn, what: str, **form: str) -> None:
    url = f"{standin.url}/2010-04-01/Accounts/{standin.account}/{what}.json"
    asked = {"To": PHONE, "From": OWN, **form}
    httpx.post(url, data=asked, auth=(standin.account, standin.token), trust_env=False).raise_for_status()


def mail(standin: StandIn) -> None:
    letter = EmailMessage()
    letter["To"], letter["From"], letter["Subject"] = "duty@exercise.invalid", "hansa@exercise.invalid", "On duty"
    letter.set_content("See http://localhost:8000/duties/")
    with smtplib.SMTP(standin.smtp_host, standin.smtp_port) as server:
        server.send_message(letter)


@pytest.mark.parametrize("width", [390, 1280])
def test_what_comes_is_shown_and_answered(standin, new_context, axe, width):
    page = new_context(viewport={"width": width, "height": 844}).new_page()
    page.goto(standin.url)
    assert axe(page) == []
    rest(standin, "Messages", Body="Four nurses needed. Reply YKC7M to take it.")
    card = page.get_by_role("article", name=NAME)
    expect(card.get_by_text("Reply YKC7M")).to_be_visible()
    card.get_by_label("Text message to Hansa").fill("ykc7m")
    mail(standin)
    expect(page.get_by_text("On duty")).to_be_visible()
    expect(card.get_by_label("Text message to Hansa")).to_have_value("ykc7m")
    card.get_by_role("button", name="Send").click()
    expect(page.get_by_role("article", name=NAME).locator(".own")).to_contain_text("ykc7m")
    rest(standin, "Calls", Twiml=SPOKEN)
    page.get_by_role("button", name="Answer the call").click()
    expect(page.get_by_text("To take it over, press 1.")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.get_by_text("Pressed: 1")).to_be_visible()
    assert standin.state()["calls"][0]["keys"] == "1"


def test_it_speaks_spanish_and_works_without_scripts(standin, new_context):
    page = new_context(locale="es-MX", java_script_enabled=False).new_page()
    rest(standin, "Messages", Body="Faltan 4 enfermeras.")
    page.goto(standin.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("EXERCISE · SIMULACRO: teléfonos y buzones")
    card = page.get_by_role("article", name=NAME)
    card.get_by_label("Cuando suena").select_option("Duerme: no contesta")
    card.get_by_role("button", name="Fijar").click()
    assert standin.state()["phones"][PHONE]["manner"] == "sleeps"

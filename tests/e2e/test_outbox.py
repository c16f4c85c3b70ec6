# SPDX-License-Identifier: Apache-2.0
"""What is sent without a connection waits on the device, goes once when there is one, and says where it is."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from hansa.activation.models import Consultation
from hansa.activation.tests.crisis import DENVER, OAKLAND, found_league
from hansa.core.rls import member_scope
from hansa.duty.models import LogLine
from hansa.people.sign_in import persona_token

pytestmark = pytest.mark.django_db(transaction=True)


class Device:
    """One browser on which persons of an exercise league sign in."""

    def __init__(self, page, site: str) -> None:
        self.page, self.site, self.league = page, site, found_league()
        self.box = page.locator("[data-outbox]")

    def sign_in(self, member: str) -> None:
        """Sign in as the duty officer of a member."""
        token = persona_token(self.league.officers[member].id)
        self.page.goto(self.site + reverse("people:persona-sign-in", args=[token]))
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def open(self, name: str) -> None:
        """Open a page by its name."""
        self.page.goto(self.site + reverse(name))

    def lose_connection(self, *, lost: bool = True) -> None:
        """Take the network away, or give it back."""
        self.page.context.set_offline(lost)


@pytest.fixture
def device(page, live_server) -> Device:
    """The device of a duty officer of Oakland."""
    device = Device(page, live_server.url.replace("127.0.0.1", "localhost"))
    device.sign_in(OAKLAND)
    return device


def log_line(device: Device, text: str) -> None:
    device.page.locator("details.h-log > summary").click()
    device.page.locator(".h-log-line [name=text]").fill(text)
    device.page.locator(".h-log-line [type=submit]").click()


def lines_of(member: str) -> list[str]:
    with member_scope(member):
        return list(LogLine.objects.values_list("text", flat=True))


def test_a_line_written_without_a_connection_is_sent_once_when_there_is_one(device):
    device.open("duty:inbox")
    device.lose_connection()
    log_line(device, "Bridge closed, 02:40")
    expect(device.box).to_contain_text("not sent. It sends once when you are back.")
    assert lines_of(OAKLAND) == []
    device.lose_connection(lost=False)
    expect(device.box).to_contain_text("Received")
    device.open("duty:line-list")
    assert lines_of(OAKLAND) == ["Bridge closed, 02:40"]


def test_a_second_one_out_of_the_same_form_is_an_act_of_its_own(device):
    device.open("duty:inbox")
    device.lose_connection()
    log_line(device, "Bridge closed, 02:40")
    device.page.get_by_role("button", name="Write another").click()
    device.page.locator(".h-log-line [name=text]").fill("Bridge open, 03:10")
    device.page.locator(".h-log-line [type=submit]").click()
    expect(device.box.get_by_text("not sent.")).to_have_count(2)
    device.lose_connection(lost=False)
    expect(device.box.get_by_text("Received")).to_have_count(2)
    assert sorted(lines_of(OAKLAND)) == ["Bridge closed, 02:40", "Bridge open, 03:10"]


def test_another_person_on_the_device_neither_sees_nor_sends_what_waits(device):
    device.open("duty:inbox")
    device.lose_connection()
    log_line(device, "Bridge closed, 02:40")
    expect(device.box).to_contain_text("not sent.")
    kept = device.page.evaluate("localStorage.getItem('hansa-outbox')")
    device.page.evaluate("localStorage.removeItem('hansa-outbox')")
    device.lose_connection(lost=False)
    device.sign_in(DENVER)
    device.page.evaluate("kept => localStorage.setItem('hansa-outbox', kept)", kept)
    device.open("duty:inbox")
    expect(device.page.get_by_role("heading", level=1)).to_be_visible()
    assert device.box.is_hidden()
    assert (lines_of(OAKLAND), lines_of(DENVER)) == ([], [])
    device.sign_in(OAKLAND)
    expect(device.box).to_contain_text("Received")
    assert lines_of(OAKLAND) == ["Bridge closed, 02:40"]


def test_what_the_server_refuses_opens_again_with_what_was_typed(device):
    device.open("activation:activation-consult")
    form = device.page.locator("form[data-draft=consult]")
    typed = form.locator("input.usa-input, textarea").first
    typed.fill("Smoke over the hills")
    device.page.evaluate(
        "for (const part of document.querySelectorAll('form[data-draft] [name=act]')) part.value = 'x'"
    )
    device.lose_connection()
    form.locator("[type=submit]").click()
    expect(device.box).to_contain_text("not sent.")
    device.lose_connection(lost=False)
    expect(device.box).to_contain_text("Not taken")
    device.box.get_by_role("link", name="Open the form").click()
    expect(device.page.locator("[data-draft-note]")).to_be_visible()
    assert typed.input_value() == "Smoke over the hills"
    assert Consultation.objects.count() == 0


def test_a_draft_that_was_sent_does_not_come_back(device):
    device.open("duty:handover-new")
    brief = device.page.locator("form[data-draft=handover] textarea").first
    brief.fill("All quiet. Bridge closed.")
    device.page.locator("form[data-draft=handover] [type=submit]").click()
    expect(device.page.locator("form[data-draft=handover]")).to_have_count(0)
    left = device.page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('hansa-draft:'))")
    assert left == []

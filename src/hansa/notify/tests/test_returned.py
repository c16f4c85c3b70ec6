# SPDX-License-Identifier: Apache-2.0
"""What comes back by e-mail: bounces to signed return addresses, a provider's events, the node's own test messages."""

import poplib

import pytest
from anymail.signals import AnymailTrackingEvent, tracking

from hansa import notify
from hansa.core.ids import new_id
from hansa.notify import health, outbox, registry
from hansa.notify.choices import State
from hansa.notify.email import letters, mailbox
from hansa.notify.email.tests.pop import open_mailbox
from hansa.notify.event import Recipient
from hansa.notify.models import ChannelHealth
from hansa.notify.tests.conftest import address, event

pytestmark = pytest.mark.usefixtures("scope")
REPORT = (
    "From: MAILER-DAEMON@city.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
    "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
    "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.city.example\r\n\r\n"
    "Final-Recipient: rfc822; clerk@city.example\r\nAction: {action}\r\nStatus: {status}\r\n"
    "Diagnostic-Code: smtp; 550 no such user here\r\n\r\n--b--\r\n"
)


@pytest.fixture
def box(settings):
    settings.HANSA_BOUNCE_DOMAIN = "bounces.example"
    with open_mailbox() as box:
        settings.HANSA_MAILBOX_URL = box.url
        yield box


@pytest.fixture
def row(box, post_office):
    person, told = new_id(), event()
    address(person)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    return notify.deliveries_for(told.key).get()


def put(box, to, *, status="5.1.1", action="failed"):
    box.letters.append(REPORT.format(to=to, status=status, action=action).encode())


def test_a_hard_bounce_fails_the_delivery_and_ends_the_address(box, row):
    put(box, letters.return_address(row.id))
    assert mailbox.read() == 1 and not box.letters
    row.refresh_from_db()
    row.address.refresh_from_db()
    assert row.state == State.FAILED and "no such user" in row.reason and not row.address.usable


def test_a_full_mailbox_that_bounces_keeps_the_address(box, row):
    put(box, letters.return_address(row.id), status="5.2.2")
    mailbox.read()
    row.refresh_from_db()
    assert row.state == State.FAILED and row.address.usable


def test_a_delay_is_no_failure(box, row):
    put(box, letters.return_address(row.id), status="4.4.1", action="delayed")
    mailbox.read()
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


@pytest.mark.parametrize("forged", ["back-{0}-0123456789abcdef@bounces.example", "clerk@city.example", ""])
def test_a_forged_bounce_changes_nothing(box, row, forged):
    put(box, forged.format(row.id.hex))
    box.letters.append(b"not a letter")
    assert mailbox.read() == 2
    row.refresh_from_db()
    assert row.state == State.ACCEPTED


def test_a_test_message_that_comes_back_is_noted(box, settings, post_office):
    settings.HANSA_MAIL_LOOPBACK = "loop@city.example"
    health.probe(registry.channels["email"])
    assert ChannelHealth.objects.get(channel="email").probe_due_at
    ((_, _, letter),) = post_office.letters
    box.letters.append(letter.as_bytes())
    mailbox.read()
    assert ChannelHealth.objects.get(channel="email").probe_due_at is None


def test_a_mailbox_that_refuses_is_heard(box, settings):
    settings.HANSA_MAILBOX_URL = box.url.replace("secret", "wrong")
    with pytest.raises(poplib.error_proto):
        mailbox.read()


def test_without_a_mailbox_nothing_is_read(settings):
    settings.HANSA_MAILBOX_URL = ""
    assert mailbox.read() == 0


def said(row, kind, **changes):
    given = AnymailTrackingEvent(event_type=kind, metadata={"delivery": str(row.id)}, **changes)
    tracking.send(sender=None, event=given, esp_name="Exercise")
    row.refresh_from_db()
    row.address.refresh_from_db()
    return row


def test_a_provider_says_delivered(row):
    assert said(row, "delivered", message_id="m-1").provider_id == "m-1" and row.state == State.DELIVERED
    assert said(row, "bounced", reject_reason="bounced").state == State.DELIVERED


@pytest.mark.parametrize(
    ("kind", "reason", "usable"),
    [("bounced", "bounced", False), ("rejected", "invalid", False), ("rejected", "spam", True),
     ("failed", "other", True), ("complained", "spam", True), ("rejected", "timed_out", True)],
)  # fmt: skip
def test_a_provider_says_failed(row, kind, reason, usable):
    row = said(row, kind, reject_reason=reason, description="it did not work")
    assert row.state == State.FAILED and "it did not work" in row.reason and row.address.usable is usable


@pytest.mark.parametrize("kind", ["sent", "deferred", "opened", "queued"])
def test_other_events_change_nothing(row, kind):
    assert said(row, kind).state == State.ACCEPTED


def test_an_event_about_somebody_else_changes_nothing(row):
    for metadata in ({}, {"delivery": "x"}, {"delivery": str(new_id())}):
        given = AnymailTrackingEvent(event_type="bounced", metadata=metadata)
        tracking.send(sender=None, event=given, esp_name="Exercise")
    row.refresh_from_db()
    assert row.state == State.ACCEPTED

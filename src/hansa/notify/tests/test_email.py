# SPDX-License-Identifier: Apache-2.0
"""E-mail over a real mail server: what it says, and what becomes of it when the server refuses, stalls or hangs up."""

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.notify import health, outbox
from hansa.notify.choices import State
from hansa.notify.email import letters
from hansa.notify.event import Recipient
from hansa.notify.models import ChannelHealth, Delivery
from hansa.notify.tests.conftest import address, event

pytestmark = pytest.mark.usefixtures("scope")
CLERK = "clerk@city.example"


def send(told=None, person=None, *, value=CLERK, **changes):
    """Tell one person by e-mail and empty the outbox; return the delivery."""
    told, person = told or event(**changes), person or new_id()
    address(person, value)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("email")
    return notify.deliveries_for(told.key).get()


def again():
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("email")
    return Delivery.objects.get()


def test_a_letter_is_plain_and_gives_nothing_away_in_its_subject(post_office, settings):
    settings.HANSA_BOUNCE_DOMAIN = "bounces.example"
    row = send(headline="Four nurses needed", text="Ward 3, names inside", url="/alerts/{message}/", answer=True)
    ((sender, to, letter),) = post_office.letters
    body = letter.get_payload(decode=True).decode()
    assert row.state == State.ACCEPTED and to == CLERK and letter["Message-ID"] == f"<{row.id}@localhost>"
    assert letter["Subject"] == "Four nurses needed" and letter.get_content_type() == "text/plain"
    assert "Ward 3" in body and f"/alerts/{row.message_id}/" in body and row.message.code in body
    assert letter["Auto-Submitted"] == "auto-generated" and "List-Unsubscribe" not in letter
    assert letters.delivery_of(sender) == row.id and letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert letters.delivery_of(sender.replace("back-", "back-0")) is None


def test_a_drill_says_so_and_spanish_readers_read_spanish(post_office):
    person = new_id()
    address(person, exercise=True, language="es")
    notify.send_message(event(exercise="night", headline="Faltan 4 enfermeras"), [Recipient(person)])
    outbox.drain("email")
    ((_, _, letter),) = post_office.letters
    body = letter.get_payload(decode=True).decode()
    assert str(letter["Subject"]).startswith("SIMULACRO") and "Esto es un simulacro" in body


def test_one_connection_serves_many_letters(post_office, settings):
    people = [new_id() for _ in range(20)]
    for number, person in enumerate(people):
        address(person, f"clerk{number}@city.example")
    notify.send_message(event(), [Recipient(person) for person in people])
    assert outbox.drain("email") == 20
    assert len(post_office.letters) == 20 and post_office.connections <= settings.HANSA_EMAIL_LANES


@pytest.mark.parametrize(
    ("answer", "said"), [("rcpt 451 try later", "451"), ("data 451 try later", "451"), ("data 452 full", "452")]
)
def test_a_passing_refusal_is_tried_again(post_office, answer, said):
    post_office.answers["clerk"] = answer
    row = send()
    assert row.state == State.QUEUED and said in row.reason and row.due_at > clock.now() and not row.doubtful
    post_office.answers.clear()
    row = again()
    assert row.state == State.ACCEPTED and row.resent_identically == 0 and len(post_office.letters) == 1


@pytest.mark.parametrize("answer", ["rcpt 452 4.2.2 mailbox full", "rcpt 552 5.2.2 mailbox full"])
def test_a_full_mailbox_waits_and_keeps_its_address(post_office, answer):
    post_office.answers["clerk"] = answer
    row = send()
    assert row.state == State.QUEUED and (row.due_at - clock.now()).total_seconds() > 200
    row.address.refresh_from_db()
    assert row.address.usable


def test_an_unknown_mailbox_fails_and_is_disabled(post_office):
    post_office.answers["clerk"] = "rcpt 550 5.1.1 no such user"
    row = send()
    row.address.refresh_from_db()
    assert row.state == State.FAILED and "no such user" in row.reason
    assert not row.address.usable and "no such user" in row.address.disabled_reason


def test_a_refused_text_fails_and_keeps_the_address(post_office):
    post_office.answers["clerk"] = "data 554 looks like spam"
    row = send()
    row.address.refresh_from_db()
    assert row.state == State.FAILED and row.address.usable


def test_a_connection_lost_after_the_letter_is_in_doubt_and_repeated_identically(post_office):
    post_office.answers["clerk"] = "drop after accept"
    row = send()
    assert row.state == State.QUEUED and row.doubtful
    row = again()
    first, second = post_office.to(CLERK)
    assert row.state == State.ACCEPTED and row.resent_identically == 1
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Subject"] == second["Subject"] and first.get_payload() == second.get_payload()


def test_a_server_that_stalls_is_in_doubt(post_office, settings):
    settings.EMAIL_TIMEOUT = 0.3
    post_office.delay = 1.0
    row = send()
    assert row.state == State.QUEUED and row.doubtful and "timed out" in row.reason


def test_a_dead_server_costs_no_try_and_turns_the_channel_red(settings, post_office):
    settings.EMAIL_PORT = 1
    row = send()
    assert row.state == State.QUEUED and row.tries == 0 and not row.doubtful
    state = ChannelHealth.objects.get(channel="email")
    assert state.red(clock.now()) and "refused" in state.reason.lower()


def test_a_server_that_works_again_turns_it_green(settings, post_office):
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    send()
    settings.EMAIL_PORT = port
    assert again().state == State.ACCEPTED
    assert not ChannelHealth.objects.get(channel="email").red(clock.now())


def test_a_node_without_a_mail_server_says_so(settings, post_office):
    settings.EMAIL_HOST = ""
    row = send()
    assert row.state == State.FAILED and row.reason == "not-set-up"


def test_a_test_message_comes_back_or_the_channel_is_red(settings, post_office):
    settings.HANSA_MAIL_LOOPBACK = "loop@city.example"
    (due,) = [each for each in health.probe_due(clock.now()) if each.name == "email"]
    assert health.probe(due) and not [each for each in health.probe_due(clock.now()) if each.name == "email"]
    row = ChannelHealth.objects.get(channel="email")
    assert not row.red(clock.now()) and row.red(row.probe_due_at.replace(year=row.probe_due_at.year + 1))
    (letter,) = post_office.to("loop@city.example")
    assert not health.returned("email", "test 00") and health.returned("email", str(letter["Subject"]))
    row.refresh_from_db()
    assert row.probe_due_at is None


def test_wrong_credentials_turn_the_channel_red(post_office, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "hansa", "wrong"
    row = send()
    assert row.state == State.QUEUED and ChannelHealth.objects.get(channel="email").red(clock.now())

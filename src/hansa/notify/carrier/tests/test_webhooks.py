# SPDX-License-Identifier: Apache-2.0
"""Webhooks of the telephone provider: forged, replayed, reversed, and who they find."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.notify import registry
from hansa.notify.carrier import signature
from hansa.notify.choices import State
from hansa.notify.claiming import CODE, CONFIRMING
from hansa.notify.event import Recipient
from hansa.notify.models import Address, Attempt, ChannelHealth, Delivery, Inbound, Message
from hansa.notify.tests.conftest import address, event

MEMBER, OTHER = "oakland-ca", "portland-or"
PHONE, OWN, TOKEN = "+15105550101", "+15005550006", "12345"
BASE = "https://hansa.example.org"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider(settings):
    settings.HANSA_HOOKS_URL, settings.HANSA_PHONE_TOKEN = BASE, TOKEN


def post(name: str, *args, token: str = TOKEN, query: str = "", **fields):
    path = reverse(name, args=args) + query
    given = signature.sign(token, BASE + path, {key: [value] for key, value in fields.items()})
    return Client().post(path, fields, headers={"X-Twilio-Signature": given})


def told(member: str = MEMBER, channel: str = "sms", phone: str = PHONE, **changes) -> Attempt:
    """Tell a person of a member over their phone; return the attempt that is under way."""
    with member_scope(member):
        person = new_id()
        address(person, phone, channel, **{"language": changes.pop("language", "en")})
        notify.send_message(event(**changes), [Recipient(person)])
        delivery = Delivery.objects.get(message__person=person)
        Delivery.objects.filter(id=delivery.id).update(state=State.SENDING)
        return Attempt.objects.create(delivery=delivery)


def fresh(attempt: Attempt, member: str = MEMBER) -> Delivery:
    with member_scope(member):
        return Delivery.objects.select_related("message", "address").get(id=attempt.delivery_id)


def text(body: str, sid: str = "SM1", sender: str = PHONE, **changes) -> str:
    answer = post("notify-sms", MessageSid=sid, From=sender, To=OWN, Body=body, **changes)
    assert answer.status_code == 200
    return answer.content.decode().removeprefix("<Response>").removesuffix("</Response>")


def status(attempt: Attempt, state: str, sid: str = "SM1", **more):
    return post("notify-sms-status", attempt.id, MessageSid=sid, MessageStatus=state, **more)


def test_a_forged_webhook_is_refused_and_changes_nothing():
    attempt = told()
    code = fresh(attempt).message.code
    assert post("notify-sms", token="other", MessageSid="SM1", From=PHONE, Body=code).status_code == 403
    assert (
        post("notify-sms-status", attempt.id, token="other", MessageSid="SM1", MessageStatus="delivered").status_code
        == 403
    )
    assert Client().post(reverse("notify-sms"), {"MessageSid": "SM1", "From": PHONE, "Body": code}).status_code == 403
    delivery = fresh(attempt)
    assert delivery.state == State.SENDING and delivery.message.acknowledged_at is None


def test_without_a_token_nothing_is_believed(settings):
    settings.HANSA_PHONE_TOKEN = ""
    assert post("notify-sms", token="", MessageSid="SM1", From=PHONE, Body="STOP").status_code == 403


def test_the_signature_covers_the_query_and_fields_that_nobody_knows():
    assert post("notify-sms", query="?a=1", MessageSid="SM1", From=PHONE, Body="hello", New="field").status_code == 200
    path = reverse("notify-sms")
    given = signature.sign(TOKEN, BASE + path, {"From": [PHONE]})
    for forged, fields in ((f"{path}?a=1", {"From": PHONE}), (path, {"From": PHONE, "Body": "STOP"})):
        assert Client().post(forged, fields, headers={"X-Twilio-Signature": given}).status_code == 403


def test_a_page_is_no_webhook():
    assert Client().get(reverse("notify-sms")).status_code == 405


@pytest.mark.parametrize(
    "order", [("sent", "delivered"), ("delivered", "sent"), ("sent", "sent", "delivered", "delivered")]
)
def test_reports_in_any_order_and_number_end_alike(order):
    attempt = told()
    for state in order:
        assert status(attempt, state).status_code == 204
    delivery = fresh(attempt)
    assert (delivery.state, delivery.provider_id) == (State.DELIVERED, "SM1")


def test_undelivered_says_why_and_an_unknown_number_is_not_used_again():
    lost = []
    registry.unreachable.append(lambda message, reason: lost.append(reason))
    attempt = told()
    status(attempt, "undelivered", ErrorCode="30005")
    registry.unreachable.pop()
    delivery = fresh(attempt)
    assert (delivery.state, delivery.reason) == (State.FAILED, "30005")
    assert delivery.address.disabled_reason == delivery.reason and lost == ["failed"]


def test_a_phone_that_is_off_keeps_its_number():
    attempt = told()
    status(attempt, "undelivered", ErrorCode="30003")
    assert fresh(attempt).address.usable


def test_a_phone_that_is_off_is_tried_once_more_and_then_it_failed():
    first = told()
    status(first, "undelivered", ErrorCode="30003")
    waiting = fresh(first)
    assert (waiting.state, waiting.due_at - waiting.changed_at) == (State.QUEUED, timedelta(seconds=30))
    for late in ("sent", "undelivered"):
        status(first, late, ErrorCode="30003")
        assert fresh(first).state == State.QUEUED, "a repeat, or what comes in the wrong order, changes nothing"
    with member_scope(MEMBER):
        assert ProcrastinateJob.objects.filter(queue_name="notify-sms", scheduled_at__gte=waiting.due_at).exists()
        Delivery.objects.filter(id=first.delivery_id).update(state=State.SENDING)
        second = Attempt.objects.create(delivery_id=first.delivery_id)
    status(second, "undelivered", sid="SM2", ErrorCode="30003")
    ended = fresh(first)
    assert (ended.state, ended.reason[:5]) == (State.FAILED, "30003")
    status(first, "delivered")
    assert fresh(first).state == State.DELIVERED, "it arrived after all"


def test_what_would_come_too_late_is_not_tried_again():
    attempt = told(expires_at=clock.now() + timedelta(seconds=20))
    status(attempt, "undelivered", ErrorCode="30003")
    assert fresh(attempt).state == State.FAILED


def test_what_an_earlier_attempt_reports_does_not_end_the_one_that_followed():
    first = told()
    with member_scope(MEMBER):
        Delivery.objects.filter(id=first.delivery_id).update(state=State.ACCEPTED, provider_id="SM2")
    status(first, "undelivered", sid="SM1", ErrorCode="30005")
    assert fresh(first).state == State.ACCEPTED and fresh(first).address.usable
    status(first, "delivered", sid="SM1")
    assert fresh(first).state == State.DELIVERED, "either of two identical texts reaches the person"


def test_a_report_settles_what_was_in_doubt():
    attempt = told()
    with member_scope(MEMBER):
        Delivery.objects.filter(id=attempt.delivery_id).update(state=State.QUEUED, doubtful=True)
    status(attempt, "sent")
    assert (fresh(attempt).state, fresh(attempt).provider_id) == (State.ACCEPTED, "SM1")


def test_an_attempt_that_nobody_knows_is_answered_with_success():
    assert post("notify-sms-status", new_id(), MessageSid="SM1", MessageStatus="sent").status_code == 204
    assert post("notify-voice-status", new_id(), CallSid="CA1", CallStatus="completed").status_code == 204
    assert "<Hangup/>" in post("notify-voice", new_id(), CallSid="CA1").content.decode()


def test_a_code_takes_the_event_once_and_a_replay_changes_nothing():
    taken = []
    registry.acknowledged.append(lambda message: taken.append(message.id))
    attempt = told()
    message = fresh(attempt).message
    assert "You have taken it" in text(f"ok {message.code.lower()}")
    assert text(f"ok {message.code.lower()}") == "", "the same id again"
    assert "You have taken it" in text(message.code, sid="SM2"), "once more from the same person: no alarm"
    registry.acknowledged.pop()
    assert taken == [message.id]
    assert fresh(attempt).message.acknowledged_via == "sms"


def test_the_second_hears_who_was_first(monkeypatch):
    first = told(key="same")
    second = told(key="same", phone="+15105550102", language="es")
    monkeypatch.setattr(registry, "_names", [lambda ids: dict.fromkeys(ids, "EXERCISE Ana")])
    text(fresh(first).message.code)
    said = text(fresh(second).message.code, sid="SM2", sender="+15105550102")
    assert "EXERCISE Ana" in said and fresh(second).message.acknowledged_at is None


def test_a_code_from_another_phone_is_no_code():
    attempt = told()
    told(phone="+15105550102")
    said = text(fresh(attempt).message.code, sender="+15105550102")
    assert "not the code" in said and fresh(attempt).message.acknowledged_at is None
    assert text(fresh(attempt).message.code, sid="SM2", sender="+15105559999") == "", "a number that nobody knows"


def test_five_wrong_codes_lock_the_message_and_tell():
    lost = []
    registry.unreachable.append(lambda message, reason: lost.append(reason))
    attempt = told()
    code = fresh(attempt).message.code
    wrong = "CCC3C" if code != "CCC3C" else "CCC4C"
    said = [text(wrong, sid=f"SM{n}") for n in range(5)]
    registry.unreachable.pop()
    assert "Tries left: 4" in said[0] and "locked" in said[4] and lost == ["locked"]
    assert "locked" in text(code, sid="SM9") and fresh(attempt).message.acknowledged_at is None


@pytest.mark.parametrize("word", ["yes", "Sí", "on my way"])
def test_words_without_the_code_take_nothing_and_say_so(word):
    attempt = told()
    said = text(word)
    assert f"Reply {fresh(attempt).message.code} to take it" in said
    assert fresh(attempt).message.acknowledged_at is None and fresh(attempt).message.wrong_tries == 0


def test_an_automatic_answer_is_not_answered_for_ever():
    told()
    said = [text("I am out of office", sid=f"SM{n}") for n in range(20)]
    assert all(said[:12]) and not any(said[12:])


@pytest.mark.parametrize("word", ["STOP", "alto", "Opt out"])
def test_stop_disables_the_number_at_every_member_and_tells(word):
    told_of = []
    registry.disabled.append(lambda row, reason: told_of.append(row.member))
    mine, theirs = told(), told(OTHER)
    said = text(word)
    assert "START" in said and text(word) == "", "one text confirms, a replay none"
    registry.disabled.pop()
    assert told_of == [MEMBER, OTHER]
    assert not fresh(mine).address.usable and not fresh(theirs, OTHER).address.usable


def test_start_turns_on_what_a_stop_turned_off_and_nothing_else():
    attempt = told()
    text("STOP")
    assert "again" in text("START", sid="SM2")
    row = fresh(attempt).address
    assert row.usable and (row.consent_text, row.consent_source) == ("START", "text message")
    with member_scope(MEMBER):
        Address.objects.filter(id=row.id).update(disabled_at=row.added_at, disabled_reason="30005: unknown")
    assert text("START", sid="SM3") == "" and not fresh(attempt).address.usable


def test_yes_is_no_start():
    attempt = told()
    text("STOP")
    text("yes", sid="SM2")
    assert not fresh(attempt).address.usable


def test_help_says_what_this_is(settings):
    settings.HANSA_DUTY_LINE = "(510) 555-0100"
    told(language="es")
    assert "(510) 555-0100" in text("AYUDA")


def confirming(channel: str = "sms") -> Attempt:
    """Return an attempt to send the code that confirms an address of a person whose phone is known."""
    attempt = told(channel=channel)
    with member_scope(MEMBER):
        row = attempt.delivery.address
        Address.objects.filter(id=row.id).update(verified_at=None)
        headline = f"Your code for Hansa is {CODE}"
        Message.objects.filter(id=attempt.delivery.message_id).update(
            event=f"{CONFIRMING}{row.id}:0", headline=headline
        )
    return attempt


def test_a_reply_with_its_code_confirms_a_number():
    attempt = confirming()
    assert text("yes") == "", "the code is said to nobody who does not have it"
    assert text(fresh(attempt).message.code, sid="SM2").startswith("<Message>Confirmed.")
    assert fresh(attempt).address.usable


def test_a_reply_confirms_no_address_but_the_number_from_which_it_comes():
    attempt = confirming()
    with member_scope(MEMBER):
        other = address(attempt.delivery.message.person, "other@city.example", verified_at=None)
        Message.objects.filter(id=attempt.delivery.message_id).update(event=f"{CONFIRMING}{other.id}:0")
    text(fresh(attempt).message.code)
    assert fresh(attempt).message.acknowledged_at is None


def test_a_code_that_is_read_out_is_spelled_and_no_key_confirms_the_number():
    attempt = confirming("voice")
    spoken = post("notify-voice", attempt.id, CallSid="CA1").content.decode()
    assert f"Your code for Hansa is {', '.join(fresh(attempt).message.code)}." in spoken and CODE not in spoken
    post("notify-voice-key", attempt.id, CallSid="CA1", Digits="1")
    assert not fresh(attempt).address.usable and fresh(attempt).state == State.DELIVERED


def test_what_somebody_wrote_is_not_kept():
    told()
    text("Ana is in room 12")
    with member_scope(MEMBER):
        assert list(Inbound.objects.values_list("provider_id", "meaning")) == [("SM1", "other")]


def test_a_key_takes_the_event_and_the_result_is_spoken():
    attempt = told(channel="voice", headline="Four nurses needed in two hours")
    spoken = post("notify-voice", attempt.id, CallSid="CA1").content.decode()
    assert spoken.count("Four nurses needed in two hours.") == 2
    assert spoken.index("To take it over") < spoken.index("press 1")
    assert f'action="{BASE}/hooks/voice/{attempt.id}/key"' in spoken
    assert "You have taken it" in post("notify-voice-key", attempt.id, CallSid="CA1", Digits="1").content.decode()
    assert "You have taken it" in post("notify-voice-key", attempt.id, CallSid="CA1", Digits="1").content.decode()
    post("notify-voice-status", attempt.id, CallSid="CA1", CallStatus="completed")
    delivery = fresh(attempt)
    assert (delivery.state, delivery.message.acknowledged_via) == (State.ACKNOWLEDGED, "keypad")


def test_voicemail_never_counts():
    attempt = told(channel="voice")
    for state in ("ringing", "in-progress"):
        post("notify-voice-status", attempt.id, CallSid="CA1", CallStatus=state)
    post("notify-voice", attempt.id, CallSid="CA1")
    assert fresh(attempt).state == State.ACCEPTED
    post("notify-voice-status", attempt.id, CallSid="CA1", CallStatus="completed")
    assert (fresh(attempt).state, fresh(attempt).message.acknowledged_at) == (State.FAILED, None)


@pytest.mark.parametrize("state", ["busy", "no-answer", "failed", "canceled"])
def test_a_call_that_reached_nobody_failed(state):
    attempt = told(channel="voice")
    post("notify-voice-status", attempt.id, CallSid="CA1", CallStatus=state)
    assert fresh(attempt).state == State.FAILED and fresh(attempt).reason


@pytest.mark.parametrize(("key", "said"), [("2", "<Redirect"), ("7", "That key does nothing"), ("", "That key")])
def test_other_keys_bring_the_question_again(key, said):
    attempt = told(channel="voice")
    spoken = post("notify-voice-key", attempt.id, CallSid="CA1", Digits=key).content.decode()
    assert said in spoken and f"{BASE}/hooks/voice/{attempt.id}</Redirect>" in spoken
    assert fresh(attempt).message.acknowledged_at is None


def test_a_call_without_a_question_asks_for_a_key_all_the_same():
    attempt = told(channel="voice", answer=False)
    assert (
        "To confirm that you heard this, press 1." in post("notify-voice", attempt.id, CallSid="CA1").content.decode()
    )
    post("notify-voice-key", attempt.id, CallSid="CA1", Digits="1")
    assert fresh(attempt).state == State.DELIVERED and fresh(attempt).message.acknowledged_at is None


def test_members_are_kept_apart():
    attempt = told()
    with member_scope(OTHER):
        assert not Message.objects.filter(id=fresh(attempt).message_id).exists()
    status(attempt, "delivered")
    assert fresh(attempt).state == State.DELIVERED


@pytest.mark.parametrize("channel", ["sms", "voice"])
def test_a_test_message_that_comes_back_turns_the_channel_green(channel):
    number = new_id()
    ChannelHealth.objects.create(channel=channel, probe=number, probe_due_at=clock.now(), failing_since=clock.now())
    if channel == "sms":
        assert text(f"Hansa test {number.hex}.", sender=OWN) == ""
    else:
        post("notify-voice", number, CallSid="CA1")
    assert not ChannelHealth.objects.get().red(clock.now() + timedelta(hours=1))

# SPDX-License-Identifier: Apache-2.0
"""Whose term has ended takes nothing, over whatever road the answer comes in, and the next is asked at once."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.duty import raising
from hansa.duty.tests.night import OAKLAND, only_alert
from hansa.duty.tests.test_alarms import cast, message_to, night, raised, sent, travel
from hansa.notify.carrier import signature
from hansa.notify.models import Attempt, Delivery
from hansa.people.models import Appointment

__all__ = ["cast", "night", "travel"]


@pytest.mark.parametrize("way", ["sms", "keypad", "link"])
def test_an_answer_that_comes_in_an_hour_after_the_term_ended_is_refused_and_escalates(
    travel, cast, night, settings, way
):
    """Through the provider's signed webhooks, and through the link: real requests."""
    settings.HANSA_PHONE_TOKEN, settings.HANSA_HOOKS_URL = "12345", "https://hansa.example.org"
    raised(cast)
    officer = cast.oakland_duty.id
    with node_scope():
        Appointment.objects.filter(person=officer).update(ended_at=clock.now() - timedelta(hours=1))
    with member_scope(OAKLAND):
        message = message_to(officer)
        attempt = Attempt.objects.create(delivery=Delivery.objects.filter(message=message, channel="sms").get())
    answers = {
        "sms": lambda: webhook("notify-sms", MessageSid="SM1", From=f"+1{int(officer) % 10**10:010d}",
                               Body=message.code),
        "keypad": lambda: webhook("notify-voice-key", attempt.id, CallSid="CA1", Digits="1"),
        "link": lambda: Client().post(message.url),
    }  # fmt: skip
    said = answers[way]()
    assert said.status_code == (403 if way == "link" else 200)
    assert b"our term has ended" in said.content
    alert = only_alert()
    assert alert.taken_by is None and alert.end == "" and alert.locked == [officer]
    assert officer not in alert.asking and alert.next_at <= clock.now()
    night.posts = {OAKLAND: [cast.oakland_admin.id]}
    raising.climb(at=clock.now())
    assert sent()[-1][0] == cast.oakland_admin.id


def webhook(name: str, *args, **fields):
    path = reverse(name, args=args)
    given = signature.sign("12345", f"https://hansa.example.org{path}", {key: [said] for key, said in fields.items()})
    return Client().post(path, fields, headers={"X-Twilio-Signature": given})

# SPDX-License-Identifier: Apache-2.0
"""Web push to a real service on loopback that decrypts it; and the hosts that a node never calls."""

import json

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid
from hansa.notify import confirming, outbox, registry
from hansa.notify.choices import State
from hansa.notify.event import Recipient
from hansa.notify.models import Address, Delivery
from hansa.notify.tests.conftest import MEMBER, event
from hansa.notify.tests.push_service import open_push_service
from hansa.notify.webpush import subscriptions
from hansa.notify.webpush.transport import WebPush


@pytest.fixture
def service(settings, monkeypatch):
    with open_push_service() as service:
        settings.HANSA_PUSH_HOSTS = [service.origin]
        channel = WebPush()
        monkeypatch.setitem(registry.channels, "webpush", channel)
        yield service
        channel.close()


@pytest.fixture
def person(scope, service):
    actor = Actor(new_id(), MEMBER, "duty-officer")
    confirming.add_subscription(service.subscription, actor=actor, language="en")
    return actor.person


def push(person, **changes):
    told = event(**changes)
    notify.send_message(told, [Recipient(person)])
    outbox.drain("webpush")
    return notify.deliveries_for(told.key).get()


def again():
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("webpush")
    return Delivery.objects.get()


def test_a_push_shows_a_headline_and_a_link_and_nothing_else(service, person):
    row = push(person, headline="Four nurses needed", text="Ward 3", url="/alerts/{message}/", urgency="high")
    ((headers, said),) = service.taken
    assert row.state == State.ACCEPTED and row.provider_id == "/message/1"
    url = f"http://localhost:8000/alerts/{row.message_id}/"
    assert said == {"title": "Four nurses needed", "url": url, "tag": headers["topic"], "lang": "en"}
    assert headers["urgency"] == "high" and 43_000 < int(headers["ttl"]) <= 43_200
    assert headers["authorization"].startswith("vapid t=") and len(headers["topic"]) == 22


@pytest.mark.parametrize("status", [404, 410])
def test_a_subscription_that_ended_is_forgotten(service, person, status):
    service.answers = [(status, {})]
    row = push(person)
    address = Address.objects.get()
    assert row.state == State.FAILED and not address.usable and bytes(address.sealed) == b""


def test_a_busy_service_is_tried_again_when_it_says(service, person):
    service.answers = [(429, {"Retry-After": "120"})]
    row = push(person)
    assert row.state == State.QUEUED and (row.due_at - clock.now()).total_seconds() > 100
    assert again().state == State.ACCEPTED and len(service.taken) == 1


def test_a_lost_answer_is_repeated_under_the_same_topic(service, person):
    service.answers = [(0, {})]
    row = push(person)
    assert row.state == State.QUEUED and row.doubtful
    row = again()
    (first, said), (second, same) = service.taken
    assert row.state == State.ACCEPTED and row.resent_identically == 1
    assert first["topic"] == second["topic"] and said == same


def test_a_redirect_is_not_followed(service, person):
    service.answers = [(307, {"Location": f"{service.origin}/elsewhere"})]
    assert push(person).state == State.FAILED and not service.taken


def test_the_same_browser_again_is_one_address(service, person):
    confirming.add_subscription(service.subscription, actor=Actor(person, MEMBER, "duty-officer"), language="es")
    assert Address.objects.get().language == "es"


@pytest.mark.parametrize(
    "endpoint",
    ["http://fcm.googleapis.com/x", "https://10.0.0.1/x", "https://localhost/x", "https://fcm.googleapis.com.evil.example/x",
     "https://evil.example/fcm.googleapis.com", "https://fcm.googleapis.com:8443/x", "https://a@fcm.googleapis.com/x",
     "https://push.apple.com.evil.example", "file:///etc/passwd", "https://[::1]/x", "https://["],
)  # fmt: skip
def test_no_other_host_is_called(endpoint):
    assert not subscriptions.may_call(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/1",
        "https://web.push.apple.com/Q",
        "https://updates.push.services.mozilla.com/w",
    ],
)
def test_push_services_of_browsers_are_called(endpoint):
    assert subscriptions.may_call(endpoint)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"endpoint": 1, "keys": {}}', "[" * 100_000])
def test_what_is_no_subscription_is_refused(scope, text):
    with pytest.raises(Invalid):
        confirming.add_subscription(text, actor=Actor(new_id(), MEMBER, "legal"), language="en")


def test_keys_of_a_wrong_size_are_refused(service):
    given = json.loads(service.subscription)
    given["keys"]["auth"] = "AAAA"
    assert subscriptions.read(json.dumps(given)) is None


def test_a_subscription_elsewhere_is_neither_kept_nor_called(service, person, settings):
    settings.HANSA_PUSH_HOSTS = []
    with pytest.raises(Invalid):
        confirming.add_subscription(service.subscription, actor=Actor(person, MEMBER, "legal"), language="en")
    assert push(person).state == State.FAILED and not service.taken

# SPDX-License-Identifier: Apache-2.0
"""Web push to a real service on loopback that decrypts it; and the hosts that a node never calls."""

import json
from datetime import timedelta

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid
from hansa.notify import checking, confirming, outbox, queries, registry
from hansa.notify.choices import State
from hansa.notify.event import Recipient
from hansa.notify.models import Address, Delivery, Message
from hansa.notify.tests.conftest import MEMBER, address, event
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
    return notify.deliveries_for(told.key).get(channel="webpush")


def again():
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("webpush")
    return Delivery.objects.get()


def test_a_push_shows_a_headline_and_a_link_and_nothing_else(service, person):
    row = push(person, headline="Four nurses needed", text="Ward 3", url="/alerts/{message}/", urgency="high")
    ((headers, said),) = service.taken
    assert row.state == State.ACCEPTED and row.provider_id == "/message/1"
    url = f"http://localhost:8000/alerts/{row.message_id}/"
    shown = f"/hooks/push/{row.attempts.get().id}"
    assert said == {"title": "Four nurses needed", "url": url, "tag": headers["topic"], "lang": "en", "shown": shown}
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
    assert first["topic"] == second["topic"] and said | {"shown": ""} == same | {"shown": ""}


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


def test_the_browser_says_that_it_showed_a_message(service, person, client):
    row = push(person)
    ((_, said),) = service.taken
    assert said["shown"] == f"/hooks/push/{row.attempts.get().id}" and "quiet" not in said
    for _ in range(2):  # twice is as once
        assert client.post(said["shown"]).status_code == 204
    row.refresh_from_db()
    assert row.state == State.DELIVERED and Address.objects.get().heard_at


def test_a_marker_that_others_know_says_nothing_of_a_browser(scope, client):
    row = Delivery.objects.create(message=Message.objects.create(event="e", person=new_id(), headline="h",
                                  expires_at=clock.now()), address=address(new_id()), channel="email")  # fmt: skip
    marker = row.attempts.create().id
    assert client.post(f"/hooks/push/{marker}").status_code == 204
    assert client.post(f"/hooks/push/{new_id()}").status_code == 204
    assert client.get(f"/hooks/push/{marker}").status_code == 405
    row.refresh_from_db()
    assert row.state == State.QUEUED and Address.objects.get().heard_at is None


def look(days: float) -> int:
    return checking.check_browsers(at=clock.now() + timedelta(days=days))


def test_a_browser_that_showed_nothing_for_a_week_is_asked_and_its_answer_counts(service, person, client, scope):
    assert look(6.9) == 0 and look(7.1) == 1 and look(7.2) == 0
    Delivery.objects.update(due_at=clock.now())
    outbox.drain("webpush")
    ((_, said),) = service.taken
    assert said["title"] == "A test: this browser shows messages from Hansa" and said["quiet"]
    client.post(said["shown"])
    Address.objects.update(heard_at=clock.now() + timedelta(days=7.3))  # it came then
    assert look(10.2) == 0 and look(14.2) == 0 and look(14.4) == 1
    assert Address.objects.get().silent_at is None


def test_a_browser_that_does_not_answer_is_silent_until_it_shows_something(service, person, client, scope, monkeypatch):
    heard: list[str] = []
    monkeypatch.setattr(registry, "disabled", [lambda row, reason: heard.append(reason)])
    address(person, "ana@city.example")
    look(7.1)
    assert look(10.0) == 0 and look(10.2) == 1 and look(10.3) == 0
    assert heard == [checking.SILENT]
    assert [
        row.channel for row in notify.deliveries_for(Message.objects.get(headline__contains="no longer").event)
    ] == ["email"]
    assert queries.addresses_off().get().channel == "webpush"
    row = push(person)  # it goes on being sent to
    client.post(f"/hooks/push/{row.attempts.get().id}")
    assert Address.objects.get(channel="webpush").silent_at is None and not queries.addresses_off()


def test_a_new_subscription_takes_the_place_of_the_one_that_fell_silent(service, person):
    Address.objects.update(silent_at=clock.now())
    new = json.loads(service.subscription) | {"endpoint": f"{service.origin}/push/2"}
    actor = Actor(person, MEMBER, "duty-officer")
    confirming.add_subscription(json.dumps(new), actor=actor, language="en", replaces=f"{service.origin}/push/1")
    (row,) = queries.addresses_of(person)
    assert row.usable and not row.silent_at and json.loads(row.value)["endpoint"].endswith("/2")

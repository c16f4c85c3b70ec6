# SPDX-License-Identifier: Apache-2.0
"""Programs of an administrator read what became of messages, addresses covered; others are refused with the reason."""

import pytest
from django.test import Client

from hansa import notify
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.notify import outbox
from hansa.notify.event import Recipient
from hansa.notify.tests.conftest import MEMBER, address, event
from hansa.people import actions
from hansa.people.tests.conftest import cast

__all__ = ["cast"]
pytestmark = pytest.mark.django_db
DELIVERIES = "/api/v1/notify/deliveries"


def program(cast, name: str) -> Client:
    actor = cast.actor(name)
    with member_scope(actor.member):
        _token, secret = actions.make_token(name="test", scopes=["read"], actor=actor, at=clock.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


@pytest.fixture
def told(cast, post_office):
    post_office.answers["officer"] = "rcpt 550 5.1.1 no such user"
    told = event()
    with member_scope(MEMBER):
        address(cast.oakland_duty.id, "officer@city.example")
        notify.send_message(told, [Recipient(cast.oakland_duty.id)])
        outbox.drain("email")
    return told


def test_an_administrator_reads_what_became_of_messages(cast, told):
    client = program(cast, "oakland_admin")
    (row,) = client.get(DELIVERIES, {"state": "failed", "event": told.key}).json()
    assert row["address"] == "o•••@city.example" and "no such user" in row["reason"]
    assert [each["outcome"] for each in row["attempts"]] == ["refused"]
    assert client.get(DELIVERIES, {"state": "delivered"}).json() == []
    assert client.get(DELIVERIES, {"before": row["changed_at"]}).json() == []
    assert client.get(DELIVERIES, {"state": "nonsense"}).status_code == 422


def test_channels_say_whether_they_work(cast, told):
    rows = {row["channel"]: row for row in program(cast, "oakland_admin").get("/api/v1/notify/channels").json()}
    assert set(rows) == {"email", "sms", "voice", "webpush"} and rows["email"]["works"]


def test_others_are_refused_and_another_member_sees_nothing(cast, told):
    answer = program(cast, "oakland_duty").get(DELIVERIES)
    assert answer.status_code == 403 and answer.json()["who"] == ["administrator"]
    assert program(cast, "portland_admin").get(DELIVERIES).json() == []
    assert Client().get(DELIVERIES).status_code == 401

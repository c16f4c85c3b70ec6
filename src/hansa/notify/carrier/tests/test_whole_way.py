# SPDX-License-Identifier: Apache-2.0
"""From the message to the phone and back, over real sockets: web server, worker processes, stand-in."""

import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.notify import outbox
from hansa.notify.carrier.tests.conftest import use
from hansa.notify.choices import State
from hansa.notify.event import Event, Recipient
from hansa.notify.models import Attempt, Delivery, Message
from hansa.notify.registry import channels
from hansa.notify.sms.transport import Sms
from hansa.notify.standin.control import started
from hansa.notify.tests.conftest import address
from hansa.notify.voice.transport import Voice

pytestmark = pytest.mark.django_db(transaction=True)
MEMBER, OTHER = "oakland-ca", "portland-or"
WORKER = Path(__file__).with_name("phone_worker.py")


@pytest.fixture(scope="module")
def _running(live_server):
    with started(hooks=f"{live_server.url}/hooks", speed=100) as running:
        yield running


@pytest.fixture
def standin(_running, live_server, settings, monkeypatch):
    """Yield a stand-in that calls back to this test's web server."""
    _running.clear()
    use(settings, _running)
    settings.HANSA_HOOKS_URL = live_server.url
    own = [Sms(), Voice()]
    for channel in own:
        monkeypatch.setitem(channels, channel.name, channel)
    yield _running
    for channel in own:
        channel.close()


def number(place: int) -> str:
    return f"+1510555{place:04}"


def tell(*places: int, channel: str = "sms", member: str = MEMBER) -> list[str]:
    """Tell persons with these numbers; return their codes."""
    with member_scope(member):
        people = [new_id() for _ in places]
        for person, place in zip(people, places, strict=True):
            address(person, number(place), channel)
        event = Event(f"test:{new_id()}", "Four nurses needed", answer=True)
        sent = notify.send_message(event, [Recipient(person) for person in people])
        return [sent.messages[person].code for person in people]


def deliveries(member: str = MEMBER) -> list[Delivery]:
    with member_scope(member):
        return list(Delivery.objects.select_related("message").order_by("id"))


def until(state: State, member: str = MEMBER) -> list[Delivery]:
    """Return the deliveries once all are in a state; webhooks come while this waits."""
    deadline = time.monotonic() + 15
    while True:
        rows = deliveries(member)
        if {row.state for row in rows} == {state}:
            return rows
        assert time.monotonic() < deadline, [(row.state, row.reason) for row in rows]
        time.sleep(0.05)


def now_due() -> None:
    with member_scope(MEMBER):
        Delivery.objects.filter(state=State.QUEUED).update(due_at=clock.now())


def kinds() -> Counter:
    with member_scope(MEMBER):
        return Counter(Attempt.objects.values_list("outcome", flat=True))


def test_a_text_is_delivered_and_its_code_takes_the_event(standin):
    standin.phones({"number": number(1), "replies": True})
    tell(1)
    outbox.drain("sms")
    (delivery,) = until(State.ACKNOWLEDGED)
    assert delivery.message.acknowledged_via == "sms" and delivery.provider_id.startswith("SM")
    assert "You have taken it" in standin.wait(lambda state: len(state["texts"]) == 3)["texts"][-1]["body"]


def test_a_key_in_a_call_takes_the_event(standin):
    standin.phones({"number": number(2), "manner": "answers", "keys": "72" + "1"})
    tell(2, channel="voice")
    outbox.drain("voice")
    (delivery,) = until(State.ACKNOWLEDGED)
    state = standin.wait(lambda state: state["calls"][-1]["status"] == "completed")
    said = state["calls"][-1]["said"]
    assert "That key does nothing." in said and said[-1].startswith("You have taken it")
    assert delivery.message.acknowledged_via == "keypad"


@pytest.mark.parametrize("manner", ["voicemail", "sleeps", "busy"])
def test_who_does_not_press_a_key_has_not_been_reached(standin, manner):
    standin.phones({"number": number(3), "manner": manner})
    tell(3, channel="voice")
    outbox.drain("voice")
    (delivery,) = until(State.FAILED)
    assert delivery.message.acknowledged_at is None and delivery.reason


def test_late_repeated_reversed_and_forged_reports_end_in_the_truth(standin):
    standin.faults(repeat=2, reverse=True, forge=True, delay=0.01)
    tell(4)
    outbox.drain("sms")
    until(State.DELIVERED)
    log = standin.wait(lambda state: len(state["log"]) == 8)["log"]
    assert Counter(line[-3:] for line in log) == {"403": 4, "204": 4}


@pytest.mark.parametrize("channel", ["sms", "voice"])
@pytest.mark.parametrize(
    ("fault", "ends"),
    [("hang-up", {"unknown": 1, "accepted": 1}), ("500", {"unknown": 1, "accepted": 1}),
     ("429", {"refused": 1, "accepted": 1}), ("lost", {"unknown": 1, "found": 1})],
)  # fmt: skip
def test_after_a_fault_exactly_one_goes_out(standin, channel, fault, ends):
    standin.faults(next=[fault], silent=True)
    tell(5, channel=channel)
    outbox.drain(channel)
    assert deliveries()[0].state == State.QUEUED
    now_due()
    outbox.drain(channel)
    (delivery,) = until(State.ACCEPTED)
    kept = standin.state()["texts" if channel == "sms" else "calls"]
    assert [row["sid"] for row in kept] == [delivery.provider_id] and kinds() == ends


@pytest.mark.parametrize("other", [MEMBER, OTHER])
def test_a_call_about_something_else_is_not_taken_for_the_lost_one(standin, other):
    standin.faults(silent=True)
    tell(8, channel="voice", member=other)
    outbox.drain("voice")
    standin.faults(next=["hang-up"])
    tell(8, channel="voice")
    outbox.drain("voice")
    now_due()
    outbox.drain("voice")
    mine = {row.provider_id for row in until(State.ACCEPTED)} | {
        row.provider_id for row in until(State.ACCEPTED, other)
    }
    assert mine == {row["sid"] for row in standin.state()["calls"]} and len(mine) == 2


def test_a_report_settles_a_lost_answer_before_anybody_asks(standin):
    standin.faults(next=["lost"])
    tell(6)
    outbox.drain("sms")
    (delivery,) = until(State.DELIVERED)
    now_due()
    outbox.drain("sms")
    assert len(standin.state()["texts"]) == 1 and delivery.provider_id


def test_a_provider_that_is_down_holds_nothing_up_for_ever(standin):
    standin.faults(down=["sms", "voice"])
    tell(7)
    outbox.drain("sms")
    now_due()
    outbox.drain("sms")
    assert deliveries()[0].state == State.QUEUED
    standin.faults(down=[])
    now_due()
    outbox.drain("sms")
    until(State.DELIVERED)
    assert len(standin.state()["texts"]) == 1


def worker(standin, live_server, web_url, channel: str, stage: str = "none") -> subprocess.Popen:
    environment = os.environ | standin.environment | {"DATABASE_URL": web_url, "HANSA_HOOKS_URL": live_server.url}
    return subprocess.Popen([sys.executable, str(WORKER), channel, stage], env=environment)


@pytest.mark.parametrize("channel", ["sms", "voice"])
@pytest.mark.parametrize("stage", ["claimed", "accepted"])
def test_a_worker_that_is_killed_loses_and_doubles_nothing(standin, live_server, web_url, channel, stage):
    standin.faults(silent=True)
    codes = tell(10, 11, 12, channel=channel)
    assert worker(standin, live_server, web_url, channel, stage).wait(60) < 0
    assert worker(standin, live_server, web_url, channel).wait(60) == 0
    until(State.ACCEPTED)
    kept = standin.state()["texts" if channel == "sms" else "calls"]
    assert sorted(row["to"] for row in kept) == [number(place) for place in (10, 11, 12)]
    if channel == "sms":
        assert {code for row in kept for code in codes if code in row["body"]} == set(codes)


def test_two_workers_send_everything_once(standin, live_server, web_url):
    standin.faults(silent=True)
    tell(*range(20, 60))
    tell(*range(60, 80), member=OTHER)
    both = [worker(standin, live_server, web_url, "sms") for _ in range(2)]
    assert [each.wait(60) for each in both] == [0, 0]
    until(State.ACCEPTED)
    until(State.ACCEPTED, OTHER)
    assert Counter(row["to"] for row in standin.state()["texts"]) == {number(place): 1 for place in range(20, 80)}


def test_stop_in_the_middle_holds_back_what_waits(standin):
    codes = tell(90, 91)
    standin.say(number(90), "ALTO")
    outbox.drain("sms")
    texts = [row["body"] for row in standin.state()["texts"] if row["outbound"]]
    assert not any(codes[0] in body for body in texts) and any(codes[1] in body for body in texts)
    with member_scope(MEMBER):
        assert Message.objects.filter(acknowledged_at=None).count() == 2

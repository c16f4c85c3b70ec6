# SPDX-License-Identifier: Apache-2.0
"""A worker is killed at each stage: nothing is lost; what goes out twice is identical, and recorded as such."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from hansa import notify
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.notify import outbox
from hansa.notify.choices import State
from hansa.notify.email.tests.post_office import open_post_office
from hansa.notify.event import Recipient
from hansa.notify.models import Attempt, Delivery
from hansa.notify.tests.conftest import address, event

pytestmark = pytest.mark.django_db(transaction=True)
SENDER = Path(__file__).with_name("sender.py")
LETTERS = 6
MEMBERS = ("oakland-ca", "portland-or")


@pytest.fixture
def office():
    with open_post_office() as (office, port):
        office.port = port
        yield office


@pytest.fixture
def told():
    """Tell people of two members, each by e-mail; return their addresses."""
    values = []
    for member in MEMBERS:
        with member_scope(member):
            people = [new_id() for _ in range(LETTERS // 2)]
            for number, person in enumerate(people):
                values.append(f"{member}-{number}@city.example")
                address(person, values[-1])
            notify.send_message(event(), [Recipient(person) for person in people])
    return values


def start(office, web_url, stage="none", at=1):
    command = [sys.executable, str(SENDER), str(office.port), stage, str(at)]
    return subprocess.Popen(command, env=os.environ | {"DATABASE_URL": web_url}, stdout=subprocess.PIPE)


def work(office, web_url, stage="none", at=1):
    worker = start(office, web_url, stage, at)
    worker.communicate(timeout=60)
    return worker.returncode


def rows():
    found = []
    for member in MEMBERS:
        with member_scope(member):
            found += Delivery.objects.select_related("address").all()
    return found


def assert_nothing_lost(office, told):
    """Every letter is there; each further one is the same letter, and its delivery says that it went out again."""
    received = Counter(to for _, to, _ in office.letters)
    assert set(received) == set(told)
    for row in rows():
        value = row.address.value
        assert row.state == State.ACCEPTED
        assert received[value] - 1 <= row.resent_identically
        assert len({(each["Message-ID"], each["Subject"], each.get_payload()) for each in office.to(value)}) == 1


@pytest.mark.parametrize(
    ("stage", "at", "most"), [("claimed", 1, 0), ("accepted", 1, 1), ("accepted", 4, 4), ("settled", 1, LETTERS)]
)
def test_killed_at_each_stage(office, told, web_url, stage, at, most):
    assert work(office, web_url, stage, at) == -signal.SIGKILL
    assert {row.state for row in rows()} == {State.SENDING}
    before = len(office.letters)
    assert work(office, web_url) == 0
    assert_nothing_lost(office, told)
    assert len(office.letters) - len(told) <= max(most, before)
    with member_scope(MEMBERS[0]):
        assert "unknown" in set(Attempt.objects.values_list("outcome", flat=True))


def test_two_workers_send_each_letter_once(office, told, web_url):
    workers = [start(office, web_url) for _ in range(2)]
    done = [int(worker.communicate(timeout=60)[0]) for worker in workers]
    assert sum(done) == LETTERS and len(office.letters) == LETTERS
    assert_nothing_lost(office, told)


def test_nothing_is_taken_from_a_worker_that_lives(office, told, web_url):
    office.delay = 0.4
    worker = start(office, web_url)
    while not office.letters:
        assert worker.poll() is None
    assert outbox.tidy() == 0
    worker.communicate(timeout=60)
    assert len(office.letters) == LETTERS and all(row.resent_identically == 0 for row in rows())


def test_what_is_out_of_time_is_not_sent_after_a_restart(office, told, web_url):
    assert work(office, web_url, "claimed") == -signal.SIGKILL
    for member in MEMBERS:
        with member_scope(member):
            for row in Delivery.objects.select_related("message"):
                row.message.expires_at = clock.now() - timedelta(minutes=1)
                row.message.save()
    assert work(office, web_url) == 0
    assert not office.letters and {row.state for row in rows()} == {State.EXPIRED}


def test_a_clock_that_was_set_back_delays_nothing(office, told, web_url):
    for member in MEMBERS:
        with member_scope(member):
            Delivery.objects.update(due_at=clock.now() + timedelta(days=400))
    assert work(office, web_url) == 0
    assert_nothing_lost(office, told)

# SPDX-License-Identifier: Apache-2.0
"""The job that watches rotas: at every member, gaps before they happen, and a message as a shift begins."""

from datetime import timedelta

import pytest
import time_machine

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty import queries
from hansa.duty.actions import watch as watching
from hansa.duty.models import RotaLine
from hansa.duty.tasks import watch_rotas
from hansa.duty.tests.night import enlist
from hansa.duty.tests.watch_cast import NOON, OAKLAND, Watch, found_watch
from hansa.notify import outbox
from hansa.notify.carrier.tests.conftest import _running, standin
from hansa.notify.models import Delivery

__all__ = ["_running", "standin"]
EVERY = timedelta(minutes=5)


@pytest.fixture
def travel():
    with time_machine.travel(NOON - EVERY / 2, tick=False) as moved:
        yield moved


@pytest.fixture
def watch(db, travel) -> Watch:
    return found_watch()


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_on_duty_finds_it_on_their_phone_once(travel, watch, standin):
    enlist(watch.ana.person, "sms")
    standin.faults(silent=True)
    assert watch_rotas.func(int(clock.now().timestamp())) == 1, "a day ahead it is in the inbox only"
    assert outbox.drain("sms") == 0
    travel.shift(EVERY)
    assert watch_rotas.func(int(clock.now().timestamp())) == 2, "who comes on now, and who does in a day"
    assert outbox.drain("sms") == 1
    (text,) = standin.state()["texts"]
    assert text["to"] == f"+1{int(watch.ana.person) % 10**10:010d}"
    assert "You are on call now (Duty officer), until 2026-06-02 12:00 P" in text["body"]
    travel.shift(EVERY)
    assert watch_rotas.func(int(clock.now().timestamp())) == 0
    with member_scope(OAKLAND):
        assert Delivery.objects.count() == 1


def test_the_job_opens_the_duty_about_a_gap_and_closes_it(travel, watch):
    travel.shift(EVERY)
    with member_scope(OAKLAND):
        RotaLine.objects.update(until=(NOON + timedelta(days=3)).date())
    watch_rotas.func(int(clock.now().timestamp()))
    with member_scope(OAKLAND):
        (duty,) = queries.open_duties().filter(kind=watching.GAP)
        assert duty.due_at == NOON + timedelta(days=3)
        RotaLine.objects.update(until=None)
    watch_rotas.func(int(clock.now().timestamp()))
    with member_scope(OAKLAND):
        assert not queries.open_duties().filter(kind=watching.GAP).exists()

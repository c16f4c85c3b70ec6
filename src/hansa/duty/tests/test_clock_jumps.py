# SPDX-License-Identifier: Apache-2.0
"""The machine's clock jumps ahead and is set back: nobody is forgotten, nobody is told twice, codes count again."""

from datetime import timedelta

import pytest
import time_machine

from hansa import notify
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty import queries, raising
from hansa.duty.actions import watch as watching
from hansa.duty.models import Duty, Notice
from hansa.duty.tests.night import OAKLAND, only_alert
from hansa.duty.tests.test_alarms import cast, climb, message_to, night, raised, sent, travel
from hansa.duty.tests.watch_cast import DAY, NOON, OFFICE, found_watch
from hansa.notify.event import Answer

__all__ = ["cast", "night", "travel"]
AHEAD = timedelta(hours=5)
pytestmark = pytest.mark.django_db


def test_a_jump_ahead_asks_the_next_person_once_and_leaves_nobody_out(travel, cast, night):
    raised(cast)
    climb(AHEAD / timedelta(minutes=1), travel)
    raising.climb(at=clock.now())
    assert sent()[2:] == [(cast.oakland_duty.id, "voice")], "one step for one look, however late it is"
    climb(3, travel)
    assert sent()[3:] == [(cast.oakland_admin.id, "email"), (cast.oakland_admin.id, "sms")]


def test_an_alert_that_was_opened_by_a_clock_that_ran_ahead_does_not_wait_for_it(travel, cast, night):
    right = clock.now()
    travel.move_to(right + AHEAD)
    raised(cast)
    travel.move_to(right + timedelta(minutes=1))
    raising.climb(at=clock.now())
    officer, admin = cast.oakland_duty.id, cast.oakland_admin.id
    assert sorted(sent()) == sorted([(officer, "email"), (officer, "sms"), (officer, "voice")])
    raising.climb(at=clock.now())
    assert len(sent()) == 3, "from here on it waits as always"
    climb(3, travel)
    assert {(admin, "email"), (admin, "sms")} < set(sent())


def test_a_code_that_had_run_out_counts_again_once_the_clock_is_right(travel, cast, night):
    right = clock.now()
    raised(cast)
    with member_scope(OAKLAND):
        message = message_to(cast.oakland_duty.id)
        travel.move_to(message.expires_at + timedelta(seconds=1))
        late = notify.acknowledge(message, message.code, via="sms")
        assert late.answer == Answer.EXPIRED and not message.wrong_tries
        travel.move_to(right + timedelta(minutes=1))
        assert notify.acknowledge(message, message.code, via="sms").answer == Answer.TAKEN
        assert only_alert().taken_by == cast.oakland_duty.id


def test_who_is_on_call_is_who_is_on_call_then_and_nobody_is_told_twice(db):
    with time_machine.travel(NOON, tick=False) as moved:
        watch = found_watch()
        first = queries.on_call(OAKLAND, OFFICE, NOON)

        def look(at) -> int:
            moved.move_to(at)
            with member_scope(OAKLAND):
                return watching.watch_member(at=at)

        assert look(NOON) > 0 and look(NOON) == 0
        assert look(NOON + 3 * DAY) > 0
        assert queries.on_call(OAKLAND, OFFICE, NOON + 3 * DAY) != first
        # Set right again: as before, and what was said is not said again.
        with member_scope(OAKLAND):
            told, gaps = Notice.objects.count(), Duty.objects.count()
        assert look(NOON) == 0 and queries.on_call(OAKLAND, OFFICE, NOON) == first
        with member_scope(OAKLAND):
            assert (Notice.objects.count(), Duty.objects.count()) == (told, gaps)
            assert watch.ana.person == first[0].person

# SPDX-License-Identifier: Apache-2.0
"""Clocks of duties, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from hansa.duty.rules import Clock, ClockState, fold, urgency

OPENED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("period", "passed", "state"),
    [
        (30 * MINUTE, 0 * MINUTE, ClockState.AHEAD),
        (30 * MINUTE, 22 * MINUTE, ClockState.AHEAD),
        (30 * MINUTE, 23 * MINUTE, ClockState.SOON),
        (30 * MINUTE, 30 * MINUTE, ClockState.SOON),
        (30 * MINUTE, 31 * MINUTE, ClockState.LATE),
        (4 * HOUR, 2 * HOUR, ClockState.AHEAD),
        (24 * HOUR, 17 * HOUR, ClockState.AHEAD),
        (24 * HOUR, 18 * HOUR, ClockState.SOON),
    ],
)
def test_a_clock_warns_in_its_last_quarter_and_is_late_after_its_end(period, passed, state):
    assert Clock(OPENED, OPENED + period).state(OPENED + passed) is state


def test_what_was_done_late_is_done_and_still_says_how_late():
    clock = Clock(OPENED, OPENED + 30 * MINUTE, done=OPENED + 70 * MINUTE)
    assert clock.state(OPENED + 5 * HOUR) is ClockState.DONE
    assert clock.late_by(OPENED + 5 * HOUR) == 40 * MINUTE
    assert clock.early_by() == timedelta(0)


def test_what_was_done_in_time_says_how_early():
    clock = Clock(OPENED, OPENED + HOUR, done=OPENED + 12 * MINUTE)
    assert clock.early_by() == 48 * MINUTE
    assert clock.late_by(OPENED + 9 * HOUR) == timedelta(0)


def test_a_waived_duty_is_never_late():
    clock = Clock(OPENED, OPENED + HOUR, waived=True)
    assert clock.state(OPENED + 9 * HOUR) is ClockState.WAIVED
    assert clock.late_by(OPENED + 9 * HOUR) == timedelta(0)


def test_a_duty_without_a_limit_is_never_late():
    clock = Clock(OPENED, None)
    assert clock.state(OPENED + 900 * HOUR) is ClockState.AHEAD
    assert clock.late_by(OPENED + 900 * HOUR) == timedelta(0)


def test_the_latest_overdue_duty_comes_first_and_what_is_done_last():
    now = OPENED + 3 * HOUR
    late = Clock(OPENED, OPENED + HOUR)
    later = Clock(OPENED, OPENED + 2 * HOUR)
    soon = Clock(OPENED, now + 10 * MINUTE)
    ahead = Clock(OPENED, now + 30 * HOUR)
    unlimited = Clock(OPENED, None)
    done = Clock(OPENED, OPENED + HOUR, done=OPENED)
    shuffled = [done, unlimited, ahead, later, soon, late]
    assert sorted(shuffled, key=lambda clock: urgency(clock, now)) == [late, later, soon, ahead, unlimited, done]


def test_a_flood_of_one_kind_folds_behind_its_third_and_hides_nothing_else():
    words = ["ship 1", "ship 2", "answer 1", "ship 3", "ship 4", "pay 1", "ship 5"]
    shown = fold(words, lambda text: text.split()[0], 3)
    assert [item for item, _more in shown] == ["ship 1", "ship 2", "answer 1", "ship 3", "pay 1"]
    assert {item: more for item, more in shown if more} == {"ship 3": ["ship 4", "ship 5"]}

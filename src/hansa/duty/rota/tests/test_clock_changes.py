# SPDX-License-Identifier: Apache-2.0
"""Wall time and instants on the nights when clocks change: the table of reference/notification.md, section 7."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from hansa.duty.rota import Line, Rota, Window, plan, wall
from hansa.duty.rota.laying import laid

NEW_YORK, PHOENIX, GUAM = ZoneInfo("America/New_York"), ZoneInfo("America/Phoenix"), ZoneInfo("Pacific/Guam")
ANA, BEN = UUID(int=1), UUID(int=2)
HOUR = timedelta(hours=1)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shift_of(zone: ZoneInfo, day: date, start: str, end: str):
    line = Line(UUID(int=9), (ANA,), zone, day, windows=(Window(time.fromisoformat(start), time.fromisoformat(end)),),
                turn_days=1, until=day + timedelta(days=1))  # fmt: skip
    (post,) = laid(Rota(zone, (line,)), moment(day.isoformat()) - 24 * HOUR, moment(day.isoformat()) + 72 * HOUR)
    return post.start, post.end


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "begins", "ends", "hours"),
    [
        (NEW_YORK, "2026-03-07", "19:00", "07:00", "2026-03-08T00:00", "2026-03-08T11:00", 11),
        (NEW_YORK, "2026-03-08", "01:00", "09:00", "2026-03-08T06:00", "2026-03-08T13:00", 7),
        (NEW_YORK, "2026-10-31", "19:00", "07:00", "2026-10-31T23:00", "2026-11-01T12:00", 13),
        (NEW_YORK, "2026-11-01", "01:00", "09:00", "2026-11-01T05:00", "2026-11-01T14:00", 9),
        (PHOENIX, "2026-03-07", "19:00", "07:00", "2026-03-08T02:00", "2026-03-08T14:00", 12),
        (PHOENIX, "2026-10-31", "19:00", "07:00", "2026-11-01T02:00", "2026-11-01T14:00", 12),
        (GUAM, "2026-03-08", "19:00", "07:00", "2026-03-08T09:00", "2026-03-08T21:00", 12),
        (GUAM, "2026-10-31", "19:00", "07:00", "2026-10-31T09:00", "2026-10-31T21:00", 12),
    ],
)
def test_a_shift_between_two_wall_times_lasts_as_long_as_the_night_does(zone, day, start, end, begins, ends, hours):
    began, ended = shift_of(zone, date.fromisoformat(day), start, end)
    assert (began, ended) == (moment(begins), moment(ends))
    assert ended - began == hours * HOUR


def test_a_wall_time_that_is_skipped_is_the_instant_of_the_jump():
    half_past_two = datetime(2026, 3, 8, 2, 30)
    assert wall.first(half_past_two, NEW_YORK) == wall.last(half_past_two, NEW_YORK) == moment("2026-03-08T07:00")
    assert wall.shown(moment("2026-03-08T07:00"), NEW_YORK) == datetime(2026, 3, 8, 3)
    assert wall.comes(half_past_two, NEW_YORK) == 0


def test_a_wall_time_that_comes_twice_has_a_first_and_a_last_instant():
    half_past_one = datetime(2026, 11, 1, 1, 30)
    assert wall.first(half_past_one, NEW_YORK) == moment("2026-11-01T05:30")
    assert wall.last(half_past_one, NEW_YORK) == moment("2026-11-01T06:30")
    assert wall.comes(half_past_one, NEW_YORK) == 2 and wall.comes(half_past_one, PHOENIX) == 1


def test_a_hand_over_at_a_doubled_time_is_one_instant_the_first():
    evening, morning = Window(time(18), time(1, 30)), Window(time(1, 30), time(9))
    lines = (
        Line(UUID(int=8), (ANA,), NEW_YORK, date(2026, 10, 31), windows=(evening,)),
        Line(UUID(int=9), (BEN,), NEW_YORK, date(2026, 10, 31), windows=(morning,)),
    )
    segments = plan(Rota(NEW_YORK, lines), moment("2026-11-01T05:00"), moment("2026-11-01T07:00"))
    assert [(part.end, part.people) for part in segments] == [
        (moment("2026-11-01T05:30"), (ANA,)),
        (moment("2026-11-01T07:00"), (BEN,)),
    ]


def test_an_end_at_a_doubled_time_that_hands_over_to_nobody_is_the_last():
    began, ended = shift_of(NEW_YORK, date(2026, 10, 31), "18:00", "01:30")
    assert (began, ended) == (moment("2026-10-31T22:00"), moment("2026-11-01T06:30"))


@pytest.mark.parametrize(
    ("monday", "begins", "ends", "hours"),
    [
        ("2026-03-02", "2026-03-02T14:00", "2026-03-09T13:00", 167),
        ("2026-10-26", "2026-10-26T13:00", "2026-11-02T14:00", 169),
        ("2026-06-01", "2026-06-01T13:00", "2026-06-08T13:00", 168),
    ],
)
def test_a_week_from_monday_nine_to_monday_nine_has_an_hour_less_and_an_hour_more(monday, begins, ends, hours):
    line = Line(UUID(int=9), (ANA, BEN), NEW_YORK, date.fromisoformat(monday))
    segments = plan(Rota(NEW_YORK, (line,)), moment(begins), moment(ends) + HOUR)
    assert [part.people for part in segments] == [(ANA,), (BEN,)]
    assert segments[0].end == moment(ends) and segments[0].end - segments[0].start == hours * HOUR


def test_a_joint_rota_of_two_zones_shows_the_hour_that_opens_when_only_one_changes_its_clocks():
    """Phoenix ends at 14:00 its time, New York begins at 16:00 its own: 2 hours apart in winter, 3 in summer."""
    lines = (
        Line(UUID(int=8), (ANA,), PHOENIX, date(2026, 3, 1), windows=(Window(time(2), time(14)),)),
        Line(UUID(int=9), (BEN,), NEW_YORK, date(2026, 3, 1), windows=(Window(time(16), time(4)),)),
    )
    rota = Rota(NEW_YORK, lines)
    winter = plan(rota, moment("2026-03-05T00:00"), moment("2026-03-07T00:00"))
    summer = plan(rota, moment("2026-03-10T00:00"), moment("2026-03-12T00:00"))
    assert all(len(part.people) == 1 for part in winter)
    assert {len(part.people) for part in summer} == {0, 1, 2}

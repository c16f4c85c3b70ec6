# SPDX-License-Identifier: Apache-2.0
"""Clocks say the state by word and icon, times carry their zone, in both languages."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone, translation

from hansa.shell.clocks import clock
from hansa.shell.moments import clock_text, day_text, moment_text, span_text, with_yours

NOW = datetime(2026, 11, 20, 20, 50, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("arguments", "state", "word", "relative"),
    [
        ({"due": NOW + 3 * HOUR}, "ahead", "Due", "in 3 h"),
        ({"due": NOW + 2 * HOUR}, "soon", "Due soon", "in 2 h"),
        ({"due": NOW + 2 * HOUR, "start": NOW - HOUR}, "ahead", "Due", "in 2 h"),
        ({"due": NOW + HOUR, "start": NOW - 3 * HOUR}, "soon", "Due soon", "in 1 h"),
        ({"due": NOW + 12 * HOUR, "start": NOW - 60 * HOUR}, "soon", "Due soon", "in 12 h"),
        ({"due": NOW}, "soon", "Due soon", "in less than 1 min"),
        ({"due": NOW - timedelta(minutes=40)}, "late", "Overdue", "40 min late"),
        ({"due": NOW, "done": NOW - timedelta(minutes=48)}, "done", "Done", "48 min early"),
        ({"due": NOW - HOUR, "done": NOW}, "done", "Done", "1 h late"),
        ({"due": NOW - HOUR, "waived": True}, "waived", "Waived", ""),
    ],
)
def test_a_clock_shows_its_state(arguments, state, word, relative):
    shown = clock(now=NOW, **arguments)
    assert (shown.state, shown.word, shown.relative) == (state, word, relative)
    assert shown.icon


def test_a_span_shows_its_two_largest_units():
    spans = [timedelta(seconds=59), timedelta(minutes=130), 51 * HOUR, 48 * HOUR, 2 * HOUR]
    assert [span_text(span) for span in spans] == ["less than 1 min", "2 h 10 min", "2 d 3 h", "2 d", "2 h"]


@time_machine.travel(NOW, tick=False)
def test_the_zone_of_the_place_comes_first_and_the_readers_second():
    due = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/New_York")):
        text = with_yours(due, ZoneInfo("America/Los_Angeles"))
        assert text == "Fri, Nov 20, 3:00 p.m. PST (6:00 p.m. EST, yours)"
        assert with_yours(due, ZoneInfo("America/Detroit")) == "Fri, Nov 20, 6:00 p.m. EST"


@time_machine.travel(NOW, tick=False)
def test_another_day_for_the_reader_is_named():
    late = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
    with timezone.override(ZoneInfo("America/New_York")):
        text = with_yours(late, ZoneInfo("America/Los_Angeles"))
    assert text == "Fri, Nov 20, 11:00 p.m. PST (Sat, Nov 21, 2:00 a.m. EST, yours)"


@time_machine.travel(NOW, tick=False)
def test_spanish_times_are_spanish():
    with translation.override("es"):
        assert moment_text(NOW, ZoneInfo("America/Los_Angeles")) == "vie, 20 nov, 12:50 p. m. PST"
        assert day_text(date(2026, 11, 20)) == "20 nov 2026"


@time_machine.travel(NOW, tick=False)
def test_another_year_is_named():
    assert moment_text(datetime(2027, 1, 2, 18, 0, tzinfo=UTC), UTC, weekday=False) == "Jan 2, 2027, 6:00 p.m. UTC"


def test_the_doubled_hour_is_told_apart_by_its_zone():
    chicago = ZoneInfo("America/Chicago")
    first, second = (datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (6, 7))
    assert (clock_text(first, chicago), clock_text(second, chicago)) == ("1:30 a.m. CDT", "1:30 a.m. CST")

# SPDX-License-Identifier: Apache-2.0
"""What lines, covers, fixed shifts, holidays and terms of office make of a week."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from hansa.duty.rota import (
    Change,
    Cover,
    Fixed,
    Gap,
    Line,
    OnHolidays,
    Origin,
    Rota,
    Window,
    changes,
    has_effect,
    plan,
    shifts,
)
from hansa.duty.rota import at as on_at
from hansa.duty.rota import gaps as gaps_of

CHICAGO = ZoneInfo("America/Chicago")
ANA, BEN, EVA, KIM = (UUID(int=number) for number in range(1, 5))
DAY = timedelta(days=1)
# Noon in June is 17:00 UTC; lines here hand over at noon.
MONDAY = datetime(2026, 6, 1, 17, tzinfo=UTC)


def line(*people: UUID, number: int = 100, **said) -> Line:
    given = {"begins": date(2026, 6, 1), "handover": time(12), "turn_days": 1} | said
    return Line(UUID(int=number), people, CHICAGO, **given)


def rota(*lines: Line, **said) -> Rota:
    return Rota(CHICAGO, lines, **said)


def names(found) -> list[tuple[int, tuple[UUID, ...]]]:
    """Return length in hours and people of each segment."""
    return [(round((part.end - part.start) / timedelta(hours=1)), part.people) for part in found]


def test_people_take_turns_around_and_around():
    found = plan(rota(line(ANA, BEN, EVA)), MONDAY, MONDAY + 4 * DAY)
    assert names(found) == [(24, (ANA,)), (24, (BEN,)), (24, (EVA,)), (24, (ANA,))]


def test_before_it_begins_and_from_its_last_day_on_a_line_has_nobody():
    found = plan(rota(line(ANA, until=date(2026, 6, 3))), MONDAY - DAY, MONDAY + 3 * DAY)
    assert [part.people for part in found] == [(), (ANA,), (ANA,), ()]


def test_a_night_belongs_to_the_turn_in_which_it_begins():
    nights = line(ANA, BEN, turn_days=7, windows=(Window(time(19), time(7)),), begins=date(2026, 6, 1))
    sunday_night = datetime(2026, 6, 8, 8, tzinfo=UTC)
    assert [post.person for post in on_at(rota(nights), sunday_night)] == [ANA]


def test_the_leap_day_is_a_day_of_the_rotation():
    weekly = line(ANA, BEN, begins=date(2028, 2, 28))
    found = plan(rota(weekly), datetime(2028, 2, 28, 18, tzinfo=UTC), datetime(2028, 3, 2, 18, tzinfo=UTC))
    assert names(found) == [(24, (ANA,)), (24, (BEN,)), (24, (ANA,))]


def test_the_backup_stands_behind_the_first_and_does_not_close_a_gap_of_the_first_level():
    both = rota(line(EVA, number=101, level=2), line(ANA, until=date(2026, 6, 2)))
    found = plan(both, MONDAY, MONDAY + 2 * DAY)
    assert names(found) == [(24, (ANA, EVA)), (24, (EVA,))]
    assert gaps_of(both, found) == []
    assert gaps_of(both, found, level=1) == [Gap(MONDAY + DAY, MONDAY + 2 * DAY)]


def test_a_cover_over_several_shifts_leaves_their_hand_overs_where_they_are():
    covered = rota(line(ANA, BEN), covers=(Cover(UUID(int=7), MONDAY, MONDAY + 3 * DAY, out=ANA, into=KIM),))
    assert [(shift.person, shift.start) for shift in shifts(plan(covered, MONDAY, MONDAY + 3 * DAY))] == [
        (KIM, MONDAY),
        (BEN, MONDAY + DAY),
        (KIM, MONDAY + 2 * DAY),
    ]


def test_two_shifts_of_one_person_that_touch_stay_two():
    found = shifts(plan(rota(line(ANA)), MONDAY, MONDAY + 2 * DAY))
    assert [(shift.start, shift.end) for shift in found] == [(MONDAY, MONDAY + DAY), (MONDAY + DAY, MONDAY + 2 * DAY)]


@pytest.mark.parametrize(
    ("out", "into", "people"), [(None, KIM, (ANA, KIM)), (ANA, None, ()), (ANA, KIM, (KIM,)), (BEN, KIM, (ANA,))]
)
def test_a_cover_adds_removes_or_replaces_and_only_who_is_on_is_replaced(out, into, people):
    cover = Cover(UUID(int=7), MONDAY, MONDAY + DAY, out, into)
    found = plan(rota(line(ANA, BEN), covers=(cover,)), MONDAY, MONDAY + DAY)
    assert names(found) == [(24, people)]
    assert has_effect(rota(line(ANA, BEN), covers=(cover,)), cover) is (people != (ANA,))


def test_the_later_cover_goes_over_the_earlier():
    covers = (Cover(UUID(int=7), MONDAY, MONDAY + DAY, ANA, KIM), Cover(UUID(int=8), MONDAY, MONDAY + DAY, KIM, EVA))
    assert names(plan(rota(line(ANA), covers=covers), MONDAY, MONDAY + DAY)) == [(24, (EVA,))]


def test_a_fixed_shift_goes_over_lines_and_covers_and_a_cover_beneath_it_has_no_effect():
    cover = Cover(UUID(int=7), MONDAY, MONDAY + DAY, ANA, KIM)
    fixed = Fixed(UUID(int=8), MONDAY, MONDAY + DAY, (EVA, BEN))
    both = rota(line(ANA), covers=(cover,), fixed=(fixed,))
    found = plan(both, MONDAY, MONDAY + DAY)
    assert names(found) == [(24, (EVA, BEN))] and found[0].posts[0].origin is Origin.FIXED
    assert not has_effect(both, cover)


def test_on_holidays_the_holiday_line_takes_over():
    weekdays = line(ANA, holidays=OnHolidays.NEVER)
    feast = line(KIM, number=101, holidays=OnHolidays.ONLY)
    found = plan(rota(weekdays, feast, holidays=frozenset({date(2026, 6, 2)})), MONDAY, MONDAY + 3 * DAY)
    assert names(found) == [(24, (ANA,)), (24, (KIM,)), (24, (ANA,))]


def test_whose_term_of_office_ended_is_off_from_that_minute_and_leaves_a_gap():
    ended = MONDAY + timedelta(hours=5)
    holding = rota(line(ANA), terms={ANA: ((MONDAY - DAY, ended),)})
    found = plan(holding, MONDAY, MONDAY + DAY)
    assert names(found) == [(5, (ANA,)), (19, ())]
    assert gaps_of(holding, found) == [Gap(ended, MONDAY + DAY)]
    assert on_at(holding, ended) == () and len(on_at(holding, ended - timedelta(seconds=1))) == 1


def test_who_never_held_the_office_is_never_on():
    assert names(plan(rota(line(ANA), terms={}), MONDAY, MONDAY + DAY)) == [(24, ())]


def test_outside_the_hours_in_which_somebody_is_needed_nothing_is_a_gap():
    office_hours = (Window(time(8), time(18), frozenset(range(5))),)
    empty = rota(needed=office_hours)
    found = plan(empty, MONDAY, MONDAY + 7 * DAY)
    lengths = [(gap.end - gap.start) / timedelta(hours=1) for gap in gaps_of(empty, found)]
    assert lengths == [
        6,
        10,
        10,
        10,
        10,
        4,
    ]


def test_nobody_is_on_twice():
    doubled = rota(
        line(ANA), line(ANA, number=101, level=2), covers=(Cover(UUID(int=7), MONDAY, MONDAY + DAY, None, ANA),)
    )
    assert names(plan(doubled, MONDAY, MONDAY + DAY)) == [(24, (ANA,))]


def test_a_new_person_at_the_end_of_the_order_shows_whose_shifts_would_move():
    before = rota(line(ANA, BEN))
    after = rota(line(ANA, BEN, KIM))
    span = (MONDAY, MONDAY + 4 * DAY)
    assert changes(plan(before, *span), plan(after, *span)) == [
        Change(MONDAY + 2 * DAY, MONDAY + 3 * DAY, (ANA,), (KIM,)),
        Change(MONDAY + 3 * DAY, MONDAY + 4 * DAY, (BEN,), (ANA,)),
    ]
    later = rota(line(ANA, BEN, until=date(2026, 6, 5)), replace(line(ANA, BEN, KIM), begins=date(2026, 6, 5)))
    assert changes(plan(before, *span), plan(later, *span)) == []


def test_a_line_without_people_is_a_gap():
    found = plan(rota(line()), MONDAY, MONDAY + DAY)
    assert gaps_of(rota(line()), found) == [Gap(MONDAY, MONDAY + DAY)]

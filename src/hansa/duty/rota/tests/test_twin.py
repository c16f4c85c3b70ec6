# SPDX-License-Identifier: Apache-2.0
"""The plan against a naive twin that walks minute by minute and looks at the clocks on the wall.

The twin never converts a wall time. A shift has begun once a clock has shown its start or later; it has ended once a
clock has shown its end (when it hands over), or once no clock will show that time or an earlier one again (when not).
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from hansa.duty.rota import Cover, Fixed, Line, OnHolidays, Rota, Window, at, plan

NEW_YORK, LORD_HOWE = ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [NEW_YORK, LORD_HOWE, *map(ZoneInfo, ("America/Phoenix", "Pacific/Guam", "America/Los_Angeles", "UTC"))]
# Nights on which clocks change by an hour and by half of one, a leap day, the turn of a year.
NIGHTS = [
    (date(2026, 3, 7), NEW_YORK), (date(2026, 10, 31), NEW_YORK), (date(2026, 4, 4), LORD_HOWE),
    (date(2026, 10, 3), LORD_HOWE), (date(2028, 2, 28), ZONES[3]), (date(2026, 12, 31), ZONES[4]),
]  # fmt: skip
PEOPLE = [UUID(int=number) for number in range(1, 5)]
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LENGTH = 2 * 1440
PAD = 2 * 1440

# Mostly around the hours at which clocks change, where the faults are.
times = (st.integers(2, 5) | st.integers(0, 47)).map(lambda half: time(half // 2, half % 2 * 30))
weekdays = st.just(frozenset(range(7))) | st.sets(st.integers(0, 6), min_size=1).map(frozenset)
windows = st.lists(st.builds(Window, times, times, weekdays), max_size=2).map(tuple)


@st.composite
def rotas(draw) -> tuple[Rota, datetime]:
    day, zone = draw(st.sampled_from(NIGHTS))
    start = datetime.combine(day, time(0), UTC)
    lines = tuple(
        Line(
            UUID(int=100 + number), tuple(draw(st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3))),
            draw(st.just(zone) | st.sampled_from(ZONES)), day - draw(st.integers(-1, 20)) * DAY, draw(times),
            draw(st.sampled_from([1, 2, 7])), draw(windows),
            draw(st.none() | st.just(day + DAY)), draw(st.sampled_from(OnHolidays)), draw(st.sampled_from([1, 2])),
        )
        for number in range(draw(st.integers(1, 3)))
    )  # fmt: skip
    spans = st.tuples(st.integers(0, LENGTH), st.integers(1, 1000))
    who = st.none() | st.sampled_from(PEOPLE)
    covers = tuple(
        Cover(UUID(int=200 + number), start + begin * MINUTE, start + (begin + length) * MINUTE, draw(who), draw(who))
        for number, (begin, length) in enumerate(draw(st.lists(spans, max_size=2)))
    )
    fixed = tuple(
        Fixed(UUID(int=300 + number), start + begin * MINUTE, start + (begin + length) * MINUTE, (PEOPLE[0],))
        for number, (begin, length) in enumerate(draw(st.lists(spans, max_size=1)))
    )
    holidays = frozenset(draw(st.lists(st.sampled_from([day, day + DAY]), max_size=1)))
    terms = {person: ((start - 400 * DAY, draw(st.none() | st.just(start + 700 * MINUTE))),) for person in PEOPLE}
    return Rota(ZONES[0], lines, covers, fixed, (), holidays, terms), start


def twin(rota: Rota, start: datetime) -> list[frozenset[UUID]]:
    """Return who is on call in each of the `LENGTH` minutes from `start`."""
    pieces = []
    for line in rota.lines:
        for offset in range(-5, 6):
            day = start.date() + offset * DAY
            if day < line.begins or (line.until and day >= line.until):
                continue
            if line.holidays is not OnHolidays.SAME and (day in rota.holidays) != (line.holidays is OnHolidays.ONLY):
                continue
            turn = (day - line.begins).days // line.turn_days
            for window in line.windows or [Window(line.handover, line.handover)]:
                if day.weekday() in window.days:
                    begin = datetime.combine(day, window.start)
                    end = datetime.combine(day + (DAY if window.end <= window.start else 0 * DAY), window.end)
                    pieces.append((line, turn, begin, end, line.people[turn % len(line.people)]))
    on: list[list[tuple[int, UUID]]] = [[] for _ in range(LENGTH)]
    for zone in {line.zone for line in rota.lines}:
        clocks = [(start + n * MINUTE).astimezone(zone).replace(tzinfo=None) for n in range(-PAD, LENGTH + PAD)]
        latest = list(accumulate(clocks, max))[PAD:]
        earliest = list(accumulate(reversed(clocks), min))[::-1][PAD:]
        mine = [piece for piece in pieces if piece[0].zone is zone]
        for line, turn, begin, end, person in mine:
            hands_over = any(
                other.level == line.level
                and (other, number) != (line, turn)
                and starts == end
                and not any(piece[:2] == (other, number) and piece[2] < end <= piece[3] for piece in mine)
                for other, number, starts, _, _ in mine
            )
            for minute in range(LENGTH):
                over = latest[minute] >= end if hands_over else earliest[minute] >= end < earliest[minute + 1]
                if latest[minute] >= begin and not over:
                    on[minute].append((line.level, person))
    return [_over(rota, start + minute * MINUTE, [who for _, who in sorted(on[minute])]) for minute in range(LENGTH)]


def _over(rota: Rota, now: datetime, people: list[UUID]) -> frozenset[UUID]:
    held = set(people)
    for cover in rota.covers:
        if cover.start <= now < cover.end:
            if cover.out is None or cover.out in held:
                held -= {cover.out}
                held |= {cover.into} - {None}
    for shift in rota.fixed:
        if shift.start <= now < shift.end:
            held = set(shift.people)
    return frozenset(who for who in held if any(b <= now and (e is None or now < e) for b, e in rota.terms[who]))


@settings(max_examples=200, deadline=None)
@given(rotas())
def test_the_plan_says_for_every_minute_what_the_clocks_on_the_wall_say(said):
    rota, start = said
    segments = plan(rota, start, start + LENGTH * MINUTE)
    found: list[frozenset[UUID]] = []
    for segment in segments:
        found += [frozenset(segment.people)] * round((segment.end - segment.start) / MINUTE)
    wanted = twin(rota, start)
    wrong = [(start + n * MINUTE, found[n], wanted[n]) for n in range(LENGTH) if found[n] != wanted[n]]
    assert not wrong[:1]
    for minute in (0, 700, 1439, 2000):
        assert frozenset(post.person for post in at(rota, start + minute * MINUTE)) == wanted[minute]


@settings(max_examples=100, deadline=None)
@given(rotas())
def test_segments_touch_and_neighbours_differ(said):
    rota, start = said
    segments = plan(rota, start, start + LENGTH * MINUTE)
    assert segments[0].start == start and segments[-1].end == start + LENGTH * MINUTE
    for before, after in zip(segments, segments[1:], strict=False):
        assert before.end == after.start and before.posts != after.posts

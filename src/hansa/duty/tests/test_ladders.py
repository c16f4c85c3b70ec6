# SPDX-License-Identifier: Apache-2.0
"""Who is asked next, when and how, whatever the ladder and whoever is on call."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.duty.ladders import START, Crew, Ladder, Place, Rung, Who, climb, held_until, relief

ANA, BEA, CAL, MAYOR = (uuid4() for _ in range(4))
MINUTE = timedelta(minutes=1)
LADDER = Ladder(
    rungs=(
        Rung(Who.FIRST, ("sms", "email"), 2 * MINUTE),
        Rung(Who.FIRST, ("voice",), 3 * MINUTE),
        Rung(Who.BACKUP, ("sms", "voice"), 5 * MINUTE),
    ),
    resort=(Rung(Who.HOLDERS, wait=5 * MINUTE, office="chief-executive"),),
)
CREW = Crew((ANA, BEA, CAL), {"chief-executive": (MAYOR,)})


def steps(ladder: Ladder, crew: Crew, without: frozenset[UUID] = frozenset()) -> list[tuple]:
    """Return every ask of a whole ladder, with the minutes after which it comes."""
    place, after, found = START, timedelta(), []
    while place is not None:
        step = climb(ladder, place, crew, without=without)
        found += [(after / MINUTE, ask.people, ask.channels, ask.round) for ask in step.asks]
        assert step.then is None or step.then > place, "a ladder goes up only"
        place, after = step.then, after + step.wait
    return found


def test_channel_after_channel_person_after_person_twice_then_the_chief_executive():
    once = [(0, (ANA,), ("sms", "email")), (2, (ANA,), ("voice",)), (5, (BEA, CAL), ("sms", "voice"))]
    again = [(10 + after, people, channels, 2) for after, people, channels in once]
    resort = [(20, (MAYOR,), (), 1), (25, (MAYOR,), (), 2)]
    assert steps(LADDER, CREW) == [(*ask, 1) for ask in once] + again + resort


def test_an_empty_rota_calls_the_chief_executive_at_once():
    assert steps(LADDER, Crew((), CREW.holders)) == [(0, (MAYOR,), (), 1), (5, (MAYOR,), (), 2)]


def test_nobody_at_all_is_nobody_and_ends():
    step = climb(LADDER, START, Crew())
    assert (step.asks, step.then, step.wait) == ((), None, timedelta())


def test_whoever_cannot_be_reached_gives_their_turn_to_the_next():
    asked = [people for _after, people, _channels, _round in steps(LADDER, CREW, frozenset({ANA}))]
    assert asked[:3] == [(BEA,), (BEA,), (CAL,)]
    assert not any(ANA in people for people in asked)


def test_rungs_without_a_wait_are_asked_together():
    all_at_once = Ladder((Rung(Who.FIRST, ("sms",)), Rung(Who.BACKUP, ("email",), MINUTE)), rounds=1)
    assert [ask.people for ask in climb(all_at_once, START, CREW).asks] == [(ANA,), (BEA, CAL)]


def test_a_rung_for_everyone_asks_all_who_are_on_call_and_then_whoever_joins_them():
    together = Ladder((Rung(Who.EVERYONE, ("sms",), MINUTE), Rung(Who.EVERYONE, ("voice",), MINUTE)), rounds=1)
    step = climb(together, START, CREW, without={BEA})
    assert [ask.people for ask in step.asks] == [(ANA, CAL)] and step.wait == MINUTE
    ask = relief(together, CREW, {ANA, CAL})
    assert ask is not None and ask.people == (BEA,)


def test_a_ladder_that_was_shortened_meanwhile_goes_on_where_it_can():
    assert climb(LADDER, Place(False, 1, 7), CREW).asks[0].people == (ANA,)
    assert climb(LADDER, Place(False, 9, 0), CREW).asks[0].people == (MAYOR,)


def test_whoever_comes_on_call_is_asked_at_once_and_once():
    ask = relief(LADDER, Crew((BEA,)), {ANA})
    assert ask is not None and ask.people == (BEA,) and ask.channels == ("sms", "email")
    assert relief(LADDER, Crew((BEA,)), {ANA, BEA}) is None
    assert relief(LADDER, Crew(()), {ANA}) is None
    assert relief(LADDER, Crew((BEA,)), {ANA}, without={BEA}) is None


PEOPLE = st.lists(st.sampled_from([UUID(int=n) for n in range(6)]), unique=True, max_size=5).map(tuple)
RUNGS = st.lists(
    st.builds(
        Rung, st.sampled_from(Who), st.sampled_from([(), ("sms",), ("voice", "email")]),
        st.integers(0, 9).map(lambda n: n * MINUTE), st.sampled_from(["mayor", "clerk"]),
    ),
    max_size=5,
).map(tuple)  # fmt: skip
LADDERS = st.builds(Ladder, RUNGS, RUNGS, st.integers(1, 3))
CREWS = st.builds(Crew, PEOPLE, st.dictionaries(st.sampled_from(["mayor", "clerk"]), PEOPLE))


@given(LADDERS, CREWS, st.frozensets(st.sampled_from([UUID(int=n) for n in range(6)])))
def test_every_ladder_ends_asks_only_whom_it_may_and_nobody_twice_on_one_rung(ladder, crew, without):
    place, asked, seen = START, [], set()
    for _step in range(ladder.rounds * (len(ladder.rungs) + len(ladder.resort)) + 1):
        step = climb(ladder, place, crew, without=without)
        for ask in step.asks:
            assert ask.people and not set(ask.people) & without
            asked += [(ask.round, id(ask.rung), who) for who in ask.people]
        if step.then is None:
            break
        assert step.then not in seen and step.wait > timedelta()
        seen.add(step.then)
        place = step.then
    else:
        pytest.fail("the ladder has no end")
    assert len(asked) == len(set(asked))
    expected = {who for rung in (*ladder.rungs, *ladder.resort) for who in crew.people(rung, without)}
    assert {who for _round, _rung, who in asked} == expected


@given(LADDERS, CREWS)
def test_the_ladder_comes_before_the_last_resort(ladder, crew):
    place, kinds = START, []
    while place is not None:
        step = climb(ladder, place, crew)
        kinds += [any(ask.rung is rung for rung in ladder.resort) for ask in step.asks]
        place = step.then
    assert kinds == sorted(kinds)


NEW_YORK = ZoneInfo("America/New_York")
TEN, SEVEN = time(22), time(7)


@pytest.mark.parametrize(
    ("wall", "until"),
    [
        ((2026, 11, 20, 21, 59), None),
        ((2026, 11, 20, 22, 0), (2026, 11, 21, 7)),
        ((2026, 11, 21, 6, 59), (2026, 11, 21, 7)),
        ((2026, 11, 21, 7, 0), None),
        ((2026, 3, 7, 23, 0), (2026, 3, 8, 7)),  # the night in which an hour is missing
        ((2026, 10, 31, 23, 0), (2026, 11, 1, 7)),  # the night that has one hour twice
    ],
)
def test_quiet_hours_hold_until_the_morning_on_the_wall(wall, until):
    moment = datetime(*wall, tzinfo=NEW_YORK)
    expected = datetime(*until, tzinfo=NEW_YORK) if until else moment
    assert held_until(moment, TEN, SEVEN, NEW_YORK, urgent=False) == expected


MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Guam", "America/St_Johns"]).map(ZoneInfo)


@given(MOMENTS, st.times(), st.times(), ZONES)
def test_what_is_urgent_is_never_held_and_nothing_longer_than_a_day(moment, begins, ends, zone):
    assert held_until(moment, begins, ends, zone, urgent=True) == moment
    until = held_until(moment, begins, ends, zone, urgent=False)
    assert moment <= until <= moment + timedelta(hours=25)
    # Once they are over they are over, and do not hold again.
    assert held_until(until, begins, ends, zone, urgent=False) == until

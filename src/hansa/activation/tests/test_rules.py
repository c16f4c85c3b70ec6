# SPDX-License-Identifier: Apache-2.0
"""What an activation is, without a database."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hansa.activation.rules import Case, Change, Level, Phase, Rule, Stand, Step, standing
from hansa.duty.rules import ClockState

OPENED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OTHERS = frozenset({"oakland-ca", "portland-or", "denver-co", "illinois"})
LEVELS = {"watch": Level(1, 1, 30 * DAY), "full": Level(2, 2, 14 * DAY)}
RULE = Rule(LEVELS, 24 * HOUR, Fraction(3, 4), 30 * DAY)
ALONE = Rule({"full": Level(1, 0, 14 * DAY)}, 24 * HOUR, Fraction(3, 4), 30 * DAY)


def stand(member: str, attests: bool = True, after: timedelta = HOUR) -> Stand:
    return Stand(member, attests, OPENED + after, UUID(int=int(after.total_seconds()) * 1000 + len(member)))


def case(*stands: Stand, steps: tuple[Step, ...] = (), level: str = "full", **kwargs) -> Case:
    return Case("chicago-il", OPENED, level, OTHERS, stands, steps, **kwargs)


def step(change: Change, after: timedelta, author: str = "chicago-il", **kwargs) -> Step:
    return Step(change, author, OPENED + after, UUID(int=int(after.total_seconds()) + 1), **kwargs)


ATTESTED = (stand("illinois", after=HOUR), stand("oakland-ca", after=2 * HOUR))


def test_it_waits_until_a_member_attested():
    state = standing(RULE, case(), OPENED + HOUR)
    assert (state.phase, state.missing, state.since, state.level) == (Phase.WAITING, 2, None, "")


def test_the_level_asked_for_is_in_force_from_the_attestation_that_fills_its_number():
    state = standing(RULE, case(*ATTESTED), OPENED + 3 * HOUR)
    assert (state.phase, state.level, state.missing) == (Phase.ACTIVE, "full", 0)
    assert state.history == ((OPENED + HOUR, "watch"), (OPENED + 2 * HOUR, "full"))
    assert state.until == OPENED + 2 * HOUR + 14 * DAY


def test_a_lesser_level_is_in_force_while_the_one_asked_for_lacks_attestations():
    state = standing(RULE, case(stand("illinois")), OPENED + 2 * HOUR)
    assert (state.phase, state.level, state.asked, state.missing) == (Phase.ACTIVE, "watch", "full", 1)


def test_where_the_charter_asks_for_no_attestation_invoking_is_enough():
    state = standing(ALONE, case(), OPENED)
    assert (state.phase, state.since) == (Phase.ACTIVE, OPENED)


def test_who_is_no_member_and_the_member_itself_cannot_attest():
    state = standing(RULE, case(stand("gotham-ny"), stand("chicago-il")), OPENED + HOUR)
    assert state.missing == 2


def test_a_member_that_attests_twice_counts_once():
    state = standing(RULE, case(stand("illinois"), stand("illinois", after=2 * HOUR)), OPENED + DAY)
    assert state.missing == 1


def test_the_first_stand_of_a_member_is_final():
    state = standing(RULE, case(stand("illinois", False), stand("illinois", True, after=2 * HOUR)), OPENED + 3 * HOUR)
    assert (state.phase, [s.member for s in state.objected]) == (Phase.WAITING, ["illinois"])


def test_an_attestation_after_its_time_does_not_count_and_the_invocation_has_lapsed():
    state = standing(RULE, case(stand("illinois", after=25 * HOUR)), OPENED + 26 * HOUR)
    assert (state.phase, state.ended) == (Phase.LAPSED, OPENED + 24 * HOUR)


def test_asking_for_another_level_opens_the_time_to_attest_again():
    raised = case(
        stand("illinois"), stand("oakland-ca", after=50 * HOUR), level="watch",
        steps=(step(Change.LEVEL, 48 * HOUR, level="full"),),
    )  # fmt: skip
    state = standing(RULE, raised, OPENED + 51 * HOUR)
    assert state.history == ((OPENED + HOUR, "watch"), (OPENED + 50 * HOUR, "full"))


def test_a_level_that_the_charter_does_not_name_changes_nothing():
    state = standing(RULE, case(*ATTESTED, steps=(step(Change.LEVEL, 3 * HOUR, level="total"),)), OPENED + 4 * HOUR)
    assert (state.level, state.asked) == ("full", "full")


def test_objections_stop_it_when_they_reach_the_share_of_the_charter():
    two = (stand("illinois", False), stand("oakland-ca", False, after=2 * HOUR))
    three = (*two, stand("denver-co", False, after=3 * HOUR))
    assert standing(RULE, case(*two), OPENED + 4 * HOUR).phase is Phase.WAITING
    state = standing(RULE, case(*three), OPENED + 4 * HOUR)
    assert (state.phase, state.ended) == (Phase.STOPPED, OPENED + 3 * HOUR)


def test_one_objection_to_an_active_one_is_shown_and_stops_nothing():
    state = standing(RULE, case(*ATTESTED, stand("denver-co", False, after=5 * HOUR)), OPENED + 6 * HOUR)
    assert (state.phase, len(state.objected)) == (Phase.ACTIVE, 1)


def test_it_expires_after_the_time_of_its_level_unless_extended():
    later = OPENED + 20 * DAY
    assert standing(RULE, case(*ATTESTED), later).phase is Phase.EXPIRED
    extended = case(*ATTESTED, steps=(step(Change.EXTENDED, DAY, until=OPENED + 30 * DAY),))
    assert standing(RULE, extended, later).phase is Phase.ACTIVE


def test_only_its_owner_stands_it_down():
    foreign = case(*ATTESTED, steps=(step(Change.STOOD_DOWN, DAY, author="illinois"),))
    own = case(*ATTESTED, steps=(step(Change.STOOD_DOWN, DAY),))
    assert standing(RULE, foreign, OPENED + 2 * DAY).phase is Phase.ACTIVE
    assert standing(RULE, own, OPENED + 2 * DAY).phase is Phase.STOOD_DOWN


def test_any_member_closes_it_once_it_lapsed_where_the_charter_lets_them():
    rule = Rule(LEVELS, 24 * HOUR, Fraction(3, 4), 30 * DAY, anyone_ends=True)
    early = case(*ATTESTED, steps=(step(Change.STOOD_DOWN, DAY, author="illinois"),))
    late = case(*ATTESTED, steps=(step(Change.STOOD_DOWN, 20 * DAY, author="illinois"),))
    assert standing(rule, early, OPENED + 2 * DAY).phase is Phase.ACTIVE
    assert standing(rule, late, OPENED + 21 * DAY).phase is Phase.STOOD_DOWN
    assert standing(RULE, late, OPENED + 21 * DAY).phase is Phase.EXPIRED


def test_a_report_by_voice_runs_the_paper_clock_until_adopted():
    spoken = standing(ALONE, case(reporter="illinois"), OPENED + 31 * DAY)
    assert spoken.unadopted and spoken.paper.state(OPENED + 31 * DAY) is ClockState.LATE
    adopted = standing(ALONE, case(reporter="illinois", adopted=OPENED + 2 * DAY), OPENED + 31 * DAY)
    assert not adopted.unadopted and adopted.paper.state(OPENED + 31 * DAY) is ClockState.DONE


def test_who_reported_by_voice_may_close_it_only_until_it_is_adopted():
    steps = (step(Change.STOOD_DOWN, DAY, author="illinois"),)
    assert standing(ALONE, case(steps=steps, reporter="illinois"), OPENED + 2 * DAY).phase is Phase.STOOD_DOWN
    adopted = case(steps=steps, reporter="illinois", adopted=OPENED + HOUR)
    assert standing(ALONE, adopted, OPENED + 2 * DAY).phase is Phase.ACTIVE


_members = st.sampled_from([*sorted(OTHERS), "chicago-il", "gotham-ny"])
_minutes = st.integers(0, 3000).map(lambda minutes: timedelta(minutes=minutes))
_stands = st.builds(
    lambda member, attests, after, number: Stand(member, attests, OPENED + after, UUID(int=number)),
    _members, st.booleans(), _minutes, st.integers(1, 2**60),
)  # fmt: skip
_steps = st.builds(
    lambda change, author, after, number, level: Step(
        change, author, OPENED + after, UUID(int=number), level, OPENED + 20 * DAY
    ),
    st.sampled_from(Change), _members, _minutes, st.integers(1, 2**60), st.sampled_from(["full", "watch", "total"]),
)  # fmt: skip


@given(
    st.data(),
    st.lists(_stands, max_size=8, unique_by=lambda s: s.act),
    st.lists(_steps, max_size=6, unique_by=lambda s: s.act),
)
def test_any_order_and_any_duplication_of_the_same_acts_gives_the_same_answer(data, stands, steps):
    first = standing(RULE, case(*stands, steps=tuple(steps)), OPENED + 5 * DAY)
    again = data.draw(st.permutations(stands + stands[:2])), data.draw(st.permutations(steps + steps[:2]))
    assert standing(RULE, case(*again[0], steps=tuple(again[1])), OPENED + 5 * DAY) == first


def test_a_small_league_needs_no_more_attestations_than_it_has_other_members():
    pair = Case("chicago-il", OPENED, "full", frozenset({"illinois"}), (stand("illinois"),))
    assert standing(RULE, pair, OPENED + DAY).level == "full"

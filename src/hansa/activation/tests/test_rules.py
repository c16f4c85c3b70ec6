# SPDX-License-Identifier: Apache-2.0
"""What an activation is, without a database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from hansa.activation.rules import (
    Case, Change, Moment, Obligation, Phase, Rule, Stand, Step, Term, obligations, standing,
)  # fmt: skip
from hansa.duty.rules import ClockState

OPENED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
OTHERS = frozenset({"oakland-ca", "portland-or", "denver-co", "illinois"})
RULE = Rule(attestations=2, lasts=14 * DAY)


def stand(member: str, attests: bool = True, after: timedelta = HOUR, number: int = 0) -> Stand:
    return Stand(member, attests, OPENED + after, UUID(int=number or abs(hash((member, attests, after)))))


def case(*stands: Stand, steps: tuple[Step, ...] = (), **kwargs) -> Case:
    return Case("chicago-il", OPENED, 2, OTHERS, stands, steps, **kwargs)


def step(change: Change, after: timedelta, author: str = "chicago-il", **kwargs) -> Step:
    return Step(change, author, OPENED + after, UUID(int=int(after.total_seconds()) + 1), **kwargs)


def test_it_waits_until_enough_members_attested():
    state = standing(RULE, case(stand("oakland-ca")), OPENED + HOUR)
    assert (state.phase, state.missing, state.since) == (Phase.WAITING, 1, None)


def test_it_is_active_from_the_attestation_that_fills_the_number():
    state = standing(RULE, case(stand("oakland-ca", after=HOUR), stand("illinois", after=2 * HOUR)), OPENED + 3 * HOUR)
    assert (state.phase, state.since) == (Phase.ACTIVE, OPENED + 2 * HOUR)
    assert state.until == OPENED + 2 * HOUR + 14 * DAY


def test_where_the_charter_asks_for_no_attestation_invoking_is_enough():
    assert standing(Rule(), case(), OPENED).phase is Phase.ACTIVE


def test_who_is_no_member_and_the_member_itself_cannot_attest():
    state = standing(RULE, case(stand("gotham-ny"), stand("chicago-il"), stand("illinois")), OPENED + HOUR)
    assert state.missing == 1


def test_a_member_that_attests_twice_counts_once():
    state = standing(RULE, case(stand("illinois"), stand("illinois", after=2 * HOUR)), OPENED + DAY)
    assert state.missing == 1


def test_the_first_stand_of_a_member_is_final():
    changed = case(stand("illinois", False), stand("illinois", True, after=2 * HOUR), stand("oakland-ca"))
    state = standing(RULE, changed, OPENED + DAY)
    assert (state.phase, [s.member for s in state.objected]) == (Phase.WAITING, ["illinois"])


def test_it_is_refused_when_objections_leave_too_few_who_could_attest():
    two = case(stand("illinois", False), stand("oakland-ca", False))
    three = case(*two.stands, stand("denver-co", False, after=3 * HOUR))
    assert standing(RULE, two, OPENED + DAY).phase is Phase.WAITING
    refused = standing(RULE, three, OPENED + DAY)
    assert (refused.phase, refused.ended) == (Phase.REFUSED, OPENED + 3 * HOUR)


def test_a_small_league_that_can_never_reach_the_number_is_refused_without_an_objection():
    alone = Case("chicago-il", OPENED, 2, frozenset({"illinois"}))
    state = standing(RULE, alone, OPENED)
    assert (state.phase, state.ended) == (Phase.REFUSED, None)


def test_an_objection_after_it_became_active_changes_nothing():
    late = case(stand("illinois"), stand("oakland-ca"), stand("denver-co", False, after=5 * HOUR))
    assert standing(RULE, late, OPENED + DAY).phase is Phase.ACTIVE


def test_it_expires_after_its_period_unless_extended():
    attested = (stand("illinois"), stand("oakland-ca"))
    later = OPENED + 20 * DAY
    assert standing(RULE, case(*attested), later).phase is Phase.EXPIRED
    extended = case(*attested, steps=(step(Change.EXTENDED, DAY, until=OPENED + 30 * DAY),))
    assert standing(RULE, extended, later).phase is Phase.ACTIVE


def test_only_its_owner_stands_it_down():
    attested = (stand("illinois"), stand("oakland-ca"))
    foreign = case(*attested, steps=(step(Change.STOOD_DOWN, DAY, author="illinois"),))
    own = case(*attested, steps=(step(Change.STOOD_DOWN, DAY),))
    assert standing(RULE, foreign, OPENED + 2 * DAY).phase is Phase.ACTIVE
    assert standing(RULE, own, OPENED + 2 * DAY).phase is Phase.STOOD_DOWN


def test_the_last_level_of_its_owner_counts():
    steps = (step(Change.LEVEL, 3 * HOUR, level=1), step(Change.LEVEL, HOUR, level=3))
    assert standing(Rule(), case(steps=steps), OPENED + DAY).level == 1


def test_a_report_by_voice_runs_the_paper_clock_until_adopted():
    spoken = standing(RULE, case(reporter="illinois"), OPENED + 31 * DAY)
    assert spoken.unadopted and spoken.paper.state(OPENED + 31 * DAY) is ClockState.LATE
    adopted = standing(RULE, case(reporter="illinois", adopted=OPENED + 2 * DAY), OPENED + 31 * DAY)
    assert not adopted.unadopted and adopted.paper.state(OPENED + 31 * DAY) is ClockState.DONE


def test_who_reported_by_voice_may_close_it_only_until_it_is_adopted():
    steps = (step(Change.STOOD_DOWN, DAY, author="illinois"),)
    assert standing(Rule(), case(steps=steps, reporter="illinois"), OPENED + 2 * DAY).phase is Phase.STOOD_DOWN
    adopted = case(steps=steps, reporter="illinois", adopted=OPENED + HOUR)
    assert standing(Rule(), adopted, OPENED + 2 * DAY).phase is Phase.ACTIVE


ACKNOWLEDGE = Term("acknowledge", "Acknowledge", 30 * MINUTE)
ANSWER = Term("offer-or-decline", "Offer or decline", 12 * HOUR, Moment.ACTIVE)


def owed(state, met=None, members=("oakland-ca",)) -> dict[tuple[str, str], Obligation]:
    listed = obligations([ACKNOWLEDGE, ANSWER], state, OPENED, members, met or {})
    return {(item.member, item.term.code): item for item in listed}


def test_acknowledging_is_owed_from_the_invocation_and_answering_only_once_it_is_active():
    assert set(owed(standing(RULE, case(), OPENED))) == {("oakland-ca", "acknowledge")}
    assert set(owed(standing(Rule(), case(), OPENED))) == {("oakland-ca", "acknowledge"), ("oakland-ca", "offer-or-decline")}


def test_a_late_acknowledgement_is_done_and_says_forty_minutes_late():
    met = {("oakland-ca", "acknowledge"): OPENED + 70 * MINUTE}
    item = owed(standing(Rule(), case(), OPENED), met)["oakland-ca", "acknowledge"]
    assert item.state(OPENED + DAY) is ClockState.DONE
    assert item.clock.late_by(OPENED + DAY) == 40 * MINUTE


def test_standing_down_waives_what_was_not_yet_due_and_keeps_what_was_late():
    state = standing(Rule(), case(steps=(step(Change.STOOD_DOWN, HOUR),)), OPENED + DAY)
    items = owed(state)
    assert items["oakland-ca", "acknowledge"].state(OPENED + DAY) is ClockState.LATE
    assert items["oakland-ca", "offer-or-decline"].state(OPENED + DAY) is ClockState.WAIVED


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
    st.sampled_from(Change), _members, _minutes, st.integers(1, 2**60), st.sampled_from([1, 2, 3]),
)  # fmt: skip


@given(st.data(), st.lists(_stands, max_size=8, unique_by=lambda s: s.act), st.lists(_steps, max_size=6, unique_by=lambda s: s.act))
def test_any_order_and_any_duplication_of_the_same_acts_gives_the_same_answer(data, stands, steps):
    first = standing(RULE, case(*stands, steps=tuple(steps)), OPENED + 5 * DAY)
    again = data.draw(st.permutations(stands + stands[:2])), data.draw(st.permutations(steps + steps[:2]))
    assert standing(RULE, case(*again[0], steps=tuple(again[1])), OPENED + 5 * DAY) == first

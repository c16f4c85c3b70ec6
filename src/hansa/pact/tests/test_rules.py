# SPDX-License-Identifier: Apache-2.0
"""Members and charter follow from the set of acts, in whatever order they came."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from hansa.pact.rules import (
    CLOCK_SKEW,
    Cancelled,
    Endorsed,
    Founded,
    Noticed,
    Proposed,
    Ratified,
    Terms,
    Voted,
    fold,
    needed,
)

T0 = datetime(2026, 11, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TERMS = Terms(enough=2, sponsors=0, threshold=Fraction(2, 3), open_for=7 * DAY, notice=30 * DAY)
NAMES = ("ashland", "bristol", "cambria", "dover", "essex")


def founded(**terms) -> Founded:
    values = {name: getattr(TERMS, name) for name in TERMS.__slots__} | terms
    return Founded(digest="F", author="ashland", at=T0, terms=Terms(**values))


def ratified(member: str, day: float = 1, charter: str = "F") -> Ratified:
    return Ratified(digest=f"R-{member}-{day}", author=member, at=T0 + day * DAY, charter=charter)


def league(*members: str, **terms) -> list:
    return [founded(**terms), *(ratified(member) for member in members)]


def proposed(digest="P", author="ashland", day=2.0, parent="F", round=1, lasts=7.0, electorate=NAMES[:3]) -> Proposed:
    at = T0 + day * DAY
    return Proposed(
        digest=digest, author=author, at=at, parent=parent, round=round, closes=at + lasts * DAY,
        electorate=frozenset(electorate), terms=TERMS,
    )  # fmt: skip


def voted(author: str, proposal="P", day=3.0, yes=True) -> Voted:
    return Voted(
        digest=f"V-{author}-{proposal}-{day}-{yes}", author=author, at=T0 + day * DAY, proposal=proposal, yes=yes
    )


def at(day: float) -> datetime:
    return T0 + day * DAY


def test_a_charter_is_in_force_once_enough_members_ratified():
    one = fold([founded(), ratified("ashland")])
    assert one.version(at(5)) is None
    two = fold([founded(), ratified("ashland"), ratified("bristol", 2)])
    assert two.version(at(1.5)) is None
    assert two.version(at(2)).number == 1
    assert two.members(at(2)) == {"ashland", "bristol"}
    assert two.members(at(1)) == {"ashland"}


def test_an_amendment_is_in_force_when_its_threshold_is_reached():
    acts = [*league(*NAMES[:3]), proposed(), voted("ashland"), voted("bristol", day=4)]
    state = fold(acts)
    assert state.version(at(3.5)).number == 1
    assert state.version(at(4)).digest == "P"
    assert state.ballots["P"].decided == at(4)


def test_half_of_the_members_is_never_enough():
    assert needed(Fraction(2, 3), 3) == 2
    assert needed(Fraction(51, 100), 4) == 3
    assert needed(Fraction(1, 1), 4) == 4


def test_a_members_first_vote_counts_and_is_final():
    acts = [*league(*NAMES[:3]), proposed(), voted("ashland"), voted("bristol", yes=False), voted("bristol", day=4)]
    state = fold(acts)
    assert state.ballots["P"].no == {"bristol"}
    assert state.version(at(9)).number == 1


def test_a_vote_after_the_close_does_not_count():
    acts = [*league(*NAMES[:3]), proposed(), voted("ashland"), voted("bristol", day=9.5)]
    assert fold(acts).version(at(10)).number == 1


def test_a_vote_by_an_outsider_does_not_count_even_if_the_proposal_names_it():
    acts = [*league(*NAMES[:3]), proposed(electorate=("ashland", "ghost", "phantom")), voted("ashland"),
            voted("ghost"), voted("phantom")]  # fmt: skip
    state = fold(acts)
    assert state.ballots["P"].yes == {"ashland"}
    assert state.version(at(9)).number == 1


def test_a_proposal_that_leaves_members_out_does_not_lower_the_threshold():
    acts = [*league(*NAMES[:3]), proposed(electorate=("ashland",)), voted("ashland")]
    assert fold(acts).ballots["P"].needed == 2


def test_one_round_is_open_at_a_time():
    acts = [*league(*NAMES[:3]), proposed(), proposed("Q", "bristol", day=3, round=2), voted("ashland", "Q", 4),
            voted("bristol", "Q", 4)]  # fmt: skip
    state = fold(acts)
    assert state.ballots["Q"].flaw == "round"
    assert state.version(at(9)).number == 1


def test_a_next_round_opens_after_the_last_one_closed_without_a_result():
    acts = [*league(*NAMES[:3]), proposed(), voted("ashland"), proposed("Q", "bristol", day=10, round=2),
            voted("bristol", "Q", 11), voted("cambria", "Q", 11)]  # fmt: skip
    assert fold(acts).version(at(12)).digest == "Q"


def test_rival_proposals_share_a_round_and_each_member_has_one_vote_in_it():
    acts = [*league(*NAMES[:3]), proposed(), proposed("Q", "bristol", day=3), voted("ashland", "P", 4),
            voted("ashland", "Q", 5), voted("bristol", "Q", 4), voted("cambria", "Q", 5)]  # fmt: skip
    state = fold(acts)
    assert state.ballots["Q"].closes == state.ballots["P"].closes
    assert state.ballots["Q"].yes == {"bristol", "cambria"}
    assert state.version(at(6)).digest == "Q"


def test_the_lowest_round_that_reached_its_threshold_wins_when_its_votes_come_late():
    second = [proposed("Q", "bristol", day=10, round=2), voted("bristol", "Q", 11), voted("cambria", "Q", 11)]
    first = [*league(*NAMES[:3]), proposed(), voted("ashland")]
    assert fold([*first, *second]).version(at(12)).digest == "Q"
    assert fold([*first, *second, voted("cambria", day=4)]).version(at(12)).digest == "P"


def test_a_round_that_is_too_short_or_endless_does_not_count():
    assert fold([*league(*NAMES[:3]), proposed(lasts=1)]).ballots["P"].flaw == "closes"
    assert fold([*league(*NAMES[:3]), proposed(lasts=400)]).ballots["P"].flaw == "closes"


def test_a_proposal_by_an_outsider_or_on_an_old_version_does_not_count():
    assert fold([*league(*NAMES[:3]), proposed(author="essex")]).ballots["P"].flaw == "author"
    acts = [*league(*NAMES[:3]), proposed(), voted("ashland"), voted("bristol"), proposed("Q", day=5)]
    assert fold(acts).ballots["Q"].flaw == "parent"


def test_a_member_leaves_when_its_notice_has_run_and_can_take_it_back_before():
    notice = Noticed(digest="N", author="bristol", at=at(5), effective=at(6))
    gone = fold([*league(*NAMES[:3]), notice])
    assert "bristol" in gone.members(at(34.9))
    assert "bristol" not in gone.members(at(35))
    back = fold([*league(*NAMES[:3]), notice, Cancelled(digest="C", author="bristol", at=at(20), notice="N")])
    assert "bristol" in back.members(at(60))
    late = fold([*league(*NAMES[:3]), notice, Cancelled(digest="C", author="bristol", at=at(36), notice="N")])
    assert "bristol" not in late.members(at(60))


def test_a_member_that_left_can_ratify_again():
    notice = Noticed(digest="N", author="bristol", at=at(5), effective=at(6))
    state = fold([*league(*NAMES[:3]), notice, ratified("bristol", 50)])
    assert "bristol" not in state.members(at(49))
    assert "bristol" in state.members(at(50))


def test_a_member_that_left_has_no_vote():
    notice = Noticed(digest="N", author="bristol", at=at(2), effective=at(3))
    acts = [*league(*NAMES[:3]), notice, proposed(day=30, lasts=10), voted("ashland", day=31), voted("bristol", day=33)]
    state = fold(acts)
    assert state.ballots["P"].yes == {"ashland"}


def test_where_the_charter_asks_for_sponsors_a_government_joins_when_members_vouch_for_it():
    acts = [*league("ashland", "bristol", sponsors=1), ratified("cambria", 3)]
    assert "cambria" not in fold(acts).members(at(9))
    stranger = Endorsed(digest="E1", author="dover", at=at(4), ratified="R-cambria-3")
    assert "cambria" not in fold([*acts, stranger]).members(at(9))
    vouched = fold([*acts, Endorsed(digest="E2", author="bristol", at=at(5), ratified="R-cambria-3")])
    assert "cambria" not in vouched.members(at(4.9))
    assert "cambria" in vouched.members(at(5))


def test_a_vote_from_a_clock_that_runs_behind_still_counts():
    skewed = Voted(digest="V", author="bristol", at=at(2) - CLOCK_SKEW, proposal="P", yes=True)
    state = fold([*league(*NAMES[:3]), proposed(), skewed])
    assert state.ballots["P"].yes == {"bristol"}


def test_a_proposal_from_a_clock_that_runs_behind_waits_for_its_parent():
    early = proposed("Q", day=3 - CLOCK_SKEW / DAY, parent="P")
    first = [*league(*NAMES[:3]), proposed(), voted("ashland"), voted("bristol")]
    assert fold([*first, early, voted("ashland", "Q", 4), voted("bristol", "Q", 4)]).version(at(5)).digest == "Q"
    older = proposed("Q", day=2.9, parent="P")
    assert fold([*first, older]).ballots["Q"].flaw == "parent"


@st.composite
def histories(draw):
    """Joins, proposals, votes, withdrawals of up to five members, with many equal times."""
    acts = [founded(enough=draw(st.integers(1, 2)), sponsors=draw(st.integers(0, 1)))]
    day = st.integers(1, 24).map(lambda number: number / 2)
    member = st.sampled_from(NAMES)
    acts += [ratified(m, draw(day)) for m in draw(st.lists(member, min_size=2, max_size=6))]
    acts += [Endorsed(digest=f"E{i}", author=draw(member), at=at(draw(day)),
                      ratified=draw(st.sampled_from(acts)).digest)
             for i in range(draw(st.integers(0, 4)))]  # fmt: skip
    names = ["F"]
    for i in range(draw(st.integers(0, 4))):
        acts.append(proposed(f"P{i}", draw(member), draw(day), draw(st.sampled_from(names)), draw(st.integers(1, 2)),
                             draw(st.sampled_from([7, 8, 1])), draw(st.sets(member))))  # fmt: skip
        names.append(f"P{i}")
    if len(names) > 1:
        acts += [voted(draw(member), draw(st.sampled_from(names[1:])), draw(day), draw(st.booleans()))
                 for _ in range(draw(st.integers(0, 12)))]  # fmt: skip
    for i in range(draw(st.integers(0, 3))):
        leaver = draw(member)
        acts.append(Noticed(digest=f"N{i}", author=leaver, at=at(draw(day)), effective=at(draw(day))))
        if draw(st.booleans()):
            acts.append(Cancelled(digest=f"C{i}", author=leaver, at=at(draw(day)), notice=f"N{i}"))
    return acts


@given(histories(), st.data())
def test_any_order_and_any_duplication_of_the_same_acts_gives_the_same_state(acts, data):
    shuffled = data.draw(st.permutations(acts + data.draw(st.lists(st.sampled_from(acts), max_size=5))))
    assert fold(shuffled) == fold(acts)


@given(histories())
def test_no_two_versions_ever_follow_the_same_parent(acts):
    state = fold(acts)
    parents = [version.parent for version in state.versions]
    assert len(parents) == len(set(parents))
    decided = [ballot for ballot in state.ballots.values() if ballot.decided]
    assert len({ballot.parent for ballot in decided}) == len(decided)
    for ballot in decided:
        assert 2 * len(ballot.yes) > ballot.size
        assert not ballot.yes & ballot.no

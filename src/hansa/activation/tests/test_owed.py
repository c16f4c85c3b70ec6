# SPDX-License-Identifier: Apache-2.0
"""What members owe, without a database."""

from datetime import timedelta

from hansa.activation.owed import Scene, Term, answered, obligations
from hansa.activation.rules import Change, standing
from hansa.activation.tests.test_rules import ALONE, ATTESTED, DAY, HOUR, MINUTE, OPENED, OTHERS, RULE, case, step
from hansa.duty.rules import ClockState

ACKNOWLEDGE = Term("acknowledge", "invoked", 30 * MINUTE)
OFFER = Term("offer-or-decline", "activated", 12 * HOUR)
ON_REQUEST = Term("offer-or-decline", "requested", 12 * HOUR)
PAPER = Term("confirm-in-writing", "spoken", 30 * DAY, whom="invoker")
REVIEW = Term("review", "stood-down", 60 * DAY, whom="all")


def scene(state, **kwargs) -> Scene:
    given = {"trigger": "fire", "league": OTHERS | {"chicago-il"}, "started": {}, "met": {}, **kwargs}
    return Scene(state, OPENED, "chicago-il", **given)


def owed(*terms: Term, state=None, **kwargs):
    state = state or standing(ALONE, case(), OPENED)
    return {(item.member, item.term.code): item for item in obligations(terms, scene(state, **kwargs))}


def test_every_other_member_owes_an_acknowledgement_from_the_invocation_on():
    items = owed(ACKNOWLEDGE)
    assert {member for member, _ in items} == set(OTHERS)
    assert items["illinois", "acknowledge"].clock.due == OPENED + 30 * MINUTE


def test_what_starts_when_active_is_not_owed_before():
    assert not owed(OFFER, state=standing(RULE, case(), OPENED))
    items = owed(OFFER, state=standing(RULE, case(*ATTESTED), OPENED + DAY))
    assert items["illinois", "offer-or-decline"].clock.opened == OPENED + HOUR


def test_what_is_limited_to_a_level_starts_when_that_level_is_in_force():
    full = Term("offer-or-decline", "invoked", 12 * HOUR, levels=("full",))
    assert not owed(full, state=standing(RULE, case(ATTESTED[0]), OPENED + DAY))
    items = owed(full, state=standing(RULE, case(*ATTESTED), OPENED + DAY))
    assert items["illinois", "offer-or-decline"].clock.opened == OPENED + 2 * HOUR


def test_what_is_limited_to_another_trigger_is_not_owed():
    assert not owed(Term("acknowledge", "invoked", HOUR, triggers=("flood",)))


def test_what_starts_with_the_first_request_waits_for_it():
    assert not owed(ON_REQUEST)
    items = owed(ON_REQUEST, started={"requested": OPENED + 3 * HOUR})
    assert items["illinois", "offer-or-decline"].clock.due == OPENED + 15 * HOUR


def test_only_the_member_in_crisis_owes_the_paper_of_a_spoken_invocation():
    assert not owed(PAPER)
    items = owed(PAPER, state=standing(ALONE, case(reporter="illinois"), OPENED))
    assert set(items) == {("chicago-il", "confirm-in-writing")}


def test_a_late_acknowledgement_is_done_and_says_forty_minutes_late():
    item = owed(ACKNOWLEDGE, met={("illinois", "acknowledge"): OPENED + 70 * MINUTE})["illinois", "acknowledge"]
    assert item.state(OPENED + DAY) is ClockState.DONE
    assert item.clock.late_by(OPENED + DAY) == timedelta(minutes=40)


def test_standing_down_waives_what_was_not_yet_due_and_keeps_what_was_late():
    state = standing(ALONE, case(steps=(step(Change.STOOD_DOWN, HOUR),)), OPENED + DAY)
    items = owed(ACKNOWLEDGE, OFFER, REVIEW, state=state)
    assert items["illinois", "acknowledge"].state(OPENED + DAY) is ClockState.LATE
    assert items["illinois", "offer-or-decline"].state(OPENED + DAY) is ClockState.WAIVED
    assert items["chicago-il", "review"].clock.due == OPENED + HOUR + 60 * DAY


def test_it_says_how_many_answered_of_how_many():
    items = owed(ACKNOWLEDGE, met={("illinois", "acknowledge"): OPENED, ("gotham-ny", "acknowledge"): OPENED})
    assert answered(items.values(), "acknowledge") == (1, 4)

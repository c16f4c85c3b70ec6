# SPDX-License-Identifier: Apache-2.0
"""Rotas of a member: who is on call, no surprise, gaps before they happen, and who is told."""

from datetime import date, timedelta

import pytest
import time_machine

from hansa import ledger
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty import queries
from hansa.duty.actions import cover as covering
from hansa.duty.actions import rota as actions
from hansa.duty.actions import watch as watching
from hansa.duty.models import Duty, Notice, Rota, RotaCover, RotaLine
from hansa.duty.queries import rota as reads
from hansa.duty.tests.watch_cast import DAY, NOON, OAKLAND, OFFICE, PORTLAND, Watch, daily, found_watch
from hansa.people.models import Appointment


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def watch(db) -> Watch:
    return found_watch()


@pytest.fixture
def scope(watch):
    with member_scope(OAKLAND):
        yield


def on(at) -> list:
    return [person.person for person in queries.on_call(OAKLAND, OFFICE, at)]


def gap_duties() -> list[Duty]:
    return list(queries.open_duties().filter(kind=watching.GAP))


def test_who_is_on_call_until_when(watch):
    (now,) = queries.on_call(OAKLAND, OFFICE, NOON)
    assert (now.person, now.until, now.level) == (watch.ana.person, NOON + DAY, 1)
    assert on(NOON + DAY) == [watch.ben.person]


def test_an_office_without_a_rota_and_another_member_have_nobody(watch):
    assert queries.on_call(OAKLAND, "legal", NOON) == ()
    assert queries.on_call(PORTLAND, OFFICE, NOON) == ()
    with member_scope(PORTLAND):
        assert not Rota.objects.exists() and not RotaLine.objects.exists()


def test_whose_term_ended_an_hour_ago_is_on_call_no_more_and_the_gap_is_the_administrators_duty(watch, scope):
    assert gap_duties() == []
    Appointment.objects.filter(person=watch.ana.person, office=OFFICE).update(ended_at=NOON - timedelta(hours=1))
    assert on(NOON) == []
    watching.watch_gaps(watch.row, at=NOON)
    (duty,) = gap_duties()
    assert (duty.office, duty.due_at) == ("administrator", NOON)
    assert duty.words == "Nobody is on call (Duty officer) from 2026-06-01 12:00 PDT. Gaps ahead: 15"


def test_a_gap_is_shown_before_it_happens_and_its_duty_is_done_once_somebody_covers_it(watch, scope):
    off = covering.add_cover(watch.row, start=NOON + 3 * DAY, end=NOON + 4 * DAY, out=watch.ben.person, into=None,
                             actor=watch.planner)  # fmt: skip
    (duty,) = gap_duties()
    assert duty.due_at == NOON + 3 * DAY and duty.done_at is None
    covering.add_cover(watch.row, start=NOON + 3 * DAY, end=NOON + 4 * DAY, out=None, into=watch.eva.person,
                       actor=watch.eva)  # fmt: skip
    assert gap_duties() == [] and Duty.objects.get(id=duty.id).done_at == NOON
    assert on(NOON + 3 * DAY + timedelta(hours=1)) == [watch.eva.person]
    covering.withdraw_cover(RotaCover.objects.get(person_in=watch.eva.person), actor=watch.eva)
    (again,) = gap_duties()
    assert again.due_at == NOON + 3 * DAY and again.id != duty.id
    assert off.withdrawn_at is None


def test_a_new_person_moves_no_published_shift_unless_that_was_read(watch, scope):
    three = daily(watch.ana.person, watch.ben.person, watch.eva.person, begins=date(2026, 6, 3))
    with pytest.raises(Invalid, match="moves shifts that are published"):
        actions.save_line(watch.row, watch.line, three, seen="", actor=watch.planner)
    assert RotaLine.objects.count() == 1
    preview = actions.preview_line(watch.row, watch.line, three, at=NOON)
    assert (preview.changes[0].start, preview.changes[0].was, preview.changes[0].now) == (
        NOON + 4 * DAY, (watch.ana.person,), (watch.eva.person,)
    )  # fmt: skip
    actions.save_line(watch.row, watch.line, three, seen=preview.digest, actor=watch.planner)
    assert on(NOON + 4 * DAY) == [watch.eva.person]
    told = Notice.objects.filter(topic=watching.CHANGED)
    assert {notice.person for notice in told} == {watch.ana.person, watch.ben.person, watch.eva.person}


def test_a_preview_that_is_out_of_date_is_not_enough(watch, scope):
    three = daily(watch.ana.person, watch.ben.person, watch.eva.person, begins=date(2026, 6, 3))
    seen = actions.preview_line(watch.row, watch.line, three, at=NOON).digest
    covering.add_cover(watch.row, start=NOON + 5 * DAY, end=NOON + 6 * DAY, out=watch.ben.person,
                       into=watch.eva.person, actor=watch.eva)  # fmt: skip
    with pytest.raises(Invalid, match="moves shifts that are published"):
        actions.save_line(watch.row, watch.line, three, seen=seen, actor=watch.planner)


def test_a_change_behind_what_is_published_needs_no_confirmation(watch, scope):
    day = reads.first_free_day(watch.row, watch.line, NOON)
    order = reads.turning_on(watch.line, day)
    three = daily(*order, watch.eva.person, begins=day)
    assert actions.preview_line(watch.row, watch.line, three, at=NOON).changes == ()
    actions.save_line(watch.row, watch.line, three, seen="", actor=watch.planner)
    assert (
        not Notice.objects.filter(topic=watching.CHANGED)
        .exclude(person=watch.ana.person)
        .exclude(person=watch.ben.person)
    )


def test_saving_twice_with_one_id_saves_one_line(watch, scope):
    key = new_id()
    for _ in range(2):
        actions.save_line(watch.row, None, daily(watch.eva.person, level=2), seen="", actor=watch.planner, id=key)
    assert RotaLine.objects.filter(level=2).count() == 1


@pytest.mark.parametrize(
    ("said", "field"),
    [({"people": ()}, "people"), ({"turn_days": 0}, "turn_days"), ({"zone": "Mars/Olympus"}, "zone"),
     ({"begins": date(2026, 5, 30)}, "begins"), ({"level": 9}, "level"), ({"people": (new_id(),)}, "people")],
)  # fmt: skip
def test_what_cannot_be_a_line_is_not_saved_and_says_what_to_do(watch, scope, said, field):
    given = {"people": (watch.eva.person,)} | said
    people = given.pop("people")
    with pytest.raises(Invalid) as refused:
        actions.save_line(watch.row, None, daily(*people, **given), seen="", actor=watch.planner)
    assert field in refused.value.errors and RotaLine.objects.count() == 1


def test_who_plans_and_who_only_takes_turns(watch, scope):
    with pytest.raises(Refused) as refusal:
        actions.save_line(watch.row, None, daily(watch.ana.person), seen="", actor=watch.ana)
    assert refusal.value.verdict.who == ("administrator", "emergency-management")
    with pytest.raises(Refused, match="You can put yourself in, not others"):
        covering.add_cover(watch.row, start=NOON, end=NOON + DAY, out=watch.ana.person, into=watch.eva.person,
                           actor=watch.ana)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "end", "out", "into", "message"),
    [
        (2, 1, "ana", "eva", "end is not after the start"),
        (-2, -1, "ana", "eva", "That time has passed"),
        (1, 100, "ben", "eva", "longer than 90 days"),
        (1, 2, None, None, "changes nobody"),
        (0, 1, "ben", "eva", "changes nothing"),
        (1, 2, "ben", "stranger", "does not hold the office"),
    ],
)
def test_a_cover_that_would_do_nothing_or_harm_is_not_taken(watch, scope, start, end, out, into, message):
    people = {
        "ana": watch.ana.person,
        "ben": watch.ben.person,
        "eva": watch.eva.person,
        "stranger": new_id(),
        None: None,
    }
    with pytest.raises(Invalid, match=message):
        covering.add_cover(watch.row, start=NOON + start * DAY, end=NOON + end * DAY, out=people[out],
                           into=people[into], actor=watch.planner)  # fmt: skip
    assert not RotaCover.objects.exists()


def test_a_cover_beneath_a_fixed_shift_is_refused_with_the_reason(watch, scope):
    preview = actions.preview_fixed(watch.row, [watch.eva.person], NOON + DAY, NOON + 2 * DAY, at=NOON)
    actions.fix_shift(watch.row, [watch.eva.person], NOON + DAY, NOON + 2 * DAY, seen=preview.digest,
                      actor=watch.planner)  # fmt: skip
    assert on(NOON + DAY) == [watch.eva.person]
    with pytest.raises(Invalid, match="A fixed shift stands then"):
        covering.add_cover(watch.row, start=NOON + DAY, end=NOON + 2 * DAY, out=watch.ben.person, into=watch.ana.person,
                           actor=watch.planner)  # fmt: skip


def test_a_swap_counts_once_the_other_agreed_and_is_taken_back_whole(watch, scope):
    swap = covering.ask_swap(watch.row, start=NOON + 2 * DAY, end=NOON + 3 * DAY, asked=watch.ben.person,
                             back=(NOON + DAY, NOON + 2 * DAY), actor=watch.ana)  # fmt: skip
    assert on(NOON + 2 * DAY) == [watch.ana.person]
    with pytest.raises(Refused, match="Only the person who was asked"):
        covering.answer_swap(swap, agree=True, actor=watch.eva)
    for _ in range(2):
        covering.answer_swap(swap, agree=True, actor=watch.ben)
    assert on(NOON + 2 * DAY) == [watch.ben.person] and on(NOON + DAY) == [watch.ana.person]
    assert RotaCover.objects.count() == 2
    covering.withdraw_cover(RotaCover.objects.first(), actor=watch.planner)
    assert on(NOON + 2 * DAY) == [watch.ana.person] and on(NOON + DAY) == [watch.ben.person]


def test_a_swap_of_a_shift_that_moved_meanwhile_changes_nothing(watch, scope):
    swap = covering.ask_swap(watch.row, start=NOON + 2 * DAY, end=NOON + 3 * DAY, asked=watch.ben.person,
                             actor=watch.ana)  # fmt: skip
    covering.add_cover(watch.row, start=NOON + 2 * DAY, end=NOON + 3 * DAY, out=watch.ana.person,
                       into=watch.eva.person, actor=watch.eva)  # fmt: skip
    with pytest.raises(Refused, match="changed since you were asked"):
        covering.answer_swap(swap, agree=True, actor=watch.ben)
    assert covering.answer_swap(swap, agree=False, actor=watch.ben).agreed is False


def test_taking_back_a_cover_that_has_begun_ends_it_now_and_leaves_the_past(watch, scope):
    cover = covering.add_cover(watch.row, start=NOON, end=NOON + DAY, out=watch.ana.person, into=watch.eva.person,
                               actor=watch.eva)  # fmt: skip
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        covering.withdraw_cover(cover, actor=watch.eva)
        assert on(clock.now()) == [watch.ana.person]
        assert on(NOON + timedelta(hours=1)) == [watch.eva.person]


def test_whoever_comes_on_duty_is_told_a_day_before_and_then_once_each(watch, scope):
    assert watching.tell_coming(watch.row, at=NOON + timedelta(minutes=5)) == 2
    assert watching.tell_coming(watch.row, at=NOON + timedelta(minutes=10)) == 0
    now, ahead = Notice.objects.filter(topic=watching.COMING).order_by("person")
    assert {now.person, ahead.person} == {watch.ana.person, watch.ben.person}
    words = {now.person: now.words, ahead.person: ahead.words}
    assert words[watch.ben.person] == (
        "You are on call (Duty officer) from 2026-06-02 12:00 PDT to 2026-06-03 12:00 PDT"
    )
    assert {fold.newest.person for fold in queries.to_know(watch.ana.person)} == {watch.ana.person}


def test_nobody_is_told_of_a_shift_that_began_while_the_node_was_off(watch, scope):
    assert watching.tell_coming(watch.row, at=NOON + timedelta(hours=5)) == 1


def test_another_member_keeps_nothing_of_it(watch):
    with member_scope(PORTLAND):
        assert not Notice.objects.exists() and not Duty.objects.filter(kind=watching.GAP).exists()
    assert set(ledger.hosted_members()) == {OAKLAND, PORTLAND}


def test_a_line_on_holidays_only_takes_over_on_the_calendars_and_the_members_own(watch, scope):
    feast = date(2026, 6, 5)
    actions.keep_day(feast, "Founders' Day", holiday=True, actor=watch.planner)
    days = reads.holidays_of(watch.row, NOON, NOON + 60 * DAY)
    assert days[feast] == "Founders' Day" and days[date(2026, 6, 19)].startswith("Juneteenth")
    actions.keep_day(date(2026, 6, 19), "Worked", holiday=False, actor=watch.planner)
    assert date(2026, 6, 19) not in reads.holidays_of(watch.row, NOON, NOON + 60 * DAY)
    said = daily(watch.eva.person, holidays="only", level=2)
    actions.save_line(watch.row, None, said, seen="", actor=watch.planner)
    assert on(NOON + 4 * DAY + timedelta(hours=1)) == [watch.ana.person, watch.eva.person]
    assert on(NOON + 5 * DAY + timedelta(hours=1)) == [watch.ben.person]

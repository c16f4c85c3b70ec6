# SPDX-License-Identifier: Apache-2.0
"""Records schedules: per kind, dated, with their law; what has run out goes, what a hold keeps stays."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.evidence import kinds, rules
from hansa.evidence.actions import keeping, schedules
from hansa.evidence.models import Schedule
from hansa.evidence.queries import schedules as queries
from hansa.evidence.tests.words import place
from hansa.ledger.models import PurgeAnswer
from hansa.notify.models import Address
from hansa.people.models import AccessChange, Account, Appointment, Person, Reading

LAW = "Cal. Gov. Code § 34090"


def counsel_of(cast):
    return cast.actor("oakland_duty", "legal")


def put(cast, **changed):
    said = {"days": 20, "law": LAW, "from_on": clock.now().date(), "actor": counsel_of(cast), "at": clock.now()}
    return schedules.set_schedule(changed.pop("kind", "exercise.words"), **(said | changed))


def test_counsel_sets_a_schedule_and_another_office_does_not(oakland):
    put(oakland)
    with pytest.raises(Refused):
        put(oakland, actor=oakland.actor("oakland_mayor"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "no.such"}, "kind"), ({"law": "?"}, "law"),
        ({"from_on": clock.now().date() - timedelta(days=1)}, "from_on"), ({"days": -1}, "days"),
        ({"kind": "people.readings", "days": 30}, "days"),
    ],
)  # fmt: skip
def test_a_schedule_has_a_kind_a_law_and_never_counts_backwards(oakland, changed, field):
    with pytest.raises(Invalid) as complaint:
        put(oakland, **changed)
    assert list(complaint.value.errors) == [field] and not Schedule.objects.exists()


def test_two_lines_of_one_kind_do_not_begin_on_one_day(oakland):
    put(oakland)
    with pytest.raises(Invalid, match="from that day on already"):
        put(oakland, days=10)


def test_what_hansa_promises_to_destroy_is_not_kept_longer(oakland, monkeypatch):
    promised = kinds.RecordKind("exercise.promised", "Promised", "from the report", 30, most=30)
    monkeypatch.setitem(kinds._kinds, promised.code, promised)
    for days in (31, None):
        with pytest.raises(Invalid, match="place a hold"):
            put(oakland, kind=promised.code, days=days)
    put(oakland, kind=promised.code, days=7)


def test_a_line_ahead_counts_from_its_day_on(oakland):
    put(oakland)
    put(oakland, days=None, from_on=clock.now().date() + timedelta(days=10))
    kind = kinds.kind("exercise.words")
    now = clock.now()
    assert queries.cutoff(kind, now) == now - timedelta(days=20)
    assert queries.cutoff(kind, now + timedelta(days=10)) is None
    line = next(line for line in queries.lines(now) if line.kind == kind)
    assert (line.days, [row.days for row in line.ahead]) == (20, [None])


def old_reading(cast) -> Reading:
    return Reading.objects.create(
        record_kind="exercise.note", record=uuid4(), label="Note 4", reader=cast.oakland_mayor.id,
        office="chief-executive", purpose="To answer a court.", at=clock.now() - timedelta(days=1_200),
    )  # fmt: skip


def test_what_has_run_out_is_destroyed_for_every_member(oakland):
    old_reading(oakland)
    assert keeping.destroy_everywhere(at=clock.now()) == 1
    assert not Reading.objects.exists()


def test_a_longer_schedule_keeps_it(oakland):
    old_reading(oakland)
    put(oakland, kind="people.readings", days=2_000)
    assert schedules.destroy_run_out(at=clock.now()) == {}


def test_a_hold_on_the_kind_keeps_it(oakland):
    old_reading(oakland)
    place(oakland, kind_codes=["people.readings"])
    assert schedules.destroy_run_out(at=clock.now()) == {}
    assert Reading.objects.count() == 1


def long_gone(cast):
    """The mayor's terms ended; a year and a day has passed."""
    Appointment.objects.filter(member="oakland-ca", person=cast.oakland_mayor.id).update(ended_at=clock.now())
    return clock.now() + timedelta(days=366)


def test_accounts_and_names_are_forgotten_a_year_after_the_last_term(oakland):
    mayor, at = oakland.oakland_mayor, long_gone(oakland)
    Address.objects.create(person=mayor.id, channel="email", sealed=b"x", lookup="a")
    assert keeping.destroy_everywhere(at=at - timedelta(days=2)) == 0
    assert Person.objects.filter(person=mayor.id).exists()
    keeping.destroy_everywhere(at=at)
    assert (
        not Account.objects.filter(id=mayor.id).exists() and Account.objects.filter(id=oakland.oakland_duty.id).exists()
    )
    assert not AccessChange.objects.filter(account_id=mayor.id).exists()
    assert not Address.objects.filter(person=mayor.id).exclude(sealed=b"").exists()
    assert Person.objects.filter(person=oakland.oakland_duty.id).exists()
    for member in ("oakland-ca", "portland-or"):
        with member_scope(member):
            assert not Person.objects.filter(person=mayor.id).exists()
    assert set(PurgeAnswer.objects.values_list("reader", "state")) == {
        ("oakland-ca", "destroyed"), ("portland-or", "destroyed")}  # fmt: skip
    assert Appointment.objects.filter(person=mayor.id).exists()


def test_a_hold_on_accounts_stops_that_and_leaves_the_name_to_counsel(oakland):
    place(oakland, kind_codes=["people.accounts"])
    at = long_gone(oakland)
    keeping.destroy_everywhere(at=at)
    assert Account.objects.filter(id=oakland.oakland_mayor.id).exists()
    assert not Person.objects.filter(person=oakland.oakland_mayor.id).exists()
    assert set(PurgeAnswer.objects.values_list("reader", "state")) == {
        ("oakland-ca", "held"), ("portland-or", "destroyed")}  # fmt: skip


def test_schedules_are_of_one_member(oakland):
    put(oakland)
    with member_scope("portland-or"):
        assert not Schedule.objects.exists()


DAYS = st.dates(date(2026, 1, 1), date(2027, 1, 1))


@given(st.lists(st.tuples(DAYS, st.integers(0, 900)), unique_by=lambda pair: pair[0]), DAYS)
def test_the_line_in_force_is_the_last_that_has_begun(lines, day):
    found = rules.in_force((rules.Rule(from_on, days) for from_on, days in lines), day)
    begun = sorted(pair for pair in lines if pair[0] <= day)
    assert (found and (found.from_on, found.days)) == (begun[-1] if begun else None)


def test_kept_for_ever_has_no_cutoff():
    assert rules.cutoff(None, datetime(2026, 1, 1)) is None

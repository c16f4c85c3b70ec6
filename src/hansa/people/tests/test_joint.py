# SPDX-License-Identifier: Apache-2.0
"""Steps that take two people, and what named persons read: compartments, emergencies, the access log."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import Error, transaction

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.notify.models import Message
from hansa.people import compartments, joint, reading
from hansa.people.choices import JointState
from hansa.people.compartments import Compartment
from hansa.people.models import Appointment, JointStep, Reading, Seat

CODE = "exercise-vault"
WHY = "She guards what officials told us in confidence."


@pytest.fixture(autouse=True)
def vault(monkeypatch):
    """Let there be one compartment that an emergency opens and one that none opens."""
    known = {
        CODE: Compartment(CODE, "Exercise vault", "What officials told us in confidence."),
        "closed": Compartment("closed", "Closed", "What nobody opens alone.", emergency=False),
    }
    monkeypatch.setattr(compartments, "_compartments", known)


@pytest.fixture
def oakland(cast):
    """Run the test as Oakland; the officer serves as counsel, too."""
    with member_scope("oakland-ca"):
        yield cast


def propose(cast, **changed):
    said = {"until": None, "reason": WHY, "actor": cast.actor("oakland_mayor"), "at": clock.now()} | changed
    return compartments.name_person(CODE, cast.oakland_duty.id, **said)


def enters(cast, name: str) -> bool:
    return compartments.may_enter(cast.actor(name), CODE).ok


def seated(cast) -> Seat:
    step = propose(cast)
    joint.confirm(step, shown=step.digest, actor=cast.actor("oakland_admin"), at=clock.now())
    return Seat.objects.get()


def test_an_office_opens_no_compartment_and_the_refusal_says_who_could(oakland):
    refused = compartments.may_enter(oakland.actor("oakland_mayor"), CODE)
    assert not refused and "named to the compartment" in refused.reason
    assert refused.who == compartments.KEEPERS


def test_two_people_seat_a_person_and_one_alone_does_not(oakland):
    step = propose(oakland)
    assert not enters(oakland, "oakland_duty")
    with pytest.raises(Refused, match="second person"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_mayor"), at=clock.now())
    joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())
    assert enters(oakland, "oakland_duty")
    assert not enters(oakland, "oakland_mayor")


def test_the_same_person_in_another_office_is_no_second_person(oakland):
    step = propose(oakland)
    both = replace(oakland.actor("oakland_mayor"), office="administrator", offices=("chief-executive", "administrator"))
    with pytest.raises(Refused, match="You proposed this"):
        joint.confirm(step, shown=step.digest, actor=both, at=clock.now())


def test_who_gets_the_seat_does_not_confirm_it(oakland):
    step = compartments.name_person(
        CODE, oakland.oakland_admin.id, until=None, reason=WHY, actor=oakland.actor("oakland_mayor"), at=clock.now()
    )
    with pytest.raises(Refused, match="gives something to you"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())
    assert not Seat.objects.exists()


def test_what_is_confirmed_is_what_was_proposed(oakland):
    step = propose(oakland)
    JointStep.objects.filter(id=step.id).update(payload=step.payload | {"person": str(oakland.oakland_clerk.id)})
    with pytest.raises(Invalid, match="not what was shown"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())
    assert not Seat.objects.exists()


def test_confirmed_twice_happens_once(oakland):
    step = propose(oakland)
    for _again in range(2):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())
    assert Seat.objects.count() == 1


def test_a_step_runs_out_and_nothing_happens(oakland):
    step, later = propose(oakland), clock.now() + timedelta(days=8)
    assert step.state(later) == JointState.EXPIRED
    with pytest.raises(Refused, match="in time"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=later)


def test_who_proposed_and_left_office_has_proposed_nothing(oakland):
    step = propose(oakland)
    Appointment.objects.filter(person=oakland.oakland_mayor.id).update(ended_at=clock.now() - timedelta(hours=1))
    with pytest.raises(Refused, match="no longer in office"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())


def test_declined_or_withdrawn_it_does_not_happen(oakland):
    step = propose(oakland)
    with pytest.raises(Invalid, match="Say why"):
        joint.decline(step, reason="no", actor=oakland.actor("oakland_admin"), at=clock.now())
    joint.decline(step, reason="She left the city on Monday.", actor=oakland.actor("oakland_admin"), at=clock.now())
    with pytest.raises(Refused, match="answered already"):
        joint.confirm(step, shown=step.digest, actor=oakland.actor("oakland_admin"), at=clock.now())
    other = propose(oakland)
    with pytest.raises(Refused):
        joint.withdraw(other, actor=oakland.actor("oakland_admin"), at=clock.now())
    joint.withdraw(other, actor=oakland.actor("oakland_mayor"), at=clock.now())
    assert not Seat.objects.exists()


def test_a_seat_ends_at_once_by_one_keeper_and_stays_in_the_record(oakland):
    seat = seated(oakland)
    compartments.end_seat(seat, actor=oakland.actor("oakland_mayor"), at=clock.now())
    assert not enters(oakland, "oakland_duty")
    assert compartments.past_seats(CODE, clock.now()) == [seat]


def test_leaving_office_closes_the_compartment_the_same_minute(oakland):
    seated(oakland)
    assert enters(oakland, "oakland_duty")
    Appointment.objects.filter(person=oakland.oakland_duty.id).update(ended_at=clock.now())
    assert not enters(oakland, "oakland_duty")


def test_in_an_emergency_one_opens_and_another_reviews(oakland):
    officer, now = oakland.actor("oakland_duty"), clock.now()
    step = compartments.open_in_emergency(CODE, reason="The mayor was threatened by phone.", actor=officer, at=now)
    assert enters(oakland, "oakland_duty")
    assert step.state(now) == JointState.REVIEW
    assert step.state(now + timedelta(hours=25)) == JointState.UNREVIEWED
    assert not compartments.may_enter(officer, CODE, now + compartments.EMERGENCY_LIFE)
    with pytest.raises(Refused):
        joint.decline(step, reason="I review myself, all is well.", actor=officer, at=now)
    joint.decline(step, reason="There was no threat to anyone.", actor=oakland.actor("oakland_mayor"), at=now)
    assert not compartments.may_enter(officer, CODE, now + timedelta(minutes=1))


def test_broken_glass_is_told_at_once_to_whoever_can_review_it_and_guards_it_once(oakland):
    seat, now = seated(oakland), clock.now()
    opened = {"reason": "The mayor was threatened by phone.", "actor": oakland.actor("oakland_admin"), "at": now}
    step = compartments.open_in_emergency(CODE, id=new_id(), **opened)
    told = Message.objects.filter(event=f"{compartments.EMERGENCY}:{step.id}")
    assert set(told.values_list("person", flat=True)) == {oakland.oakland_mayor.id, seat.person}
    for message in told:
        assert message.urgency == "high" and message.url.endswith(f"{step.id}/")
        assert "vault" not in message.headline and "threatened" not in message.text


def test_no_emergency_opens_a_compartment_that_says_so(oakland):
    with pytest.raises(Refused, match="No emergency"):
        compartments.open_in_emergency(
            "closed", reason="The mayor was threatened.", actor=oakland.actor("oakland_duty"), at=clock.now()
        )


def test_somebody_without_an_office_opens_nothing_in_an_emergency(oakland):
    with pytest.raises(Refused):
        compartments.open_in_emergency(CODE, reason=WHY, actor=oakland.actor("oakland_clerk"), at=clock.now())


def read(cast, name: str, *, purpose: str = "To prepare the answer to a court.", **more) -> Reading:
    record = cast.oakland_clerk.id
    return reading.note("exercise.note", record, label="Note 4", purpose=purpose, actor=cast.actor(name),
                        at=clock.now(), **more)  # fmt: skip


def test_a_reading_is_shown_to_the_records_owner_and_to_those_who_guard_it(oakland):
    seated(oakland)
    row = read(oakland, "oakland_mayor", owner=oakland.oakland_clerk.id, compartment=CODE)

    def sees(name):
        return row in reading.readings_for(oakland.actor(name), clock.now())

    assert sees("oakland_clerk") and sees("oakland_mayor") and sees("oakland_duty")
    assert not sees("oakland_admin")


def test_a_reading_states_a_purpose_and_keeps_no_number(oakland):
    with pytest.raises(Invalid, match="what you need this for"):
        read(oakland, "oakland_mayor", purpose="  because ")
    row = read(oakland, "oakland_mayor", purpose="To call back 510-555-0134 about it.")
    assert "555" not in row.purpose
    assert reading.recent("exercise.note", row.record, actor=oakland.actor("oakland_mayor"), at=clock.now()) == row
    later = clock.now() + timedelta(minutes=16)
    assert reading.recent("exercise.note", row.record, actor=oakland.actor("oakland_mayor"), at=later) is None


@pytest.mark.parametrize("change", [lambda r: r.update(purpose="x"), lambda r: r.delete()], ids=["change", "delete"])
def test_the_database_lets_nobody_change_what_was_read(oakland, change):
    read(oakland, "oakland_mayor")
    with pytest.raises(Error, match="readings are not changed"), transaction.atomic():
        change(Reading.objects.all())


def test_readings_older_than_three_years_go(oakland):
    row = read(oakland, "oakland_mayor")
    Reading.objects.create(**{**_values(row), "at": clock.now() - reading.KEPT - timedelta(days=1)})
    assert reading.forget_before(clock.now() - reading.KEPT) == 1
    assert Reading.objects.get() == row


def _values(row: Reading) -> dict:
    return {f.attname: getattr(row, f.attname) for f in Reading._meta.local_fields if f.name != "id"}


def test_seats_steps_and_readings_are_of_one_member(oakland):
    seated(oakland)
    read(oakland, "oakland_mayor")
    with member_scope("portland-or"):
        assert not Seat.objects.exists() and not JointStep.objects.exists() and not Reading.objects.exists()

# SPDX-License-Identifier: Apache-2.0
"""Alerts of a night: asked step by step, taken once, published as that; nobody is forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa import ledger, notify
from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty import alarms, raising
from hansa.duty.actions import alarm as actions
from hansa.duty.models import AlarmPlan, Alert, AlertAsk, AlertSign, ContactList
from hansa.duty.queries import alarm as queries
from hansa.duty.queries import scenes
from hansa.duty.tests.night import OAKLAND, PORTLAND, Rota, alarm, enlist, only_alert, within
from hansa.ledger.queries import logged_acts
from hansa.notify.event import Answer
from hansa.notify.models import Delivery, Message
from hansa.people.models import Appointment
from hansa.people.tests.cast import Cast, found_cast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def cast(db) -> Cast:
    return found_cast()


@pytest.fixture
def night(cast, monkeypatch):
    """The officer is first on call, the administrator behind; all have addresses, and so has the mayor."""
    rota = Rota({OAKLAND: [cast.oakland_duty.id, cast.oakland_admin.id]})
    monkeypatch.setattr(scenes, "posts_of", rota.posts_of)
    for person in (cast.oakland_duty, cast.oakland_admin, cast.oakland_mayor):
        enlist(person.id, "sms", "email", "voice")
    return rota


def raised(cast, members=(OAKLAND,), **kwargs):
    told = alarm(cast.actor("portland_mayor"), **kwargs)
    raising.open_alerts(told.as_json(), members, at=clock.now())
    return told


def sent(member=OAKLAND) -> list[tuple]:
    """Return to whom what was sent, in order: (person, channel, round)."""
    with member_scope(member):
        rows = Delivery.objects.order_by("queued_at", "place", "channel").select_related("message")
        return [(row.message.person, row.channel) for row in rows]


def message_to(person, event=None) -> Message:
    rows = Message.objects.filter(person=person, **({"event": event} if event else {}))
    return rows.order_by("at").first()


def climb(minutes: float, travel) -> None:
    travel.shift(minutes * MINUTE)
    raising.climb(at=clock.now())


@pytest.fixture
def travel():
    with time_machine.travel(clock.now(), tick=False) as moved:
        yield moved


def test_an_alarm_asks_the_first_on_call_by_message_then_by_phone_then_the_next(travel, cast, night):
    raised(cast)
    officer, admin = cast.oakland_duty.id, cast.oakland_admin.id
    assert sent() == [(officer, "email"), (officer, "sms")]
    climb(1, travel)
    assert len(sent()) == 2, "the wait is not over"
    climb(1, travel)
    assert sent()[2:] == [(officer, "voice")]
    climb(3, travel)
    assert sent()[3:] == [(admin, "email"), (admin, "sms")]


def test_the_same_alarm_twice_opens_one_alert(travel, cast, night):
    told = raised(cast)
    assert raising.open_alerts(told.as_json(), [OAKLAND], at=clock.now()) == 0
    assert within(OAKLAND, Alert.objects.count) == 1
    assert len(sent()) == 2


def test_with_an_empty_rota_the_chief_executive_is_called_at_once(travel, cast, night):
    night.posts = {}
    raised(cast)
    mayor = cast.oakland_mayor.id
    assert sent() == [(mayor, "email"), (mayor, "sms"), (mayor, "voice")]


def test_a_rung_that_reaches_nobody_costs_no_time(travel, cast, night):
    stranger = cast.oakland_clerk.id  # has no address at all
    night.posts = {OAKLAND: [stranger, cast.oakland_admin.id]}
    raised(cast)
    assert sent() == [(cast.oakland_admin.id, "email"), (cast.oakland_admin.id, "sms")]
    with member_scope(OAKLAND):
        assert AlertAsk.objects.filter(person=stranger, missed=True).count() == 2


def test_nobody_at_all_is_said_to_the_league_at_once_and_once(travel, cast, night):
    night.posts = {}
    with member_scope(OAKLAND):
        notify.actions.drop_addresses(cast.oakland_mayor.id)
    told = raised(cast)
    found = within(PORTLAND, queries.reached, told.subject, [OAKLAND])[OAKLAND]
    assert found.unanswered and found.unanswered.asked == 0 and not found.taken
    climb(60, travel)
    assert within(PORTLAND, AlertSign.objects.count) == 1


def test_the_ladder_ends_and_the_league_reads_that_nobody_answered(travel, cast, night):
    told = raised(cast)
    for _minute in range(60):
        climb(1, travel)
    found = within(PORTLAND, queries.reached, told.subject, [OAKLAND])[OAKLAND]
    assert found.told and found.unanswered and found.unanswered.asked == 3
    assert sent()[-1][0] == cast.oakland_mayor.id
    # Whoever answers after that still takes it.
    with member_scope(OAKLAND):
        message = message_to(cast.oakland_mayor.id)
        assert notify.acknowledge(message, message.code, via="sms").answer is Answer.TAKEN
    assert within(PORTLAND, queries.reached, told.subject, [OAKLAND])[OAKLAND].taken


@pytest.mark.parametrize("via", ["link", "sms", "keypad"])
def test_whoever_answers_first_has_it_and_the_league_reads_who(travel, cast, night, via):
    told = raised(cast)
    climb(2, travel)
    climb(3, travel)
    with member_scope(OAKLAND):
        first, second = message_to(cast.oakland_admin.id), message_to(cast.oakland_duty.id)
        assert notify.acknowledge(first, first.code if via != "keypad" else None, via=via).answer is Answer.TAKEN
        late = notify.acknowledge(second, second.code, via="sms")
        assert late.answer is Answer.ALREADY and late.taken.person == cast.oakland_admin.id
    sign = within(PORTLAND, queries.reached, told.subject, [OAKLAND])[OAKLAND].taken
    assert (sign.person, sign.via) == (cast.oakland_admin.id, via)
    with member_scope(PORTLAND):
        acts = [ledger.get(row.id) for row in logged_acts(type_prefix="duty.alert.taken")]
    assert [act.body.subject for act in acts] == [told.subject]
    assert "and taken by" in acts[0].headline and "attests" in acts[0].body.owes(acts[0])


def test_the_others_are_told_that_it_is_in_hand_and_nobody_is_called_for_it(travel, cast, night):
    raised(cast)
    climb(2, travel)
    climb(3, travel)
    before = len(sent())
    with member_scope(OAKLAND):
        message = message_to(cast.oakland_admin.id)
        notify.acknowledge(message, message.code, via="sms")
    assert len(sent()) == before + 2
    with member_scope(OAKLAND):
        word = Message.objects.get(event__endswith=":in-hand")
        assert word.person == cast.oakland_duty.id
        assert {row.channel for row in word.deliveries.all()} == {"email", "sms"}
        assert word.headline == "Exercise Administrator has it in hand: Chicago invoked the pact. Who has it?"
        assert word.code == ""
    climb(60, travel)
    assert len(sent()) == before + 2, "it climbs no further"


def test_five_wrong_codes_lock_the_person_and_ask_the_next(travel, cast, night):
    raised(cast)
    with member_scope(OAKLAND):
        message = message_to(cast.oakland_duty.id)
        for _try in range(4):
            assert notify.acknowledge(message, "WRONG", via="sms").answer is Answer.WRONG
        assert notify.acknowledge(message, "WRONG", via="sms").answer is Answer.LOCKED
        assert notify.acknowledge(message, message.code, via="sms").answer is Answer.LOCKED
    raising.climb(at=clock.now())
    assert {person for person, _channel in sent()} == {cast.oakland_duty.id, cast.oakland_admin.id}
    for _minute in range(60):
        climb(1, travel)
    asked = [person for person, _channel in sent()]
    assert asked.count(cast.oakland_duty.id) == 2, "whoever is locked is asked no more"


def test_a_message_that_cannot_be_delivered_moves_the_alert_on_at_once(travel, cast, night):
    raised(cast)
    with member_scope(OAKLAND):
        for row in Delivery.objects.all():
            notify.report(row, notify.choices.State.FAILED, reason="mailbox full")
    raising.climb(at=clock.now())
    assert sent()[2:] == [(cast.oakland_duty.id, "voice")]


def test_one_whose_term_ended_takes_nothing_and_the_alert_climbs_on(travel, cast, night):
    raised(cast)
    with node_scope():
        Appointment.objects.filter(person=cast.oakland_duty.id).update(ended_at=clock.now())
    with member_scope(OAKLAND):
        message = message_to(cast.oakland_duty.id)
        assert notify.acknowledge(message, message.code, via="link").answer is Answer.ENDED
    assert only_alert().taken_by is None
    night.posts = {OAKLAND: [cast.oakland_admin.id]}  # the rota asks for terms itself
    raising.climb(at=clock.now())
    assert sent()[2:] == [(cast.oakland_admin.id, "voice")], "the next is asked at once"
    with member_scope(OAKLAND):
        assert message_to(cast.oakland_duty.id).acknowledged_at is None


def test_whoever_comes_on_call_meanwhile_is_asked_at_the_hand_over(travel, cast, night):
    night.until = clock.now() + MINUTE
    raised(cast)
    night.posts, night.until = {OAKLAND: [cast.oakland_mayor.id]}, None
    climb(1, travel)
    assert sent()[2:] == [(cast.oakland_mayor.id, "email"), (cast.oakland_mayor.id, "sms")]


def test_an_alarm_from_the_day_before_asks_nobody(travel, cast, night):
    raised(cast, at=clock.now() - timedelta(hours=25))
    assert within(OAKLAND, Alert.objects.count) == 0
    assert sent() == []


def test_an_alert_that_nobody_took_ends_after_a_day(travel, cast, night):
    raised(cast)
    climb(24 * 60 + 1, travel)
    assert only_alert().end == "expired"


def test_an_alarm_that_is_over_ends_and_says_so_to_those_who_were_asked(travel, cast, night):
    told = raised(cast)
    raising.end_alerts(told.key, [OAKLAND], at=clock.now())
    assert only_alert().end == "over"
    with member_scope(OAKLAND):
        word = Message.objects.get(event__endswith=":over")
        assert word.person == cast.oakland_duty.id and word.headline.startswith("No answer is needed any more")


def test_a_signed_in_person_takes_it_on_the_page_though_nobody_asked_them(travel, cast, night):
    raised(cast)
    alert = only_alert()
    before = len(sent())
    done = within(OAKLAND, actions.take_by_page, alert, actor=cast.actor("oakland_mayor", "chief-executive"))
    assert done.answer is Answer.TAKEN
    assert only_alert().taken_by == cast.oakland_mayor.id
    with member_scope(OAKLAND), pytest.raises(Refused):
        actions.take_by_page(alert, actor=cast.actor("oakland_clerk"))
    assert before == 2


def test_a_member_sees_no_alert_of_another(travel, cast, night):
    raised(cast)
    assert within(PORTLAND, Alert.objects.count) == 0
    assert within(PORTLAND, AlertAsk.objects.count) == 0
    with node_scope():
        assert Alert.objects.count() == 0
    assert queries.members_due(clock.now() + timedelta(hours=1)) == [OAKLAND]


def test_raising_costs_one_job_however_many_members(cast):
    told = alarm(cast.actor("portland_mayor"))
    with member_scope(OAKLAND):
        alarms.raise_alarm(told, [f"member-{n}" for n in range(1000)])
        assert ProcrastinateJob.objects.filter(task_name=alarms.RAISE).count() == 1
        raising.spread(told.as_json(), [f"member-{n}" for n in range(2 * alarms.BATCH + 1)])
        assert ProcrastinateJob.objects.filter(task_name=alarms.OPEN).count() == 3


def test_the_worker_serves_the_queue_of_every_job_that_is_deferred():
    known = {task.name: task.queue for task in app.tasks.values()}
    assert {known[name] for name in (alarms.RAISE, alarms.OPEN, alarms.TELL, alarms.CLIMB, alarms.END)} == {"duty"}
    assert known["activation.phone-silent"] == "duty"


def test_the_failure_of_one_member_stops_no_other(travel, cast, night, monkeypatch):
    def posts_of(row, at):
        if row["member"] == PORTLAND:
            raise RuntimeError("no rota")
        return night.posts_of(row, at)

    monkeypatch.setattr(scenes, "posts_of", posts_of)
    with pytest.raises(ExceptionGroup):
        raised(cast, members=(PORTLAND, OAKLAND))
    assert len(sent()) == 2


def test_quiet_hours_hold_what_is_not_urgent_and_no_activation(travel, cast, night):
    with member_scope(OAKLAND):
        here = clock.now()
        quiet = {"quiet_from": (here - 60 * MINUTE).time(), "quiet_until": (here + 60 * MINUTE).time(), "zone": "UTC"}
        actions.change_plan(cast.actor("oakland_admin"), **quiet)
    told = alarm(cast.actor("portland_mayor"))
    raising.tell_members(told.as_json(), [OAKLAND], urgent=False, at=clock.now())
    assert sent() == []
    with member_scope(OAKLAND):
        (job,) = ProcrastinateJob.objects.filter(task_name=alarms.TELL)
        assert job.scheduled_at == here + 60 * MINUTE
    raised(cast)
    assert len(sent()) == 2
    raising.tell_members(told.as_json(), [OAKLAND], urgent=True, at=clock.now())
    assert len(sent()) == 4


def test_the_minutes_of_the_member_make_its_ladder(travel, cast, night):
    with member_scope(OAKLAND):
        actions.change_plan(cast.actor("oakland_admin"), call_after=5, next_after=1, rounds=1)
        assert AlarmPlan.objects.get().ladder().rounds == 1
        with pytest.raises(Refused):
            actions.change_plan(cast.actor("oakland_clerk"), call_after=1)
    raised(cast)
    climb(4, travel)
    assert len(sent()) == 2
    climb(1, travel)
    assert sent()[2:] == [(cast.oakland_duty.id, "voice")]


def test_a_member_may_ask_everybody_on_call_at_once_and_whoever_joins_them(travel, cast, night):
    with member_scope(OAKLAND):
        actions.change_plan(cast.actor("oakland_admin"), together=True)
    raised(cast)
    officer, admin, mayor = cast.oakland_duty.id, cast.oakland_admin.id, cast.oakland_mayor.id
    assert sent() == [(officer, "email"), (officer, "sms"), (admin, "email"), (admin, "sms")]
    night.posts = {OAKLAND: [officer, admin, mayor]}
    with member_scope(OAKLAND):
        Alert.objects.update(next_at=clock.now())
    climb(1, travel)
    assert sent()[4:] == [(mayor, "email"), (mayor, "sms")]
    assert set(only_alert().asking) == {officer, admin, mayor}
    climb(1, travel)
    assert sent()[6:] == [(person, "voice") for person in (officer, admin, mayor)], "their phones ring in time"


def test_what_an_alarm_asks_of_the_database_does_not_grow_with_the_members(cast, night):
    night.posts[PORTLAND] = [cast.portland_mayor.id]
    enlist(cast.portland_mayor.id, "sms", "email", member=PORTLAND)
    counts = []
    for members in ((OAKLAND, PORTLAND), (OAKLAND,), (OAKLAND, PORTLAND)):  # the first fills what is kept
        told = alarm(cast.actor("portland_mayor"))
        with CaptureQueriesContext(connection) as asked:
            assert raising.open_alerts(told.as_json(), members, at=clock.now()) == len(members)
        counts.append(len(asked))
    assert counts[1] == counts[2]


CONTACTS = (
    {"name": "Ana Example", "title": "City manager", "phone": "+15105550101"},
    {"name": "Bea Example", "title": "Fire chief", "phone": "+15105550102", "email": "bea@oakland.example"},
)


def test_two_contacts_are_filed_for_the_league_and_a_later_list_replaces_them(cast):
    with member_scope(OAKLAND):
        actions.file_contacts(CONTACTS, actor=cast.actor("oakland_admin"))
        actions.file_contacts(CONTACTS[::-1], actor=cast.actor("oakland_admin"))
        assert ContactList.objects.count() == 1
    found = within(PORTLAND, queries.contacts_of, OAKLAND)
    assert [contact["name"] for contact in found.contacts] == ["Bea Example", "Ana Example"]
    with member_scope(PORTLAND):
        act = ledger.get(found.act)
        assert act.audience.startswith("league:")
        assert "Ana" not in str(act.headline) + str(act.body.facts(act))


def test_contacts_that_cannot_be_phoned_are_refused_field_by_field(cast):
    wrong = ({**CONTACTS[0], "phone": "555 0101"}, {**CONTACTS[1], "name": ""})
    with member_scope(OAKLAND), pytest.raises(Invalid) as caught:
        actions.file_contacts(wrong, actor=cast.actor("oakland_admin"))
    assert set(caught.value.errors) == {"phone_1", "name_2"}
    with member_scope(OAKLAND), pytest.raises(Refused, match="Both contacts are the same"):
        actions.file_contacts((CONTACTS[0], CONTACTS[0]), actor=cast.actor("oakland_admin"))
    with member_scope(OAKLAND), pytest.raises(Refused):
        actions.file_contacts(CONTACTS, actor=cast.actor("oakland_clerk"))

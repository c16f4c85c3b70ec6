# SPDX-License-Identifier: Apache-2.0
"""An invocation asks somebody at every member; the board shows who was reached; who is silent is phoned."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa import ledger, notify
from hansa.activation import actions, alarming, phoning, reaching, silence
from hansa.activation.models import Activation
from hansa.activation.tests.alarmed import Worker, message_of, plan_rota, sent_to, staff_night
from hansa.activation.tests.crisis import CHICAGO, DENVER, OAKLAND, PORTLAND, activation, by_mayor, by_officer, invoke
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty.actions.alarm import file_contacts
from hansa.duty.models import Alert, Duty, LogLine
from hansa.notify.event import Answer
from hansa.notify.models import Delivery
from hansa.people.models import Reading

MINUTE = timedelta(minutes=1)
CONTACTS = (
    {"name": "Ana Example", "title": "City manager", "phone": "+15105550101"},
    {"name": "Bea Example", "title": "Fire chief", "phone": "+15105550102"},
)


@pytest.fixture
def travel():
    with time_machine.travel(clock.now() + MINUTE, tick=False) as moved:
        yield moved


@pytest.fixture
def worker(league) -> Worker:
    return Worker()


def answer(member: str, person, row: Activation, via: str = "sms") -> Answer:
    message = message_of(member, person, alarming.key_of(row.id))
    with member_scope(member):
        return notify.acknowledge(message, message.code if via != "keypad" else None, via=via).answer


def panel(row: Activation, league, member: str = CHICAGO) -> dict[str, reaching.Row]:
    with member_scope(member):
        shown = reaching.fill(row, league.officer(member))
        return {item.member: item for item in shown["rows"]}


def test_an_invocation_asks_whoever_is_on_call_at_every_other_member(travel, league, worker):
    staff_night(league, CHICAGO, OAKLAND, PORTLAND)
    row = invoke(league)
    assert sent_to(OAKLAND) == [], "the act itself sends nothing"
    worker.work()
    for member in (OAKLAND, PORTLAND):
        officer = league.officers[member].id
        assert [found[:2] for found in sent_to(member)] == [(officer, "email"), (officer, "sms")]
    assert sent_to(CHICAGO) == []
    message = message_of(OAKLAND, league.officers[OAKLAND].id, alarming.key_of(row.id))
    assert message.headline == "Chicago invoked the pact." and "pumping" not in message.text + message.headline
    # Denver planned no rota and has no addresses: its chief executive was to be called, and nobody could be.
    assert panel(row, league)[DENVER].state is reaching.State.NOBODY


def test_the_act_costs_one_job_for_asking_however_many_members(travel, league, worker):
    before = set(ProcrastinateJob.objects.values_list("pk", flat=True))
    invoke(league)
    made = ProcrastinateJob.objects.exclude(pk__in=before).values_list("task_name", flat=True)
    assert sorted(made) == ["activation.phone-silent", "duty.open-alerts"]


def test_the_board_shows_each_as_it_happens(travel, league, worker):
    staff_night(league, OAKLAND, PORTLAND, DENVER)
    row = invoke(league)
    worker.work()
    assert {item.state for item in panel(row, league).values()} == {reaching.State.WAITING}
    assert answer(OAKLAND, league.officers[OAKLAND].id, row) is Answer.TAKEN
    travel.shift(2 * MINUTE)
    worker.work()
    shown = panel(row, league)
    assert shown[OAKLAND].state is reaching.State.TAKEN and shown[OAKLAND].via == "text message"
    assert "Officer" in shown[OAKLAND].person
    assert shown[PORTLAND].state is reaching.State.TOLD
    for _minute in range(30):
        travel.shift(MINUTE)
        worker.work()
    shown = panel(row, league)
    assert shown[DENVER].state is reaching.State.NOBODY
    assert list(shown)[-1] == OAKLAND, "what needs attention comes first"
    assert answer(DENVER, league.mayors[DENVER].id, row, "keypad") is Answer.TAKEN
    assert panel(row, league, PORTLAND)[DENVER].state is reaching.State.TAKEN


def test_what_was_handed_over_is_on_the_board_before_the_next_rung(travel, league, worker):
    staff_night(league, OAKLAND)
    row = invoke(league)
    worker.work()
    with member_scope(OAKLAND):
        Delivery.objects.filter(channel="sms").update(state="delivered", changed_at=clock.now())
    own = panel(row, league, OAKLAND)[OAKLAND]
    assert (own.state, own.ways, own.told_at) == (reaching.State.TOLD, "Text message", clock.now())
    assert panel(row, league)[OAKLAND].state is reaching.State.WAITING, "the others hear it from its member"
    travel.shift(timedelta(seconds=31))
    worker.work()
    told = panel(row, league)[OAKLAND]
    assert (told.state, told.ways) == (reaching.State.TOLD, "Text message")
    assert "voice" not in {channel for _person, channel, _event in sent_to(OAKLAND)}, "nobody was rung earlier for it"


def test_to_take_an_alert_neither_acknowledges_nor_attests(travel, league, worker):
    staff_night(league, OAKLAND)
    row = invoke(league)
    worker.work()
    answer(OAKLAND, league.officers[OAKLAND].id, row)
    with member_scope(OAKLAND):
        assert Duty.objects.get(kind="activation.acknowledge").done_at is None
        found = phoning.queries.picture(row.id)
        assert not found.acknowledged(OAKLAND) and not found.standing.attested


def test_a_member_that_has_spoken_is_asked_no_more(travel, league, worker):
    staff_night(league, OAKLAND)
    row = invoke(league)
    worker.work()
    by_officer(league, OAKLAND, actions.acknowledge_crisis, activation(row.id, OAKLAND))
    worker.work()
    with member_scope(OAKLAND):
        assert Alert.objects.get().end == "over"
    before = len(sent_to(OAKLAND))
    travel.shift(10 * MINUTE)
    worker.work()
    assert len(sent_to(OAKLAND)) == before


def test_what_comes_into_force_is_told_at_once_and_the_end_ends_what_is_open(travel, league, worker):
    staff_night(league, OAKLAND, PORTLAND, DENVER)
    row = invoke(league)
    worker.work()
    answer(OAKLAND, league.officers[OAKLAND].id, row)
    for member in (PORTLAND, DENVER):
        by_mayor(league, member, actions.attest_crisis, activation(row.id, member), "We see it, too.")
    worker.work()
    events = [event for person, _channel, event in sent_to(OAKLAND) if person == league.officers[OAKLAND].id]
    assert events.count("activation.active") == 2, "told once, by text and by e-mail"
    by_mayor(league, CHICAGO, actions.stand_down, row, "The water went.")
    worker.work()
    events = [event for _person, _channel, event in sent_to(OAKLAND)]
    assert "activation.crisis.ended" in events


def test_a_consultation_wakes_nobody_by_phone(travel, league, worker):
    staff_night(league, OAKLAND)
    by_officer(league, CHICAGO, actions.consult_league, "Rising water", "Who has pumps?", "Chicago")
    worker.work()
    assert {channel for _person, channel, _event in sent_to(OAKLAND)} == {"sms", "email"}
    with member_scope(OAKLAND):
        assert Alert.objects.count() == 0


def test_whoever_is_silent_for_the_charters_time_is_to_be_phoned(travel, league, worker):
    staff_night(league, OAKLAND)
    row = invoke(league)
    worker.work()
    answer(OAKLAND, league.officers[OAKLAND].id, row)
    travel.shift(29 * MINUTE)
    worker.work()
    with member_scope(CHICAGO):
        assert not Duty.objects.filter(kind=phoning.KIND).exists()
    travel.shift(2 * MINUTE)
    worker.work()
    with member_scope(CHICAGO):
        duties = {item.words for item in Duty.objects.filter(kind=phoning.KIND)}
    assert duties == {"Phone Denver: it gives no sign", "Phone Portland: it gives no sign"}
    silence.look_everywhere(at=clock.now())
    with member_scope(CHICAGO):
        assert Duty.objects.filter(kind=phoning.KIND).count() == 2
    shown = panel(row, league)
    assert shown[DENVER].phone and shown[DENVER].state in (reaching.State.SILENT, reaching.State.NOBODY)
    # A sign makes the call needless.
    by_officer(league, DENVER, actions.acknowledge_crisis, activation(row.id, DENVER))
    with member_scope(CHICAGO):
        assert Duty.objects.get(subject=phoning.subject_of(row.id, DENVER)).done_at is not None


def test_contacts_are_shown_to_whoever_phones_and_that_is_kept(travel, league, worker, officer):
    with member_scope(PORTLAND):
        file_contacts(CONTACTS, actor=league.officer(PORTLAND))
    row = invoke(league)
    page = reverse("activation:activation-phone", args=[row.id, PORTLAND])
    assert officer(CHICAGO).get(page).status_code == 403, "nobody was asked to phone yet"
    travel.shift(31 * MINUTE)
    worker.work()
    assert officer(OAKLAND).get(page).status_code == 403
    browser = officer(CHICAGO)
    shown = browser.get(page)
    assert b"tel:+15105550101" in shown.content and b"Ana Example" in shown.content
    with member_scope(CHICAGO):
        (reading,) = Reading.objects.filter(record_kind="duty.contacts")
        assert "Portland" in reading.purpose
    assert browser.post(page, {}).status_code == 422
    sent = {"act": "01a1f9f5-3392-75f5-88c9-412e52a5b232", "outcome": "nobody", "note": ""}
    browser.post(page, sent)
    with member_scope(CHICAGO):
        duty = phoning.duty_to_phone(row.id, PORTLAND)
        assert duty.done_at is None and duty.due_at == clock.now() + phoning.AGAIN
    sent |= {"act": "01a1f9f5-3392-75f5-88c9-412e52a5b233", "outcome": "reached", "note": "They call back."}
    browser.post(page, sent)
    with member_scope(CHICAGO):
        assert phoning.duty_to_phone(row.id, PORTLAND).done_at is not None
        words = [line.text for line in LogLine.objects.order_by("at")]
    assert words == ["Phoned Portland: nobody answered.", "Phoned Portland: reached, they have it. They call back."]
    with member_scope(DENVER):
        assert ledger.queries.logged_acts(type_prefix="activation.line").count() == 2


def test_a_call_that_came_to_nothing_known_is_not_logged(travel, league, worker):
    row = invoke(league)
    travel.shift(31 * MINUTE)
    worker.work()
    with member_scope(CHICAGO):
        with pytest.raises(Invalid):
            phoning.log_call(row, PORTLAND, "maybe", actor=league.officer(CHICAGO))
        with pytest.raises(Refused):
            phoning.log_call(row, "nowhere-xx", "reached", actor=league.officer(CHICAGO))


def test_the_board_has_the_panel_and_links_to_the_page_to_phone(travel, league, worker, officer):
    staff_night(league, OAKLAND)
    plan_rota(PORTLAND, league.officers[PORTLAND].id)
    row = invoke(league)
    worker.work()
    answer(OAKLAND, league.officers[OAKLAND].id, row, "keypad")
    travel.shift(31 * MINUTE)
    worker.work()
    shown = officer(CHICAGO).get(reverse("activation:activation-board", args=[row.id])).content.decode()
    assert "Who was reached" in shown and "phone keypad" in shown
    assert reverse("activation:activation-phone", args=[row.id, PORTLAND]) in shown
    assert reverse("duty:alert-detail", args=[_alert_of(OAKLAND).id]) not in shown
    own = officer(OAKLAND).get(reverse("activation:activation-board", args=[row.id])).content.decode()
    assert reverse("duty:alert-detail", args=[_alert_of(OAKLAND).id]) in own


def _alert_of(member: str) -> Alert:
    with member_scope(member):
        return Alert.objects.get()

# SPDX-License-Identifier: Apache-2.0
"""The link of a message without signing in, the pages of alerts, and the API: each way takes it once."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.duty import raising
from hansa.duty.alarm_forms import AlarmPlanForm
from hansa.duty.models import AlarmPlan, ContactList
from hansa.duty.models import Rota as RotaRow
from hansa.duty.queries import alarm as queries
from hansa.duty.queries import scenes
from hansa.duty.tests.night import OAKLAND, Rota, alarm, enlist, only_alert, within
from hansa.duty.tests.test_duties import browse
from hansa.notify.models import Delivery, Message
from hansa.people import actions as people
from hansa.people.tests.cast import Cast, found_cast


@pytest.fixture
def cast(db, monkeypatch) -> Cast:
    cast = found_cast()
    monkeypatch.setattr(scenes, "posts_of", Rota({OAKLAND: [cast.oakland_duty.id]}).posts_of)
    enlist(cast.oakland_duty.id, "sms", "email")
    raising.open_alerts(alarm(cast.actor("portland_mayor")).as_json(), [OAKLAND], at=clock.now())
    return cast


def link() -> str:
    with member_scope(OAKLAND):
        return Message.objects.get().url


def test_a_scanner_that_opens_the_link_takes_nothing_and_the_button_does(cast):
    stranger = Client()
    shown = stranger.get(link())
    assert shown.status_code == 200 and b"We have it" in shown.content
    assert only_alert().taken_by is None
    done = stranger.post(link())
    assert done.status_code == 200 and b"You have it" in done.content
    assert only_alert().taken_by == cast.oakland_duty.id and only_alert().taken_via == "link"
    again = stranger.post(link())
    assert again.status_code == 200 and b"has it already" in again.content


def test_a_wrong_code_shows_the_same_page_and_five_posts_lock_it(cast):
    wrong = reverse("duty:alert-answer", args=[only_alert().id, "WRONG"])
    stranger = Client()
    assert stranger.get(wrong).status_code == 200, "to open it does not tell whether the code fits"
    for left in (4, 3, 2, 1):
        answer = stranger.post(wrong)
        assert answer.status_code == 403 and f"{left} tr".encode() in answer.content
    assert b"locked" in stranger.post(wrong).content
    assert b"locked" in stranger.post(link()).content
    assert only_alert().taken_by is None


def test_the_link_shows_the_time_on_the_wall_of_the_rota(cast):
    assert b"UTC" in Client().get(link()).content, "without a rota there is no zone"
    with member_scope(OAKLAND):
        RotaRow.objects.create(office="duty-officer", zone="America/Los_Angeles")
    shown = Client().get(link()).content
    assert b"UTC" not in shown and re.search(rb"\bP[SD]T\b", shown)


def test_a_link_of_nothing_is_not_found(cast):
    assert Client().get(reverse("duty:alert-answer", args=[new_id(), "YKC7M"])).status_code == 404


def test_the_link_speaks_the_language_of_the_message(cast):
    with member_scope(OAKLAND):
        Message.objects.update(language="es")
    assert "Lo atendemos" in Client().get(link()).content.decode()


def test_a_signed_in_officer_sees_who_was_asked_and_takes_it(cast):
    browser = browse(cast.oakland_duty)
    listed = browser.get(reverse("duty:alert-list"))
    assert b"Being asked" in listed.content and b"Exercise Officer" in listed.content
    page = reverse("duty:alert-detail", args=[only_alert().id])
    with member_scope(OAKLAND):
        Delivery.objects.filter(channel="sms").update(state="failed", reason="no-answer")
    shown = browser.get(page).content
    assert b"First on call" in shown and b"nobody answered the phone" in shown, "a reason is read in words"
    done = browser.post(reverse("duty:alert-take", args=[only_alert().id]), follow=True)
    assert b"You have it" in done.content and b"Seen and taken by" in done.content
    assert only_alert().taken_via == "page"


def test_my_duties_show_what_is_asked_and_that_nobody_can_be_phoned(cast):
    shown = browse(cast.oakland_duty).get(reverse("duty:duty-list")).content
    assert b"Chicago invoked the pact" in shown and b"No emergency contacts filed" in shown
    assert b"No emergency contacts filed" not in browse(cast.oakland_clerk).get(reverse("duty:duty-list")).content


def test_whoever_may_not_take_it_is_told_who_can(cast):
    browser = browse(cast.oakland_clerk)
    assert b"We have it" not in browser.get(reverse("duty:alert-detail", args=[only_alert().id])).content
    refused = browser.post(reverse("duty:alert-take", args=[only_alert().id]))
    assert refused.status_code == 403 and b"Duty officer" in refused.content


def test_another_member_finds_no_page_of_it(cast):
    browser = browse(cast.portland_mayor)
    assert browser.get(reverse("duty:alert-detail", args=[only_alert().id])).status_code == 404


PLAN = {"call_after": "4", "next_after": "2", "rounds": "1", "quiet_from": "10 pm", "quiet_until": "07:00",
        "zone": "America/Los_Angeles"}  # fmt: skip


def test_the_administrator_says_how_people_are_asked(cast):
    browser, page = browse(cast.oakland_admin), reverse("duty:alarm-plan")
    assert browser.post(page, PLAN).status_code == 302
    with member_scope(OAKLAND):
        assert (AlarmPlan.objects.get().call_after, AlarmPlan.objects.get().quiet_from.hour) == (4, 22)
    wrong = browser.post(page, PLAN | {"call_after": "0", "zone": "Mars", "quiet_until": ""})
    assert wrong.status_code == 422
    for words in (b"from 1 to 60", b"zone is not known", b"both ends", b'value="Mars"'):
        assert words in wrong.content
    clerk = browse(cast.oakland_clerk)
    assert b"The phone rings after" in clerk.get(page).content
    assert clerk.post(page, PLAN).status_code == 403


def test_quiet_hours_are_proposed_in_the_zone_of_the_reader(cast):
    with member_scope(OAKLAND), timezone.override(ZoneInfo("America/Los_Angeles")):
        assert AlarmPlanForm.of(queries.plan())["zone"].value() == "America/Los_Angeles"


CONTACTS = {
    "name_1": "Ana Example", "title_1": "City manager", "phone_1": "(510) 555-0101", "other_phone_1": "",
    "email_1": "", "name_2": "Bea Example", "title_2": "Fire chief", "phone_2": "+1 510 555 0102",
    "other_phone_2": "", "email_2": "bea@oakland.example",
}  # fmt: skip


def test_contacts_are_filed_once_however_often_the_form_is_sent(cast):
    browser, page = browse(cast.oakland_duty), reverse("duty:contacts")
    said = CONTACTS | {"act": str(new_id())}
    for _again in range(2):
        assert browser.post(page, said).status_code == 302
    with member_scope(OAKLAND):
        assert ContactList.objects.get().contacts[0]["phone"] == "+15105550101"
    wrong = browser.post(page, said | {"phone_2": "0102", "act": str(new_id())})
    assert wrong.status_code == 422 and b"with its country code" in wrong.content and b"Bea Example" in wrong.content


def test_programs_read_take_and_plan(cast):
    with member_scope(OAKLAND):
        _row, secret = people.make_token(name="pager", scopes=["act"], actor=cast.actor("oakland_duty"), at=clock.now())
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    (alert,) = client.get("/api/v1/duty/alerts").json()
    assert alert["taken_by"] is None and alert["asking"] == [str(cast.oakland_duty.id)]
    done = client.post(f"/api/v1/duty/alerts/{alert['id']}/take").json()
    assert done["answer"] == "taken" and done["alert"]["end"] == "taken"
    assert client.post(f"/api/v1/duty/alerts/{alert['id']}/take").json()["answer"] == "already"
    assert client.get(f"/api/v1/duty/alerts/{new_id()}").status_code == 404
    assert client.get("/api/v1/duty/alarm-plan").json()["call_after"] == 2
    refused = client.put("/api/v1/duty/alarm-plan", {"call_after": 3}, content_type="application/json")
    assert refused.status_code == 403
    two = [{"name": "Ana Example", "title": "City manager", "phone": "+15105550101"},
           {"name": "Bea Example", "title": "Fire chief", "phone": "+15105550102"}]  # fmt: skip
    filed = client.post("/api/v1/duty/contacts", {"contacts": two}, content_type="application/json")
    assert filed.status_code == 200 and "Ana" not in filed.content.decode()
    assert within(OAKLAND, queries.contacts_of, OAKLAND) is not None

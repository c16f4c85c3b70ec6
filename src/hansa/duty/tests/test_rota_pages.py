# SPDX-License-Identifier: Apache-2.0
"""The pages of rotas: what they show and take, in both languages; the calendar feed; the API."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from hansa.core.rls import member_scope
from hansa.duty.actions import calendar
from hansa.duty.actions import cover as covering
from hansa.duty.models import CalendarLink, Rota, RotaCover, RotaDay, RotaLine, RotaSwap
from hansa.duty.tests.watch_cast import DAY, NOON, OAKLAND, OFFICE, Watch, found_watch
from hansa.people.sign_in import persona_token


@pytest.fixture(autouse=True)
def noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def watch(db) -> Watch:
    return found_watch()


def browse(account, language: str = "en") -> Client:
    client = Client()
    client.get(reverse("people:persona-sign-in", args=[persona_token(account.id)]))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def page(client: Client, name: str, *arguments, **query) -> str:
    answer = client.get(reverse(f"duty:{name}", args=arguments), query)
    assert answer.status_code == 200, answer.content.decode()[-2000:]
    return answer.content.decode()


def send(client: Client, name: str, /, *arguments, **said):
    """Open a form, take the values that it shows, and send them with `said` in their place."""
    address = reverse(f"duty:{name}", args=arguments)
    shown = client.get(address).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(act|seen)"[^>]*? value="([^"]*)"', shown))
    return client.post(address, hidden | said)


def all_days(number: int) -> dict:
    return {f"days_{number}": [str(day) for day in range(7)], f"from_{number}": "", f"to_{number}": ""}


def line_said(watch: Watch, **said) -> dict:
    return {
        "name": "All day", "level": "1", "turn_1": str(watch.ana.person), "turn_2": str(watch.ben.person),
        "turn_3": str(watch.eva.person), "begins": "2026-06-03", "turn_days": "1", "handover": "12:00",
        "zone": "America/Los_Angeles", "holidays": "same", **all_days(1), **all_days(2),
    } | said  # fmt: skip


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens_for_who_plans_and_who_takes_turns(watch, language):
    with member_scope(OAKLAND):
        covering.add_cover(watch.row, start=NOON + DAY, end=NOON + 2 * DAY, out=watch.ben.person, into=None,
                           actor=watch.planner)  # fmt: skip
        covering.ask_swap(watch.row, start=NOON + 2 * DAY, end=NOON + 3 * DAY, asked=watch.ben.person, actor=watch.ana)
    for account in (watch.cast.oakland_admin, watch.cast.oakland_duty, watch.cast.oakland_mayor):
        client = browse(account, language)
        for name, *arguments in (["rota-list"], ["rota-week", OFFICE], ["rota-days"], ["rota-calendars"]):
            assert f'lang="{language}"' in page(client, name, *arguments)
    client = browse(watch.cast.oakland_admin, language)
    for name in ("rota-settings", "rota-line-new", "rota-cover", "rota-fixed"):
        page(client, name, OFFICE)
    page(client, "rota-new")
    page(client, "rota-line-change", OFFICE, watch.line.id)
    page(client, "rota-line-end", OFFICE, watch.line.id)
    page(browse(watch.cast.oakland_duty, language), "rota-swap", OFFICE)
    assert Client().get(reverse("duty:rota-list")).status_code == 302


def test_the_week_shows_who_is_on_and_gaps_in_words(watch):
    with member_scope(OAKLAND):
        covering.add_cover(watch.row, start=NOON + DAY, end=NOON + 2 * DAY, out=watch.ben.person, into=None,
                           actor=watch.planner)  # fmt: skip
    shown = page(browse(watch.cast.oakland_admin), "rota-week", OFFICE)
    assert "1 gap ahead" in shown and "Nobody will be on call" in shown and "Close the gap" in shown
    assert watch.cast.oakland_duty.name in shown
    mine = page(browse(watch.cast.oakland_duty), "duty-list")
    assert "You are on call" in mine and "Next:" in mine
    duties = page(browse(watch.cast.oakland_admin), "duty-list")
    assert "Nobody is on call (Duty officer) from 2026-06-02 12:00 PDT. Gaps ahead: 1" in duties


@pytest.mark.parametrize("day", ["2026-11-01", "nonsense", "9999-12-31", "0001-01-01"])
def test_any_week_can_be_asked_for_and_one_that_is_none_is_refused(watch, day):
    answer = browse(watch.cast.oakland_admin).get(reverse("duty:rota-week", args=[OFFICE]), {"day": day})
    assert answer.status_code == (404 if day[0] in "90" else 200)
    if day == "2026-11-01":
        assert "Clocks change. This day has 25 hours:" in answer.content.decode()


def test_what_would_move_is_shown_before_it_is_saved(watch):
    client = browse(watch.cast.oakland_admin)
    said = line_said(watch)
    first = send(client, "rota-line-change", OFFICE, watch.line.id, **said | {"handover": "12 pm"})
    shown = first.content.decode()
    assert first.status_code == 200 and "This moves shifts that are published" in shown, shown
    with member_scope(OAKLAND):
        assert RotaLine.objects.count() == 1
    assert 'value="All day"' in shown and 'value="12 pm"' in shown, "what was typed stands there as it was typed"
    seen = re.search(r'name="seen"[^>]*? value="(\w{64})"', shown)[1]
    saved = send(client, "rota-line-change", OFFICE, watch.line.id, **said | {"handover": "12 pm", "seen": seen})
    assert saved.status_code == 302
    with member_scope(OAKLAND):
        assert RotaLine.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "message"),
    [({"handover": "25:99"}, "Not a time"), ({"turn_1": "", "turn_2": "", "turn_3": ""}, "Nobody is in this line"),
     ({"begins": "2026-05-01"}, "That day has passed"), ({"from_1": "19:00"}, "needs both times"),
     ({"name": ""}, "This is empty")],
)  # fmt: skip
def test_a_line_that_cannot_be_keeps_what_was_typed_and_says_what_to_do(watch, said, message):
    given = line_said(watch) | {"handover": "12:34", "name": "Odd nights"} | said
    answer = send(browse(watch.cast.oakland_admin), "rota-line-change", OFFICE, watch.line.id, **given)
    shown = answer.content.decode()
    assert answer.status_code == 422 and message in shown
    assert "Odd nights" in shown or not said.get("name", "x")


def test_a_rota_is_kept_for_another_office(watch):
    client = browse(watch.cast.oakland_admin)
    said = {"office": "legal", "zone": "Pacific/Guam", "holidays": "US-GU", "weeks": "6", **all_days(1), **all_days(2)}
    said |= {"from_1": "8 am", "to_1": "1800", "days_1": ["0", "1", "2", "3", "4"]}
    assert client.post(reverse("duty:rota-new"), said).status_code == 302
    with member_scope(OAKLAND):
        row = Rota.objects.get(office="legal")
        assert row.needed == [{"start": "08:00", "end": "18:00", "days": [0, 1, 2, 3, 4]}]
    assert "Nobody takes turns yet" in page(client, "rota-week", "legal")


def test_an_officer_takes_a_shift_over_and_takes_that_back(watch):
    client = browse(watch.cast.oakland_duty)
    said = {"out": str(watch.ben.person), "into": str(watch.ana.person), "start": "2026-06-02 1200",
            "end": "2026-06-03 12 pm", "note": "Ben is at the dentist"}  # fmt: skip
    assert send(client, "rota-cover", OFFICE, **said).status_code == 302
    assert "Ben is at the dentist" in page(client, "rota-week", OFFICE)
    with member_scope(OAKLAND):
        cover = RotaCover.objects.get()
    assert client.post(reverse("duty:rota-cover-withdraw", args=[cover.id])).status_code == 302
    assert "dentist" not in page(client, "rota-week", OFFICE)


def test_an_hour_that_is_skipped_is_named_and_not_taken(watch):
    said = {"out": "", "into": str(watch.eva.person), "start": "2027-03-14 02:30", "end": "2027-03-14 09:00"}
    answer = send(browse(watch.cast.oakland_admin), "rota-cover", OFFICE, **said)
    assert answer.status_code == 422 and "That hour is skipped that night" in answer.content.decode()


def test_who_holds_no_office_of_the_rota_reads_why_they_cannot_cover(watch):
    answer = browse(watch.cast.oakland_clerk).post(reverse("duty:rota-line-new", args=[OFFICE]), {})
    assert answer.status_code == 403 and "Administrator" in answer.content.decode()


def test_a_swap_through_the_pages(watch):
    asks, asked = browse(watch.cast.oakland_duty), browse(watch.cast.oakland_mayor)
    said = {"asked": str(watch.ben.person), "start": "2026-06-03 12:00", "end": "2026-06-04 12:00", "back": ""}
    assert send(asks, "rota-swap", OFFICE, **said).status_code == 302
    with member_scope(OAKLAND):
        swap = RotaSwap.objects.get()
    assert "asks you to take a shift" in page(asked, "rota-list")
    assert asks.post(reverse("duty:rota-swap-answer", args=[swap.id]), {"agree": "yes"}).status_code == 403
    assert asked.post(reverse("duty:rota-swap-answer", args=[swap.id]), {"agree": "yes"}).status_code == 302
    with member_scope(OAKLAND):
        assert RotaCover.objects.get().swap == swap.id


def test_a_day_of_ones_own_is_added_and_removed(watch):
    client = browse(watch.cast.oakland_admin)
    client.post(reverse("duty:rota-days"), {"day": "2026-06-05", "name": "Founders' Day", "holiday": "yes"})
    assert "Founders&#x27; Day" in page(client, "rota-days")
    with member_scope(OAKLAND):
        day = RotaDay.objects.get()
    client.post(reverse("duty:rota-day-drop", args=[day.id]))
    assert "Founders" not in page(client, "rota-days")


def link_of(client: Client, of: str = OFFICE) -> str:
    shown = client.post(reverse("duty:rota-calendars"), {"of": of}).content.decode()
    return urlsplit(re.search(r"http://[^<\s]+\.ics", shown)[0]).path


def test_a_calendar_program_reads_the_rota_by_a_secret_link_until_it_is_revoked(watch):
    client, stranger = browse(watch.cast.oakland_duty), Client()
    address = link_of(client)
    answer = stranger.get(address)
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    assert answer["Content-Type"].startswith("text/calendar") and len(events) > 300
    first = next(event for event in events if event["dtstart"].dt == NOON)
    assert first["dtend"].dt == datetime(2026, 6, 2, 19, tzinfo=UTC)
    assert str(first["summary"]).startswith("EXERCISE") and watch.cast.oakland_duty.name in str(first["summary"])
    assert len({str(event["uid"]) for event in events}) == len(events)
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        later = {str(event["uid"]) for event in Calendar.from_ical(stranger.get(address).content).walk("VEVENT")}
    assert str(first["uid"]) in later
    with member_scope(OAKLAND):
        link = CalendarLink.objects.get()
        assert link.secret_hash not in address and link.last_used_at == NOON + timedelta(hours=1)
    assert client.post(reverse("duty:rota-calendar-revoke", args=[link.id])).status_code == 302
    assert stranger.get(address).status_code == 404
    assert stranger.get(reverse("duty:rota-feed", args=["guess"])).status_code == 404


def test_a_link_to_ones_own_shifts_shows_no_others(watch):
    address = link_of(browse(watch.cast.oakland_mayor), "")
    events = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert all("On call" in str(event["summary"]) for event in events)
    assert min(event["dtstart"].dt for event in events) == NOON + DAY


def test_only_the_holder_and_administrators_revoke_a_link(watch):
    with member_scope(OAKLAND):
        link, _secret = calendar.make_link(None, actor=watch.ana)
    address = reverse("duty:rota-calendar-revoke", args=[link.id])
    assert browse(watch.cast.oakland_mayor).post(address).status_code == 403
    assert browse(watch.cast.oakland_admin).post(address).status_code == 302

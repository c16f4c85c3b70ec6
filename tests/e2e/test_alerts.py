# SPDX-License-Identifier: Apache-2.0
"""An alert on a phone and on a desk: the link without signing in, who was asked, the board, whom to phone."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hansa import notify
from hansa.activation import alarming
from hansa.activation.tests.alarmed import Worker, message_of, staff_night
from hansa.activation.tests.crisis import CHICAGO, DENVER, OAKLAND, PORTLAND, found_league, invoke
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.actions.alarm import file_contacts
from hansa.duty.models import Alert
from hansa.people.sign_in import persona_token

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = [pytest.param("en", 1280, id="english-desk"), pytest.param("es", 390, id="spanish-phone")]
CONTACTS = (
    {"name": "Ana Example", "title": "City manager", "phone": "+15035550101"},
    {"name": "Bea Example", "title": "Fire chief", "phone": "+15035550102", "email": "bea@portland.example"},
)


@pytest.mark.parametrize(("language", "width"), SIZES)
def test_an_alert_from_the_link_to_the_call(live_server, new_context, axe, language, width):
    root = live_server.url.replace("127.0.0.1", "localhost")
    begun = clock.now() - timedelta(minutes=40)
    with time_machine.travel(begun, tick=False) as night:
        league = found_league()
        staff_night(league, OAKLAND, PORTLAND)
        with member_scope(PORTLAND):
            file_contacts(CONTACTS, actor=league.officer(PORTLAND))
        # Half an hour ago the pact was invoked; nobody at Portland has given a sign since.
        worker, row = Worker(), invoke(league)
        for _minute in range(40):
            worker.work()
            night.shift(timedelta(minutes=1))
    key = alarming.key_of(row.id)
    link = message_of(OAKLAND, league.officers[OAKLAND].id, key).url
    page = new_context(viewport={"width": width, "height": 844}, locale=f"{language}-US").new_page()
    page.context.add_cookies([{"name": "hansa_language", "value": language, "url": root}])

    def look(address: str, name: str) -> None:
        page.goto(root + address)
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"

    def sign_in(member: str) -> None:
        page.goto(root + reverse("people:persona-sign-in", args=[persona_token(league.officers[member].id)]))

    look(link, "link")
    page.locator("main form button").click()
    page.locator(".usa-alert--success").wait_for()
    assert axe(page) == []
    with member_scope(OAKLAND):
        alert = Alert.objects.get()
        assert (alert.taken_by, alert.taken_via) == (league.officers[OAKLAND].id, "link")
        late = message_of(OAKLAND, league.mayors[OAKLAND].id, key)
        assert notify.acknowledge(late, late.code, via="sms").answer == "already"
    sign_in(OAKLAND)
    look(reverse("duty:alert-detail", args=[alert.id]), "alert")
    look(reverse("duty:alert-list"), "alerts")
    look(reverse("duty:contacts"), "contacts")
    page.context.clear_cookies(name="sessionid")
    sign_in(CHICAGO)
    board = reverse("activation:activation-board", args=[row.id])
    look(board, "board")
    shown = page.locator("#board-reached tr")
    assert shown.count() == 3 and shown.last.get_attribute("id") == f"reached-{OAKLAND}"
    assert page.locator(f"#reached-{DENVER} a").count() == 1
    look(reverse("activation:activation-phone", args=[row.id, PORTLAND]), "phone")
    assert page.locator("a[href='tel:+15035550101']").count() == 1
    page.locator("input[name=outcome][value=reached]").check(force=True)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(root + board)
    assert page.locator(f"#reached-{PORTLAND} a").count() == 0

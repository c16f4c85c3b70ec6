# SPDX-License-Identifier: Apache-2.0
"""Duties, notices, log lines and hand-overs of one member, and what the pages show of them."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.duty import actions, brief, queries
from hansa.duty.actions import About
from hansa.duty.models import Duty, Handover, LogLine, Notice
from hansa.duty.wording import Wording
from hansa.people.sign_in import persona_token
from hansa.people.tests.cast import Cast, found_cast

OAKLAND, PORTLAND = "oakland-ca", "portland-or"
DONE = Wording("Done")


@pytest.fixture
def cast(db) -> Cast:
    return found_cast()


def browse(account) -> Client:
    client = Client()
    client.get(reverse("people:persona-sign-in", args=[persona_token(account.id)]))
    return client


def another_officer(cast: Cast) -> Actor:
    """Return the relief: a second duty officer, whose account is the clerk's."""
    return Actor(cast.oakland_clerk.id, OAKLAND, "duty-officer", "Exercise Relief", ("duty-officer",))


def open_one(
    due: timedelta | None = timedelta(hours=1), *, office: str = "duty-officer", title: Wording = DONE
) -> Duty:
    subject = new_id()
    due_at = clock.now() + due if due is not None else None
    return actions.open_duty("test.kind", office, title, About(subject, "/"), due_at=due_at)


def test_the_same_duty_opened_twice_is_one(cast):
    with member_scope(OAKLAND):
        about = About(new_id(), "/")
        first, second = (actions.open_duty("test.kind", "duty-officer", DONE, about) for _ in range(2))
        assert first == second


def test_a_title_reads_in_the_language_of_its_reader(cast):
    with member_scope(OAKLAND):
        duty = open_one(title=Wording("Overdue"))
    with translation.override("es"):
        assert duty.words == translation.gettext("Overdue")
    assert Wording("%(member)s", {"member": "Chicago"}).text == "Chicago"


def test_duties_stand_by_clock_late_first_and_only_those_of_my_offices(cast):
    with member_scope(OAKLAND):
        ahead, late = open_one(timedelta(hours=9)), open_one(timedelta(minutes=30))
        open_one(office="chief-executive")
        with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
            groups = queries.by_clock(cast.actor("oakland_duty"), clock.now())
        assert [(group.state.value, group.duties) for group in groups] == [("late", [late]), ("ahead", [ahead])]


def test_the_badge_counts_what_waits_for_my_offices_and_for_me_and_not_what_others_took(cast):
    with member_scope(OAKLAND):
        officer, relief = cast.actor("oakland_duty"), another_officer(cast)
        mine, theirs, done = open_one(), open_one(), open_one()
        open_one()
        elsewhere = open_one(office="chief-executive")
        actions.take_duty(mine, actor=officer)
        actions.take_duty(theirs, actor=relief)
        Duty.objects.filter(id=done.id).update(done_at=clock.now())
        assert queries.inbox_count(officer) == 2
        Duty.objects.filter(id=elsewhere.id).update(person=officer.person)
        assert queries.inbox_count(officer) == 3
        Duty.objects.filter(id=mine.id).update(waived=True)
        assert queries.inbox_count(officer) == 2
        assert queries.inbox_count(Actor(new_id(), OAKLAND, "")) == 0


def test_another_member_sees_none_of_them(cast):
    with member_scope(OAKLAND):
        open_one()
    with member_scope(PORTLAND):
        assert not Duty.objects.exists()


def test_one_takes_a_duty_and_another_cannot_until_it_is_given_back(cast):
    with member_scope(OAKLAND):
        duty, officer, relief = open_one(), cast.actor("oakland_duty"), another_officer(cast)
        actions.take_duty(duty, actor=officer)
        with pytest.raises(Refused, match="Someone else has taken this"):
            actions.take_duty(Duty.objects.get(), actor=relief)
        actions.release_duty(Duty.objects.get(), actor=officer)
        assert actions.take_duty(Duty.objects.get(), actor=relief).person == relief.person


def test_two_who_take_it_at_the_same_moment_do_not_both_have_it(cast):
    with member_scope(OAKLAND):
        duty = open_one()
        stale = Duty.objects.get()
        actions.take_duty(duty, actor=cast.actor("oakland_duty"))
        with pytest.raises(Refused, match="just now"):
            actions.take_duty(stale, actor=another_officer(cast))


def test_another_office_cannot_take_it_and_reads_which_could(cast):
    with member_scope(OAKLAND):
        duty = open_one(office="chief-executive")
        with pytest.raises(Refused) as refusal:
            actions.take_duty(duty, actor=cast.actor("oakland_duty"))
        assert refusal.value.verdict.who == ("chief-executive",)


def test_closing_says_when_and_waiving_leaves_what_is_kept(cast):
    with member_scope(OAKLAND):
        scope = new_id()
        for kind in ("a", "b"):
            actions.open_duty(kind, "duty-officer", DONE, About(scope, "/", scope))
        assert actions.close_duties(scope, "a") == 1
        assert actions.waive_scope(scope, keep=["b"]) == 0
        assert actions.waive_scope(scope) == 1
        assert not queries.open_duties().exists()


def test_a_flood_of_notices_of_one_kind_is_one_line_and_read_once_for_all(cast):
    with member_scope(OAKLAND):
        scope = new_id()
        for number in range(37):
            actions.tell("offer", Wording("%(n)s", {"n": str(number)}), About(new_id(), "/", scope))
        (fold,) = queries.to_know()
        assert (fold.count, fold.newest.words) == (37, "36")
        assert actions.mark_read(fold.ids, actor=cast.actor("oakland_duty")) == 37
        assert queries.to_know() == []
        assert Notice.objects.filter(read_at=None).count() == 0


@pytest.mark.parametrize(("text", "message"), [("   ", "Write what happened"), ("x" * 501, "Shorten it to 500")])
def test_an_empty_and_an_endless_line_are_not_taken(cast, text, message):
    with member_scope(OAKLAND), pytest.raises(Invalid, match=message):
        actions.log_line(text, actor=cast.actor("oakland_duty"))


def test_a_line_from_the_future_is_not_taken(cast):
    with member_scope(OAKLAND), pytest.raises(Invalid, match="not come yet"):
        later = clock.now() + timedelta(minutes=5)
        actions.log_line("Bridge closed", actor=cast.actor("oakland_duty"), happened_at=later)


def test_the_same_line_sent_twice_is_one(cast):
    with member_scope(OAKLAND):
        id = new_id()
        for _ in range(2):
            actions.log_line("Bridge closed, 02:40", actor=cast.actor("oakland_duty"), id=id)
        assert LogLine.objects.count() == 1


def test_who_holds_no_office_logs_nothing(cast):
    with member_scope(OAKLAND), pytest.raises(Refused):
        actions.log_line("Bridge closed", actor=cast.actor("oakland_clerk"))


def test_the_brief_is_drafted_from_what_is_open_what_happened_and_what_was_noted(cast):
    with member_scope(OAKLAND):
        officer = cast.actor("oakland_duty")
        open_one(title=Wording("Call the %(what)s", {"what": "harbor"}))
        actions.log_line("Bridge closed, 02:40", actor=officer)
        draft = brief.draft(officer, clock.now())
    assert "Call the harbor" in draft and "Bridge closed, 02:40" in draft
    assert "introduced Exercise Mayor" in draft, "acts since the last hand-over are in it"


def test_the_relief_accepts_the_brief_and_has_the_duties_that_were_taken(cast):
    with member_scope(OAKLAND):
        officer, relief = cast.actor("oakland_duty", "duty-officer"), another_officer(cast)
        duty = actions.take_duty(open_one(), actor=officer)
        handover = actions.hand_over("All quiet but the bridge.", actor=officer)
        with pytest.raises(Refused, match="relieves you accepts it"):
            actions.accept_handover(handover, actor=officer)
        actions.accept_handover(handover, actor=relief)
        assert Duty.objects.get(id=duty.id).person == relief.person
        assert Handover.objects.get().accepted_by == relief.person


def test_the_next_brief_begins_where_the_last_one_ended(cast):
    with member_scope(OAKLAND):
        officer, relief = cast.actor("oakland_duty", "duty-officer"), another_officer(cast)
        actions.log_line("Before the hand-over", actor=officer)
        first = actions.hand_over("First.", actor=officer)
        actions.accept_handover(first, actor=relief)
        with time_machine.travel(clock.now() + timedelta(minutes=1), tick=False):
            actions.log_line("After the hand-over", actor=relief)
            draft = brief.draft(relief, clock.now())
    assert "After the hand-over" in draft and "Before the hand-over" not in draft


def test_a_second_brief_waits_for_the_first_to_be_accepted(cast):
    with member_scope(OAKLAND):
        officer = cast.actor("oakland_duty", "duty-officer")
        id = new_id()
        assert actions.hand_over("First.", actor=officer, id=id) == actions.hand_over("First.", actor=officer, id=id)
        with pytest.raises(Refused, match="waits for its relief"):
            actions.hand_over("Second.", actor=officer)


@pytest.mark.parametrize("name", ["duty-list", "inbox", "line-list", "handover-list", "handover-new"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens_in_both_languages_and_strangers_are_sent_to_sign_in(cast, name, language):
    client = browse(cast.oakland_duty)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    with member_scope(OAKLAND):
        open_one()
        actions.tell("topic", DONE, About(new_id(), "/"))
        actions.log_line("Bridge closed", actor=cast.actor("oakland_duty"))
    assert client.get(reverse(f"duty:{name}")).status_code == 200
    assert Client().get(reverse(f"duty:{name}")).status_code == 302


def test_taking_a_duty_from_the_list(cast):
    with member_scope(OAKLAND):
        duty = open_one()
    client = browse(cast.oakland_duty)
    assert "I take this" in client.get(reverse("duty:duty-list")).content.decode()
    client.post(reverse("duty:duty-take", args=[duty.id]))
    assert "You have this." in client.get(reverse("duty:duty-list")).content.decode()


def test_handing_over_through_the_pages(cast):
    client = browse(cast.oakland_duty)
    page = client.get(reverse("duty:handover-new")).content.decode()
    sent = {"act": re.search(r'name="act" value="([^"]+)"', page)[1], "text": ""}
    answer = client.post(reverse("duty:handover-new"), sent)
    assert answer.status_code == 422 and "The brief is empty" in answer.content.decode()
    sent["text"] = "All quiet."
    for _ in range(2):
        answer = client.post(reverse("duty:handover-new"), sent)
        assert answer.status_code == 302
    assert "All quiet." in client.get(answer["Location"]).content.decode()
    assert client.post(f"{answer['Location']}accept/").status_code == 403


def test_an_unknown_duty_is_not_found(cast):
    assert browse(cast.oakland_duty).post(reverse("duty:duty-take", args=[new_id()])).status_code == 404

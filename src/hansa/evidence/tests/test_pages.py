# SPDX-License-Identifier: Apache-2.0
"""Pages of records as counsel, a desk and another member meet them; what is exported names nobody who asked."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hansa import ledger
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.evidence.models import HeldCopy, Hold, RecordsRequest, RequestedRecord
from hansa.evidence.tests.words import SECRET, place, tell
from hansa.people.models import JointStep
from hansa.people.sign_in import OFFICE_KEY

PAGES = ["schedule-list", "hold-list", "hold-place", "request-list", "request-log", "exemption-list"]
KEY = "01920000-0000-7000-8000-00000000000"


@pytest.fixture
def desk(browse, counsel):
    """Return browsers: counsel's, acting as counsel, and others by name."""

    def browser(name: str):
        client = browse(name)
        if name == "oakland_duty":
            session = client.session
            session[OFFICE_KEY] = "legal"
            session.save()
        return client

    return browser


def url(name, *args):
    return reverse(f"evidence:{name}", args=args)


def hold_form(**changed):
    today = clock.now().date()
    return {
        "name": "Exercise v. Oakland", "matter": "No. 3:26-cv-00001", "law": "Fed. R. Civ. P. 37(e)",
        "kinds": ["exercise.words"], "acts": "", "since": "", "until": "", "act": KEY + "1",
        "review_on": (today + timedelta(days=30)).isoformat(), "reason": "We were served on Monday.",
    } | changed  # fmt: skip


def request_form(**changed):
    today = clock.now().date()
    return {
        "kind": "subpoena", "asks": "All rosters of May.", "law": "Fed. R. Civ. P. 45",
        "requester": "Exercise Firm LLP", "contact": "firm@court.example", "received_on": today.isoformat(),
        "due_on": (today + timedelta(days=10)).isoformat(), "act": KEY + "2",
    } | changed  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_counsel_sees_every_page(desk, name, language):
    assert desk("oakland_duty").get(url(name), headers={"Accept-Language": language}).status_code == 200


@pytest.mark.parametrize("name", ["hold-place", "exemption-list"])
def test_another_office_reads_who_can(desk, name):
    answer = desk("oakland_admin").get(url(name))
    assert answer.status_code == 403 and "Exercise Officer" in answer.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_somebody_without_an_office_sees_none(desk, name):
    assert desk("oakland_clerk").get(url(name)).status_code == 403


def test_a_schedule_is_set_and_shown_with_its_law(desk):
    counsel, today = desk("oakland_duty"), clock.now().date().isoformat()
    bad = counsel.post(url("schedule-set", "exercise.words"), {"days": "20", "law": "?", "from_on": today})
    assert bad.status_code == 422 and "Name the law" in bad.content.decode() and 'value="20"' in bad.content.decode()
    counsel.post(
        url("schedule-set", "exercise.words"), {"days": "20", "law": "Cal. Gov. Code § 34090", "from_on": today}
    )
    shown = desk("oakland_mayor").get(url("schedule-list")).content.decode()
    assert "20 days" in shown and "Cal. Gov. Code § 34090" in shown


def test_a_hold_goes_from_the_form_through_two_people_to_a_purged_act_that_counsel_reads(desk, counsel):
    lawyer, mayor = desk("oakland_duty"), desk("oakland_mayor")
    act = tell(counsel)
    answer = lawyer.post(url("hold-place"), hold_form())
    assert answer.status_code == 302
    with member_scope("oakland-ca"):
        step = JointStep.objects.get()
        assert not Hold.objects.exists()
    assert "stops the destruction" in mayor.get(answer["Location"]).content.decode()
    assert "Waits for a second person" in mayor.get(url("hold-list")).content.decode()
    mayor.post(reverse("people:joint-confirm", args=[step.id]), {"shown": step.digest})
    ledger.purge([act])
    with member_scope("oakland-ca"):
        kept = HeldCopy.objects.get()
    assert SECRET not in lawyer.get(url("held-read", kept.id)).content.decode()
    short = lawyer.post(url("held-read", kept.id), {"purpose": "why"})
    assert short.status_code == 422 and "what you need this for" in short.content.decode()
    shown = lawyer.post(url("held-read", kept.id), {"purpose": "To prepare our answer."}, follow=True)
    assert SECRET in shown.content.decode() and "To prepare our answer." in shown.content.decode()
    refused = mayor.get(url("held-read", kept.id))
    assert refused.status_code == 403 and SECRET not in refused.content.decode()


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"kinds": []}, "Name what is kept"), ({"acts": "no address"}, "names no act"),
        ({"review_on": "2001-01-01"}, "within a year"), ({"reason": "short"}, "Say why"),
    ],
)  # fmt: skip
def test_a_bad_hold_keeps_what_was_typed(desk, changed, says):
    answer = desk("oakland_duty").post(url("hold-place"), hold_form(**changed))
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and "No. 3:26-cv-00001" in page


def test_a_hold_is_reviewed_and_its_release_proposed(desk, counsel):
    with member_scope("oakland-ca"):
        hold = place(counsel, acts=[tell(counsel)], kind_codes=[])
    lawyer, later = desk("oakland_duty"), (clock.now().date() + timedelta(days=100)).isoformat()
    lawyer.post(url("hold-review", hold.id), {"note": "The case goes on.", "next_on": later})
    assert "The case goes on." in lawyer.get(url("hold-show", hold.id)).content.decode()
    assert "1 sealed copy" in lawyer.get(url("hold-release", hold.id)).content.decode()
    form = {"reason": "The case was dismissed.", "act": KEY + "3"}
    assert lawyer.post(url("hold-release", hold.id), form).status_code == 302
    with member_scope("oakland-ca"):
        assert HeldCopy.objects.exists()
        step = JointStep.objects.get(kind="evidence.hold.release")
    desk("oakland_mayor").post(reverse("people:joint-confirm", args=[step.id]), {"shown": step.digest})
    assert "destroyed with the release" in lawyer.get(url("hold-show", hold.id)).content.decode()


def test_a_request_goes_from_the_desk_to_the_exemption_log(desk):
    mayor, lawyer = desk("oakland_admin"), desk("oakland_duty")
    logged = mayor.post(url("request-log"), request_form(), follow=True).content.decode()
    assert "Counsel answers it." in logged and "Exercise Firm" not in logged
    with member_scope("oakland-ca"):
        item = RecordsRequest.objects.get()
    lawyer.post(url("request-show", item.id), {"title": "Roster of mission M-1"})
    with member_scope("oakland-ca"):
        record = RequestedRecord.objects.get()
    bare = lawyer.post(url("record-decide", record.id), {"decision": "withheld", "law": "", "reason": ""})
    assert bare.status_code == 422 and "Name the exemption" in bare.content.decode()
    form = {"decision": "withheld", "law": "=Cal. Gov. Code § 7922.000", "reason": "It would name who reported."}
    lawyer.post(url("record-decide", record.id), form)
    early = lawyer.post(url("request-answer", item.id), {"outcome": "released", "answer": "We sent it all."})
    assert early.status_code == 422 and "not what was decided" in early.content.decode()
    lawyer.post(url("request-answer", item.id), {"outcome": "withheld", "answer": "We withheld the roster."})
    assert "Roster of mission M-1" in lawyer.get(url("exemption-list")).content.decode()
    lines = lawyer.get(url("exemption-list"), {"format": "csv"}).content.decode()
    assert "Roster of mission M-1" in lines and "'=Cal." in lines
    assert "Exercise Firm" not in lines and "court.example" not in lines


def test_who_asked_is_shown_after_a_purpose_and_on_no_list(desk):
    lawyer = desk("oakland_duty")
    lawyer.post(url("request-log"), request_form())
    with member_scope("oakland-ca"):
        item = RecordsRequest.objects.get()
    assert "Exercise Firm" not in lawyer.get(url("request-show", item.id)).content.decode()
    assert "Exercise Firm" not in lawyer.get(url("request-list")).content.decode()
    assert lawyer.post(url("requester-read", item.id), {"purpose": "?"}).status_code == 422
    shown = lawyer.post(url("requester-read", item.id), {"purpose": "To call them back."}, follow=True)
    assert "Exercise Firm LLP, firm@court.example" in shown.content.decode()


def test_whoever_logged_sees_theirs_and_others_see_none(desk):
    desk("oakland_admin").post(url("request-log"), request_form())
    with member_scope("oakland-ca"):
        item = RecordsRequest.objects.get()
    assert item.reference in desk("oakland_admin").get(url("request-list")).content.decode()
    assert desk("portland_mayor").get(url("request-show", item.id)).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "says"), [("due_on", "2001-01-01", "due before it arrived"), ("law", "", "required")]
)
def test_a_bad_request_keeps_what_was_typed(desk, field, value, says):
    answer = desk("oakland_admin").post(url("request-log"), request_form(**{field: value}))
    assert answer.status_code == 422 and says in answer.content.decode()
    assert "All rosters of May." in answer.content.decode()

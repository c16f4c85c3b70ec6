# SPDX-License-Identifier: Apache-2.0
"""Subpoenas and records requests: logged by anyone, answered by counsel, with a law for everything withheld."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import Error, transaction

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused
from hansa.evidence import rules
from hansa.evidence.actions import keeping, requests
from hansa.evidence.choices import RequestState
from hansa.evidence.models import RecordsRequest, RequestedRecord
from hansa.evidence.queries import requests as queries
from hansa.people import reading

WITHHELD = {"decision": "withheld", "law": "Cal. Gov. Code § 7922.000", "reason": "It would name who reported."}


def log(cast, **changed) -> RecordsRequest:
    today = clock.now().date()
    said = {
        "kind": "subpoena", "asks": "All rosters of May.", "law": "Fed. R. Civ. P. 45", "requester": "Exercise Firm",
        "contact": "firm@court.example", "received_on": today, "due_on": today + timedelta(days=10),
        "actor": cast.actor("oakland_mayor"), "at": clock.now(),
    }  # fmt: skip
    return requests.log_request(**(said | changed))


def counsel_of(cast):
    return cast.actor("oakland_duty", "legal")


def listed(cast, request, title="Roster of mission M-1") -> RequestedRecord:
    return requests.list_record(request, title=title, act=None, actor=counsel_of(cast), at=clock.now())


def decide(cast, record, **changed):
    said = {"decision": "released", "law": "", "reason": "", "actor": counsel_of(cast), "at": clock.now()}
    return requests.decide_record(record, **(said | changed))


def answer(cast, request, outcome, text="We sent what we have."):
    return requests.answer_request(request, outcome=outcome, answer=text, actor=counsel_of(cast), at=clock.now())


def test_anyone_in_office_logs_and_each_gets_a_number(oakland):
    assert [log(oakland).reference, log(oakland).reference] == [f"{clock.now().year}-001", f"{clock.now().year}-002"]
    with pytest.raises(Refused):
        log(oakland, actor=oakland.actor("oakland_clerk"))


def test_the_same_form_twice_is_one_request(oakland):
    key = uuid4()
    assert log(oakland, id=key) == log(oakland, id=key)
    assert RecordsRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"asks": " "}, "asks"), ({"law": ""}, "law"), ({"requester": "x"}, "requester"), ({"kind": "wish"}, "kind"),
        ({"received_on": clock.now().date() + timedelta(days=1)}, "received_on"),
        ({"due_on": clock.now().date() - timedelta(days=1)}, "due_on"),
    ],
)  # fmt: skip
def test_bad_input_is_named_and_nothing_is_logged(oakland, changed, field):
    with pytest.raises(Invalid) as complaint:
        log(oakland, **changed)
    assert list(complaint.value.errors) == [field] and not RecordsRequest.objects.exists()


def test_counsel_alone_decides_and_answers(oakland):
    request = log(oakland)
    with pytest.raises(Refused):
        requests.list_record(request, title="Roster", act=None, actor=oakland.actor("oakland_mayor"), at=clock.now())
    record = listed(oakland, request)
    with pytest.raises(Refused):
        decide(oakland, record, actor=oakland.actor("oakland_mayor"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"law": "?"}, "law"), ({"reason": "secret"}, "reason"), ({"decision": "pending"}, "decision")],
)
def test_what_is_withheld_names_its_law_and_why(oakland, changed, field):
    record = listed(oakland, log(oakland))
    with pytest.raises(Invalid) as complaint:
        decide(oakland, record, **(WITHHELD | changed))
    assert list(complaint.value.errors) == [field]


def test_the_database_holds_nothing_withheld_without_a_law(oakland):
    record = listed(oakland, log(oakland))
    with pytest.raises(Error, match="evidence_withheld_has_law"), transaction.atomic():
        RequestedRecord.objects.filter(id=record.id).update(decision="withheld")


def test_an_answer_says_what_was_decided_on_every_record(oakland):
    request = log(oakland)
    first, second = listed(oakland, request), listed(oakland, request, "Offer O-2")
    decide(oakland, first)
    with pytest.raises(Invalid, match="not decided"):
        answer(oakland, request, "released")
    decide(oakland, second, **WITHHELD)
    with pytest.raises(Invalid, match="not what was decided"):
        answer(oakland, request, "released")
    assert answer(oakland, request, "part").state(clock.now()) == RequestState.ANSWERED
    with pytest.raises(Refused, match="was answered"):
        decide(oakland, first, **WITHHELD)


def test_withheld_records_are_the_exemption_log(oakland):
    request = log(oakland)
    decide(oakland, listed(oakland, request), **WITHHELD)
    decide(oakland, listed(oakland, request, "Offer O-2"))
    assert [(row.title, row.law) for row in queries.exemptions()] == [("Roster of mission M-1", WITHHELD["law"])]


def test_a_title_and_a_reason_keep_no_number_of_a_person(oakland):
    record = listed(oakland, log(oakland), "Note about 510-555-0134")
    decide(oakland, record, **(WITHHELD | {"reason": "It has the number 510-555-0134."}))
    assert "555" not in record.title + record.reason


def test_who_asked_is_read_by_counsel_only_and_each_reading_is_written_down(oakland):
    request = log(oakland)
    with pytest.raises(Refused):
        requests.read_requester(request, purpose="To call them back.", actor=oakland.actor("oakland_mayor"),
                                at=clock.now())  # fmt: skip
    requests.read_requester(request, purpose="To call them back.", actor=counsel_of(oakland), at=clock.now())
    assert reading.readings_of(request.id).get().owner == oakland.oakland_mayor.id


def test_who_asked_is_destroyed_ninety_days_after_the_answer(oakland):
    request = log(oakland)
    answer(oakland, request, "none")
    assert keeping.destroy_everywhere(at=clock.now() + timedelta(days=89)) == 0
    assert keeping.destroy_everywhere(at=clock.now() + timedelta(days=91)) == 1
    request.refresh_from_db()
    assert (request.requester, request.contact, request.outcome) == ("", "", "none")


def test_an_open_request_is_soon_then_late(oakland):
    request, now = log(oakland), clock.now()
    states = [request.state(now + timedelta(days=days)) for days in (0, 7, 10, 11)]
    assert states == ["open", "soon", "soon", "late"]
    assert queries.due(now) == [] and queries.due(now + timedelta(days=8)) == [request]


def test_requests_are_of_one_member(oakland):
    decide(oakland, listed(oakland, log(oakland)), **WITHHELD)
    with member_scope("portland-or"):
        assert not queries.all_requests().exists() and not queries.exemptions().exists()


@pytest.mark.parametrize(
    ("outcome", "decisions", "fault"),
    [
        ("none", [], ""), ("released", [], "mismatch"), ("released", ["released"], ""), ("part", ["part"], ""),
        ("part", ["released", "withheld"], ""), ("withheld", ["withheld"], ""), ("withheld", ["part"], "mismatch"),
        ("withdrawn", ["pending"], ""), ("objected", ["pending"], ""), ("part", ["part", "pending"], "pending"),
    ],
)  # fmt: skip
def test_an_outcome_follows_from_the_decisions(outcome, decisions, fault):
    assert rules.outcome_fault(outcome, decisions) == fault

# SPDX-License-Identifier: Apache-2.0
"""Records over HTTP: what programs read and log, and that nobody's contact is in any answer."""

from datetime import timedelta

import pytest
from django.test import Client

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.evidence.models import RecordsRequest
from hansa.evidence.tests.test_requests import WITHHELD, decide, listed, log
from hansa.evidence.tests.words import place, tell
from hansa.people import actions

KEY = "01920000-0000-7000-8000-00000000000b"


@pytest.fixture
def program(counsel):
    """Return a function that makes a program with a token of a person."""

    def client(name: str, scope: str = "read", **given) -> Client:
        actor = counsel.actor(name)
        with member_scope(actor.member):
            _token, secret = actions.make_token(name="test", scopes=[scope], actor=actor, at=clock.now())
        return Client(headers={"Authorization": f"Bearer {secret}"})

    return client


def test_programs_read_schedule_holds_requests_and_exemptions_without_who_asked(program, counsel):
    with member_scope("oakland-ca"):
        place(counsel, acts=[tell(counsel)], kind_codes=[])
        decide(counsel, listed(counsel, log(counsel)), **WITHHELD)
    client = program("oakland_duty")
    holds = client.get("/api/v1/evidence/holds").json()
    assert [(hold["state"], hold["kept"]) for hold in holds] == [("in-force", 1)]
    assert {"exercise.words", "people.readings"} <= {
        line["kind"] for line in client.get("/api/v1/evidence/schedule").json()
    }
    answers = client.get("/api/v1/evidence/requests"), client.get("/api/v1/evidence/exemptions")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("Exercise Firm" not in answer.content.decode() for answer in answers)
    assert answers[1].json()[0]["law"] == WITHHELD["law"]
    assert program("portland_mayor").get("/api/v1/evidence/holds").json() == []


def test_a_program_logs_a_request_once(program):
    client, today = program("oakland_mayor", "act"), clock.now().date()
    said = {
        "id": KEY, "kind": "subpoena", "asks": "All rosters.", "law": "Fed. R. Civ. P. 45",
        "requester": "Exercise Firm",
        "received_on": today.isoformat(), "due_on": (today + timedelta(days=9)).isoformat(),
    }  # fmt: skip
    first, again = (client.post("/api/v1/evidence/requests", said, "application/json") for _ in range(2))
    assert first.json() == again.json() and "requester" not in first.json()
    with member_scope("oakland-ca"):
        assert RecordsRequest.objects.get().requester == "Exercise Firm"
    refused = client.post("/api/v1/evidence/requests", said | {"id": None, "law": ""}, "application/json")
    assert refused.status_code == 422 and "law" in refused.json()["detail"]


@pytest.mark.parametrize("name", ["requests", "exemptions"])
def test_another_office_reads_why_it_may_not(program, name):
    refused = program("oakland_admin").get(f"/api/v1/evidence/{name}")
    assert refused.status_code == 403 and "legal" in refused.json()["who"]

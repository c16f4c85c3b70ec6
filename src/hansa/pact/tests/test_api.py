# SPDX-License-Identifier: Apache-2.0
"""Programs read the league and draw up what persons then sign; nothing wrong gives a server error."""

import json

import pytest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from hansa.config import urls as site
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger.models import PendingAct
from hansa.pact.api import router
from hansa.pact.charter import model_charter
from hansa.pact.models import Proposal
from hansa.pact.tests.league import League, found
from hansa.pact.tests.test_actions import DAYS, QUICK, propose
from hansa.people import actions as people

UNKNOWN = "01900000-0000-7000-8000-000000000000"  # the same in every worker: it stands in test names

_api = NinjaAPI(urls_namespace="pact-test", docs_url=None)
_api.add_router("/pact", router)
urlpatterns = [path("api/v1/", _api.urls), *site.urlpatterns]
handler404 = site.handler404

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def client_of(league: League, member: str = "chicago-il", scope: str = "act") -> Client:
    with member_scope(member):
        actor = league.mayor(member)
        _token, secret = people.make_token(name="test", scopes=[scope], actor=actor, at=clock.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, address: str, **said):
    return client.post(f"/api/v1/pact/{address}", json.dumps(said), content_type="application/json")


def test_a_program_reads_members_charter_and_proposals():
    league = found()
    propose(league)
    client = client_of(league, scope="read")
    members = client.get("/api/v1/pact/members").json()
    assert [row["slug"] for row in members] == ["chicago-il", "oakland-ca", "portland-or"]
    charter = client.get("/api/v1/pact/charter").json()
    assert charter["document"] == model_charter()
    assert charter["terms"]["obligations.acknowledge.within"] == "2h"
    assert client.get("/api/v1/pact/proposals").json()[0]["needed"] == 2
    assert client.get("/api/v1/pact/guests").json() == []


def test_a_program_checks_a_text_and_gets_every_line():
    client = client_of(found(), scope="read")
    answer = post(client, "charter/check", text=model_charter().replace('"2/3"', '"1/2"'))
    assert [row["code"] for row in answer.json()] == ["threshold-low"] * 3


def test_a_program_draws_up_a_proposal_once_and_a_person_signs_it():
    league = found()
    client = client_of(league)
    key = str(new_id())
    said = {"text": QUICK, "reason": "Two hours are long.", "closes": (clock.now() + 20 * DAYS).isoformat(), "id": key}
    for _ in range(2):
        answer = post(client, "proposals", **said)
        assert answer.status_code == 202
        assert answer.json()["approve_url"].endswith(f"?act={key}")
    with member_scope("chicago-il"):
        assert PendingAct.objects.filter(type="pact.charter.proposed").count() == 1
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("proposals", {"text": "x", "reason": "y", "closes": "2026-12-24T18:00:00Z"}),
        ("proposals", {"text": QUICK, "reason": "y", "closes": "2026-12-24T18:00:00"}),
        ("proposals", {"text": QUICK, "reason": "\x00", "closes": "0001-01-01T00:00:00+14:00"}),
        ("proposals", {"text": QUICK, "reason": "z" * 3000, "closes": "2026-12-24T18:00:00Z"}),
        ("notice", {"effective": "9999-12-31T23:59:59Z"}),
        ("notice", {"effective": "2199-12-31T23:59:59Z", "reason": "\x00"}),
        ("guests", {"kind": "city", "name": "Nowhere\x00", "state": "XX", "activation": str(new_id()),
                    "called_number": "1", "number_source": "", "called_at": "2026-11-20T00:00:00Z", "spoke_with": ""}),
        ("guests", {"kind": "city", "name": "Boise", "state": "ID", "activation": str(new_id()),
                    "called_number": "1", "number_source": "", "called_at": "2026-11-20T00:00:00Z", "spoke_with": ""}),
    ],
)  # fmt: skip
def test_what_cannot_be_sent_is_told_field_by_field(address, said):
    answer = post(client_of(found()), address, **said)
    assert answer.status_code == 422
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("address", "code"),
    [(f"proposals/{UNKNOWN}/votes", 404), ("members/nobody/vouch", 404), (f"guests/{UNKNOWN}/end", 404),
     ("members/%00/vouch", 404), ("notice/cancel", 403), ("ratifications", 403)],
)  # fmt: skip
def test_what_is_not_there_or_not_allowed_is_told(address, code):
    said = {"choice": "yes", "reason": "x", "kind": "city", "name": "Chicago", "state": "IL", "instrument": "x"}
    assert post(client_of(found()), address, **said).status_code == code


def test_a_reading_token_draws_nothing_up():
    league = found()
    assert post(client_of(league, scope="read"), "notice/cancel").status_code == 403

# SPDX-License-Identifier: Apache-2.0
"""Programs: a token reads or acts as its scope says, for its member only, and never signs for a person."""

import json

import pytest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from hansa.config import urls as site
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger.models import LoggedAct, PendingAct
from hansa.people import actions, approving, ratelimit
from hansa.people.api import router
from hansa.people.rules import Rate

_api = NinjaAPI(urls_namespace="people-test", docs_url=None)
_api.add_router("/people", router)
urlpatterns = [path("api/v1/", _api.urls), *site.urlpatterns]
handler404 = site.handler404
ID = "01920000-0000-7000-8000-00000000000a"

pytestmark = pytest.mark.urls(__name__)


def _client(cast, name: str, scope: str) -> Client:
    actor = cast.actor(name)
    with member_scope(actor.member):
        _token, secret = actions.make_token(name="test", scopes=[scope], actor=actor, at=clock.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def test_a_token_says_who_acts_and_reads_the_terms(cast):
    client = _client(cast, "oakland_mayor", "read")
    me = client.get("/api/v1/people/me").json()
    assert (me["name"], me["office"], me["member"]) == ("Exercise Mayor", "chief-executive", "oakland-ca")
    names = {term["name"] for term in client.get("/api/v1/people/terms").json()}
    assert "Exercise Officer" in names


@pytest.mark.parametrize("secret", ["", "hansa_wrong", "x" * 5000])
def test_without_a_good_token_nothing_opens(cast, secret):
    assert Client(headers={"Authorization": f"Bearer {secret}"}).get("/api/v1/people/me").status_code == 401


def test_a_session_in_a_browser_does_not_open_the_api(browse):
    assert browse("oakland_admin").get("/api/v1/people/me").status_code == 401


def _term(cast, **changes) -> str:
    return json.dumps({"person": str(cast.oakland_clerk.id), "office": "legal", "id": ID} | changes)


def test_a_reading_token_draws_nothing_up(cast):
    client = _client(cast, "oakland_admin", "read")
    answer = client.post("/api/v1/people/terms", _term(cast), content_type="application/json")
    assert (answer.status_code, answer.json()["detail"][:22]) == (403, "This token only reads.")


def test_what_a_program_draws_up_waits_for_the_person_and_twice_is_once(cast):
    client = _client(cast, "oakland_admin", "act")
    first, second = (
        client.post("/api/v1/people/terms", _term(cast), content_type="application/json") for _ in range(2)
    )
    assert first.status_code == second.status_code == 202
    assert first.json() == second.json()
    with member_scope("oakland-ca"):
        assert PendingAct.objects.filter(id=ID, published_at=None).count() == 1
        assert not LoggedAct.objects.filter(id=ID).exists()
    assert [waiting["id"] for waiting in client.get("/api/v1/people/approvals").json()] == [ID]


def test_a_term_that_was_signed_meanwhile_is_answered_with_what_stands(cast):
    client = _client(cast, "oakland_admin", "act")
    client.post("/api/v1/people/terms", _term(cast), content_type="application/json")
    with member_scope("oakland-ca"):
        pending = PendingAct.objects.get(id=ID)
        approving.approve_pending([pending], actor=cast.actor("oakland_admin"), at=clock.now())
    again = client.post("/api/v1/people/terms", _term(cast), content_type="application/json")
    assert (again.status_code, again.json()["needed"]) == (202, 0)
    end, other = json.dumps({"id": str(new_id())}), json.dumps({"id": str(new_id())})
    url = f"/api/v1/people/terms/{ID}/end"
    first = client.post(url, end, content_type="application/json").json()
    with member_scope("oakland-ca"):
        pending = PendingAct.objects.get(id=first["id"])
        approving.approve_pending([pending], actor=cast.actor("oakland_admin"), at=clock.now())
    assert client.post(url, end, content_type="application/json").status_code == 202
    assert client.post(url, other, content_type="application/json").status_code == 422


@pytest.mark.parametrize(
    "until", ["2031-01-01T00:00:00", "2001-01-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"]
)
def test_an_impossible_end_of_a_term_is_refused_with_the_field(cast, until):
    client = _client(cast, "oakland_admin", "act")
    answer = client.post("/api/v1/people/terms", _term(cast, until=until), content_type="application/json")
    assert (answer.status_code, list(answer.json()["detail"])) == (422, ["until"])


def test_a_member_that_is_no_name_has_no_terms(cast):
    assert _client(cast, "oakland_mayor", "read").get("/api/v1/people/terms?member=%00").json() == []


def test_a_refusal_names_the_office_and_bad_input_names_the_field(cast):
    mayor, admin = _client(cast, "oakland_mayor", "act"), _client(cast, "oakland_admin", "act")
    refused = mayor.post("/api/v1/people/terms", _term(cast), content_type="application/json")
    assert (refused.status_code, refused.json()["who"]) == (403, ["administrator"])
    bad = admin.post("/api/v1/people/terms", _term(cast, office="king"), content_type="application/json")
    assert (bad.status_code, list(bad.json()["detail"])) == (422, ["office"])


def test_a_program_that_asks_too_often_is_told_when_to_come_back(cast, monkeypatch):
    client = _client(cast, "oakland_mayor", "read")
    monkeypatch.setattr(ratelimit, "API", Rate(burst=2, seconds=60))
    answers = [client.get("/api/v1/people/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 1

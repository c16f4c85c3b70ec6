# SPDX-License-Identifier: Apache-2.0
"""Programs read activations and act in them as their token's office may."""

import json

import pytest
from django.test import Client
from django.urls import path
from ninja import NinjaAPI

from hansa.activation.api import router
from hansa.activation.tests.crisis import CHICAGO, OAKLAND, found_league, invoke
from hansa.config import urls as site
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.api import router as duty_router
from hansa.people import actions as people

_api = NinjaAPI(urls_namespace="activation-test", docs_url=None)
_api.add_router("/activation", router)
_api.add_router("/duty", duty_router)
urlpatterns = [path("api/v1/", _api.urls), *site.urlpatterns]
handler404 = site.handler404
ID = "01920000-0000-7000-8000-00000000000b"
SITUATION = {
    "trigger": "flood", "level": "support", "situation": "Two stations failed.", "place": "Chicago",
    "first_needs": "Pumps", "id": ID,
}  # fmt: skip

pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


def client_of(actor, scope: str = "act") -> Client:
    with member_scope(actor.member):
        _token, secret = people.make_token(name="test", scopes=[scope], actor=actor, at=clock.now())
    return Client(headers={"Authorization": f"Bearer {secret}"})


def post(client: Client, url: str, said: dict):
    return client.post(f"/api/v1/{url}", json.dumps(said), content_type="application/json")


def test_invoking_waits_for_the_mayors_passkey_and_says_where():
    league = found_league()
    answer = post(client_of(league.mayor(CHICAGO)), "activation/activations", SITUATION).json()
    assert (answer["id"], answer["pending"]) == (ID, True)
    assert answer["approve_url"].endswith(f"?act={ID}")


def test_acknowledging_is_done_at_once_and_the_board_says_so():
    league = found_league()
    opened = invoke(league)
    client = client_of(league.officer(OAKLAND))
    assert {duty["kind"] for duty in client.get("/api/v1/duty/duties").json()} == {"activation.acknowledge"}
    for _ in range(2):
        answer = post(client, f"activation/activations/{opened.id}/acknowledge", {"id": ID})
        assert answer.status_code == 200 and not answer.json()["pending"]
    board = client.get(f"/api/v1/activation/activations/{opened.id}").json()
    done = {owed["member"] for owed in board["obligations"] if owed["code"] == "acknowledge" and owed["done_at"]}
    assert (done, board["phase"], board["missing"]) == ({OAKLAND}, "active", 2)
    said = client.get(f"/api/v1/activation/activations/{opened.id}/acts").json()
    assert said[0]["headline"].startswith("Oakland acknowledged")


def test_a_complaint_names_the_field_and_a_refusal_the_offices():
    league = found_league()
    wrong = post(client_of(league.mayor(CHICAGO)), "activation/activations", {**SITUATION, "trigger": "volcano"})
    assert wrong.status_code == 422 and list(wrong.json()["detail"]) == ["trigger"]
    refused = post(client_of(league.officer(CHICAGO)), "activation/activations", SITUATION)
    assert refused.status_code == 403 and refused.json()["who"] == ["chief-executive", "emergency-management"]


def test_a_reading_token_acts_nowhere_and_an_unknown_activation_is_not_found():
    league = found_league()
    reader = client_of(league.officer(OAKLAND), "read")
    refused = post(reader, f"activation/activations/{ID}/acknowledge", {})
    assert (refused.status_code, refused.json()["detail"][:22]) == (403, "This token only reads.")
    assert reader.get(f"/api/v1/activation/activations/{ID}").status_code == 404
    assert reader.get("/api/v1/activation/activations").json() == []

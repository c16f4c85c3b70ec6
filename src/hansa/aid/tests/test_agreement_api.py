# SPDX-License-Identifier: Apache-2.0
"""Agreements, shipments and missions over HTTP: the same actions as the pages, with a token of a person's office."""

from types import SimpleNamespace

import pytest
from django.test import Client

from hansa.aid.models import Agreement, Shipment
from hansa.aid.tests.league import ask, later
from hansa.aid.tests.path import accept, agree, offer_on, send
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.people import middleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(league, monkeypatch):
    """Return a function that gives a client with a token of one member that may act."""

    def as_member(slug: str):
        actor = league.actors[slug]

        def recognise(self, request, member):
            request.actor, request.token = actor, SimpleNamespace(scopes=["act"])

        monkeypatch.setattr(middleware.sign_in, "member_of", lambda request: slug)
        monkeypatch.setattr(middleware.MemberMiddleware, "_recognise", recognise)
        client = Client(headers={"authorization": f"Bearer token-{slug}"})

        def call(method: str, path: str, body: dict | None = None):
            send = getattr(client, method)
            address = f"/api/v1/{path}"
            return send(address) if method == "get" else send(address, body or {}, content_type="application/json")

        return call

    return as_member


def test_from_accepted_offer_to_receipt_over_http(league, api):
    offer = offer_on(ask(league), league.oakland)
    requester = api("chicago-il")
    taken = requester("post", "aid/offers/accept", {"offers": [{"offer": str(offer.id), "quantity": "400"}]})
    assert taken.status_code == 200, taken.content
    with member_scope("chicago-il"):
        agreement = Agreement.objects.get()
    donor = api("oakland-ca")
    [hash] = agreement.waiting
    assert donor("post", f"aid/agreements/{agreement.id}/sign", {"hash": hash}).status_code == 200
    leg = {"custodian": "Lake Freight", "place": "Depot", "bound_for": "Dock", "due": later(hours=9).isoformat()}
    sent = donor("post", f"aid/agreements/{agreement.id}/send", {"quantities": {str(offer.id): "400"}, "leg": leg})
    assert sent.status_code == 200, sent.content
    requester = api("chicago-il")
    counts = [{"offer": str(offer.id), "received": "390", "missing": "10"}]
    done = requester("post", f"aid/shipments/{sent.json()['id']}/receive", {"counts": counts})
    assert done.status_code == 200, done.content
    shown = requester("get", f"aid/shipments/{sent.json()['id']}").json()
    assert shown["done"] and {p["state"] for p in shown["positions"]} == {"received", "lost"}
    [line] = requester("get", f"aid/balance/{league.activation.id}").json()
    assert line["holds"] and line["units"]["received"] == "390.000" and line["conflicts"] == {}
    whole = requester("get", f"aid/agreements/{agreement.id}").json()
    assert whole["state"] == "in-force" and whole["versions"][0]["signed_by"] == ["donor", "requester"]


def test_bad_input_over_http_says_what_to_do_and_changes_nothing(league, api):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    donor = api("oakland-ca")
    with member_scope("oakland-ca"):
        offer = str(agreement.lines.get().offer)
    leg = {"custodian": "X", "place": "Depot", "bound_for": "Dock", "due": later(hours=9).isoformat()}
    for quantity in ("401", "-1", "0", "NaN", "x"):
        answer = donor("post", f"aid/agreements/{agreement.id}/send", {"quantities": {offer: quantity}, "leg": leg})
        assert answer.status_code == 422, (quantity, answer.content)
    assert donor("post", f"aid/agreements/{new_id()}/send", {"quantities": {}, "leg": leg}).status_code == 404
    with member_scope("oakland-ca"):
        assert not Shipment.objects.exists()


def test_a_bystander_is_refused_over_http_and_told_why(league, api):
    agreement = accept(league, offer_on(ask(league), league.oakland))
    other = api("portland-or")
    answer = other("post", f"aid/agreements/{agreement.id}/sign", {"hash": next(iter(agreement.waiting))})
    assert answer.status_code == 403 and "Only the donor and the requester" in answer.json()["detail"]


def test_silent_shipments_are_listed_over_http(league, api):
    send(league, agree(league, offer_on(ask(league), league.oakland)))
    client = api("portland-or")
    assert len(client("get", "aid/shipments").json()) == 1
    assert client("get", "aid/shipments?silent=true").json() == []


@pytest.mark.parametrize("body", ["{", "[" * 100_000 + "]" * 100_000, b'{"offers": "\xff"}'])
def test_a_body_that_cannot_be_read_is_refused_in_the_callers_language(league, api, body):
    api("chicago-il")
    for language, words in (("en", "Nothing was changed."), ("es", "No se cambió nada.")):
        client = Client(headers={"authorization": "Bearer token", "accept-language": language})
        answer = client.post("/api/v1/aid/offers/accept", body, content_type="application/json")
        assert (answer.status_code, words in answer.json()["detail"]) == (400, True)

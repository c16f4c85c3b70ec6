# SPDX-License-Identifier: Apache-2.0
"""Proof of delivery given on a page: who, when, how many, in what condition, and the hash of a file; the waybill."""

import hashlib
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from hansa.aid import documents
from hansa.aid.documents import papers
from hansa.aid.models import Receipt
from hansa.aid.queries import shipment as shipments
from hansa.aid.showing import shipment as showing
from hansa.aid.tests.league import ask
from hansa.aid.tests.path import agree, code_of, offer_on, send
from hansa.aid.tests.test_documents import unpacked
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.ledger import publishing
from hansa.ledger.models import LoggedAct

pytestmark = pytest.mark.django_db(transaction=True)
HASH = hashlib.sha256(b"a photo").hexdigest()


@pytest.fixture
def shipment(league):
    return send(league, agree(league, offer_on(ask(league), league.oakland)))


def filled(client, url, **more):
    """Return what the form of a page would send, with changes."""
    form = client.get(url).context["form"]
    data = {"act": form.initial["act"], "place": form.initial["place"]}
    data |= {name: field.initial or "" for name, field in form.fields.items() if name.startswith("units_")}
    return data | more


def test_the_receiver_says_who_when_how_many_in_what_condition_and_proves_it(league, shipment, browse):
    client, url = browse("chicago-il"), reverse("aid:shipment-receive", args=[shipment.id])
    page = client.get(url).content.decode()
    assert "is not sent" in page and 'type="file"' in page
    assert not re.search(r'<input[^>]*type="file"[^>]*\sname=', page)  # without a name, no browser sends it
    code = code_of(league, shipment)
    typed = filled(client, url, condition="wet", note="Two boxes wet", proof=f" {HASH.upper()} ", code=code)
    assert client.post(url, typed).status_code == 302
    with member_scope("oakland-ca"):
        row = Receipt.objects.get()
        assert (row.proof, row.condition, row.office, row.by_code) == (HASH, "wet", "logistics", True)
        act = publishing.read_act(LoggedAct.objects.get(id=row.id))
        facts = dict(act.body.facts(act))
        assert facts["Condition"] == "wet or dirty" and facts["Hash of the file that proves it (SHA-256)"] == HASH
    seen = browse("oakland-ca").get(reverse("aid:shipment-detail", args=[shipment.id])).content.decode()
    assert HASH in seen and "wet or dirty" in seen and "Chicago, Logistics" in seen and "Two boxes wet" in seen


def test_the_time_of_delivery_can_be_earlier_than_its_signature_but_not_than_its_departure(league, shipment, browse):
    client, url = browse("chicago-il"), reverse("aid:shipment-receive", args=[shipment.id])
    before = (shipment.at - timedelta(days=2)).strftime("%b %d, %Y")
    answer = client.post(url, filled(client, url, happened_day=before, happened_time="10:00"))
    assert answer.status_code == 422 and "before it departed" in answer.content.decode()
    with member_scope("chicago-il"):
        assert not Receipt.objects.exists()


def test_what_is_no_hash_is_refused_in_words_and_kept(league, shipment, browse):
    client, url = browse("chicago-il"), reverse("aid:shipment-receive", args=[shipment.id])
    answer = client.post(url, filled(client, url, proof="IMG_0042.jpg"))
    page = answer.content.decode()
    assert answer.status_code == 422 and "not a SHA-256 hash" in page and "IMG_0042.jpg" in page


def test_the_waybill_is_a_tagged_pdf_whose_code_opens_the_shipment(league, shipment, browse, monkeypatch):
    made = []
    drawn = documents.qr_svg
    monkeypatch.setattr(documents, "qr_svg", lambda address: made.append(address) or drawn(address))
    client = browse("oakland-ca")
    answer = client.get(reverse("aid:waybill-paper", args=[shipment.id]))
    content = unpacked(answer.content)
    assert answer["Content-Type"] == "application/pdf" and b"pdfuaid:part" in content
    code = code_of(league, shipment)
    page = reverse("aid:shipment-detail", args=[shipment.id])
    assert made == [f"http://testserver{page}?code={code}"]
    scanned = browse("chicago-il").get(f"{page}?code={code}").content.decode()
    receive = reverse("aid:shipment-receive", args=[shipment.id])
    assert f"{receive}?code={code}" in scanned
    assert code in browse("chicago-il").get(f"{receive}?code={code}").content.decode()


def test_only_who_keeps_the_code_prints_it(league, shipment):
    for member, printed in (("oakland-ca", True), ("chicago-il", False), ("portland-or", False)):
        code = code_of(league, shipment)
        with member_scope(member):
            journey = shipments.journey(shipment)
            paper = papers.waybill_paper(
                journey, zone="America/Chicago", kinds=showing.kinds_of(journey), address="x", at=clock.now()
            )
            assert (code in [value for _label, value in paper.sections[0].rows]) is printed

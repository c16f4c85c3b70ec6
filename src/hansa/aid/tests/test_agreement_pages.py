# SPDX-License-Identifier: Apache-2.0
"""Pages from accepted offer to counted delivery, as people of both sides meet them."""

import re
from decimal import Decimal
from uuid import UUID

import pytest
import time_machine
from django.urls import reverse

from hansa.aid.actions import mission as missions
from hansa.aid.actions import notice as notices
from hansa.aid.actions.mission import Named
from hansa.aid.forms.agreement import name_of
from hansa.aid.models import Agreement, AgreementNotice, Mission, Movement, Shipment, Signature, Tally
from hansa.aid.queries import mission as mission_queries
from hansa.aid.queries.agreement import waiting_for
from hansa.aid.tests.league import ask, later, wanted
from hansa.aid.tests.path import accept, agree, code_of, countersign, freight, offer_on, receive, reload, send
from hansa.aid.tests.test_mission import KIND, order
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import registry
from hansa.ledger.act import Requirement
from hansa.ledger.models import PendingAct

pytestmark = pytest.mark.django_db


def units(offer: UUID, **counts) -> dict[str, str]:
    return {name_of(offer, prefix): str(count) for prefix, count in counts.items()}


def offer_of(agreement: Agreement) -> UUID:
    with member_scope("chicago-il"):
        return agreement.lines.get().offer


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def test_an_offer_is_accepted_and_countersigned_on_the_pages(league, browse):
    offer = offer_on(ask(league), league.oakland, costs=freight())
    page = browse("chicago-il").get(reverse("aid:offer-accept") + f"?offer={offer.id}")
    assert page.status_code == 200 and "400 cots" in text_of(page)
    form = {"act": str(new_id()), **units(offer.id, units="300"), "conditions": "Bring pillows"}
    client = browse("chicago-il")
    for _twice in range(2):
        assert client.post(reverse("aid:offer-accept"), form).status_code == 302
    with member_scope("oakland-ca"):
        assert Signature.objects.count() == 1
        [(agreement, hash)] = waiting_for("oakland-ca")
    donor = browse("oakland-ca")
    assert "All terms of" in text_of(donor.get(reverse("aid:agreement-sign")))
    answer = donor.post(reverse("aid:agreement-sign"), {"act": str(new_id()), "hash": hash}, follow=True)
    assert answer.status_code == 200 and "In force" in text_of(answer)
    assert "Bring pillows" in text_of(answer) and "Clause 6.1 of the charter" in text_of(answer)
    assert reload(agreement).hashes == [hash]


def test_what_is_wrong_with_a_batch_stands_at_each_offer_and_nothing_is_signed(league, browse):
    offers = [offer_on(ask(league, wanted(quantity=n)), league.oakland, n) for n in (10, 20, 30)]
    boxes = {
        key: value
        for offer, n in zip(offers, (-10, 2000, 30), strict=True)
        for key, value in units(offer.id, units=n).items()
    }
    answer = browse("chicago-il").post(reverse("aid:offer-accept"), {"act": str(new_id()), **boxes})
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert set(errors) == {name_of(offer.id) for offer in offers[:2]}
    assert "20 cots are left" in str(errors[name_of(offers[1].id)])
    assert 'value="2000"' in answer.content.decode()
    with member_scope("chicago-il"):
        assert not Signature.objects.exists()


def test_a_batch_leads_to_one_approval_with_every_item(league, browse, monkeypatch):
    offers = [offer_on(ask(league, wanted(quantity=n)), league.oakland, n) for n in (10, 20, 30)]
    rule = Requirement(("chief-executive",), 1, "5.1")
    monkeypatch.setattr(registry, "_approval_rule", lambda name, *_: rule if name.startswith("aid.agreement") else None)
    boxes = {
        key: value
        for offer, n in zip(offers, (10, 0, 30), strict=True)
        for key, value in units(offer.id, units=n).items()
    }
    answer = browse("chicago-il", "chief-executive").post(reverse("aid:offer-accept"), {"act": str(new_id()), **boxes})
    assert answer.status_code == 302 and answer.url.startswith(reverse("people:act-approve"))
    with member_scope("chicago-il"):
        assert PendingAct.objects.count() == 2
        assert all(str(id) in answer.url for id in PendingAct.objects.values_list("id", flat=True))


@pytest.mark.parametrize(
    ("typed", "words"), [("401", "400 cots are left"), ("many", "not a number"), ("-3", ""), ("0", "left out")]
)
def test_what_was_typed_wrong_is_kept_and_nothing_is_signed(league, browse, typed, words):
    offer = offer_on(ask(league), league.oakland)
    answer = browse("chicago-il").post(
        reverse("aid:offer-accept"), {"act": str(new_id()), **units(offer.id, units=typed), "conditions": "Kept text"}
    )
    assert answer.status_code == 422 and "Kept text" in answer.content.decode() and words in text_of(answer)
    with member_scope("chicago-il"):
        assert not Agreement.objects.exists()


def test_a_recall_shows_its_consequence_before_it_is_signed(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    send(league, agreement, 300)
    client, url = browse("oakland-ca"), reverse("aid:agreement-notice", args=[agreement.id, "recall"])
    form = {"act": str(new_id()), **units(offer_of(agreement), units="400"), "reason": "Fire at home"}
    checked = client.post(url, form)
    assert checked.status_code == 200 and "Check once more" in text_of(checked)
    assert "400 100 300" in text_of(checked)
    with member_scope("oakland-ca"):
        assert not AgreementNotice.objects.exists()
    signed = client.post(url, {**form, "checked": "1"}, follow=True)
    assert "Recall by the donor" in text_of(signed)
    with member_scope("oakland-ca"):
        notice = AgreementNotice.objects.get()
    answer = browse("chicago-il").post(reverse("aid:notice-acknowledge", args=[notice.id]), follow=True)
    assert "Acknowledged. Both sides see when." in text_of(answer)


def test_a_change_is_proposed_compared_and_declined(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    url = reverse("aid:agreement-amend", args=[agreement.id])
    first = browse("oakland-ca").get(url).context["form"].initial
    form = {
        "act": str(new_id()),
        **units(offer_of(agreement), units="250"),
        "reason": "scope",
        "cap": first["cap"],
        "deliver_by_0": first["deliver_by"][0],
        "conditions": "",
    }
    for name in ("deliver_by", "ends"):
        form |= {f"{name}_day": first[name][0], f"{name}_time": first[name][1]}
    answer = browse("oakland-ca").post(url, form, follow=True)
    assert "400 cots" in text_of(answer) and "250 cots" in text_of(answer) and "What would change" in text_of(answer)
    version = next(iter(reload(agreement).waiting))
    decline = reverse("aid:agreement-decline", args=[agreement.id, version])
    empty = browse("chicago-il").post(decline, {"act": str(new_id()), "note": ""})
    assert empty.status_code == 422
    done = browse("chicago-il").post(decline, {"act": str(new_id()), "note": "We need them all"}, follow=True)
    assert "We need them all" in text_of(done)


def test_goods_are_sent_taken_over_and_received_on_the_pages(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    offer, donor = offer_of(agreement), browse("oakland-ca")
    url = reverse("aid:shipment-send", args=[agreement.id])
    assert "400 cots can be sent" in text_of(donor.get(url))
    form = {
        "act": str(new_id()),
        **units(offer, units="400"),
        "custodian": "Lake Freight",
        "place": "Depot",
        "bound_for": "Dock 4",
        "due_day": "tomorrow",
        "due_time": "3 pm",
    }
    answer = donor.post(url, form, follow=True)
    assert answer.status_code == 200 and "tell it to whoever takes over" in text_of(answer)
    with member_scope("oakland-ca"):
        shipment = Shipment.objects.get()
    code = code_of(league, shipment)
    assert code in text_of(answer)
    taker = browse("chicago-il")
    assert code not in text_of(taker.get(reverse("aid:shipment-detail", args=[shipment.id])))
    over = reverse("aid:shipment-hand-over", args=[shipment.id])
    prefilled = taker.get(over + f"?code={code}").context["form"].initial
    handed = {
        "act": str(new_id()),
        "code": code,
        "due_day": prefilled["due"][0],
        "due_time": prefilled["due"][1],
        **{name: prefilled[name] for name in ("custodian", "place", "bound_for")},
    }
    assert "proved by code" in text_of(taker.post(over, handed, follow=True))
    count = {
        "act": str(new_id()),
        **units(offer, units="380", damaged="5", missing="20"),
        "code": "",
        "place": "Dock 4",
        "note": "",
    }
    done = taker.post(reverse("aid:shipment-receive", args=[shipment.id]), count, follow=True)
    assert "Every unit is counted" in text_of(done)
    with member_scope("chicago-il"):
        counts = dict(Tally.objects.values_list("kind", "quantity"))
    assert counts == {"received": Decimal(375), "damaged": Decimal(5), "lost": Decimal(20)}


def test_a_hand_over_takes_a_code_and_one_button(league, browse):
    """Four taps at most: open, code, confirm. Everything else is filled in."""
    shipment = send(league, agree(league, offer_on(ask(league), league.oakland)))
    page = browse("chicago-il").get(reverse("aid:shipment-hand-over", args=[shipment.id]))
    form = page.context["form"]
    assert [name for name in form.fields if not form.initial.get(name)] == ["code"]


def test_a_wrong_code_keeps_what_was_typed(league, browse):
    shipment = send(league, agree(league, offer_on(ask(league), league.oakland)))
    wrong = "222222" if code_of(league, shipment) != "222222" else "333333"
    form = {
        "act": str(new_id()),
        "code": wrong,
        "custodian": "Plains Haulage",
        "place": "Omaha",
        "bound_for": "Dock 4",
        "due_day": "tomorrow",
        "due_time": "3 pm",
    }
    answer = browse("chicago-il").post(reverse("aid:shipment-hand-over", args=[shipment.id]), form)
    assert (
        answer.status_code == 422 and "not the code" in text_of(answer) and "Plains Haulage" in answer.content.decode()
    )
    with member_scope("chicago-il"):
        assert Movement.objects.count() == 1


def test_silent_shipments_stand_first(league, browse):
    send(league, agree(league, offer_on(ask(league), league.oakland)))
    url = reverse("aid:shipment-list")
    assert "No word since" not in text_of(browse("portland-or").get(url))
    with time_machine.travel(later(hours=13)):
        assert "1 without word" in text_of(browse("portland-or").get(url))


def test_a_mission_is_ordered_named_checked_and_demobilised_on_the_pages(league, browse):
    agreement = agree(league, offer_on(ask(league, wanted(KIND, 10)), league.oakland, 10))
    donor, url = browse("oakland-ca"), reverse("aid:mission-order", args=[agreement.id])
    first = donor.get(url).context["form"].initial
    form = {
        "act": str(new_id()),
        **units(offer_of(agreement), units="2"),
        "title": "Intake",
        "task": "Help at intake.",
        "report_to": "Dock 4",
        "legal_status": "Staff of Oakland",
        "conduct": "Be kind.",
        "insurance": "",
        "radio": "",
    }
    for name in ("report_at", "ends"):
        form |= {f"{name}_day": first[name][0], f"{name}_time": first[name][1]}
    assert donor.post(url, form, follow=True).status_code == 200
    with member_scope("oakland-ca"):
        mission = Mission.objects.get()
    roster = {
        "act": str(new_id()),
        "offer": str(offer_of(agreement)),
        "home_contact": "Duty desk",
        "people": "Exercise Person One, Bar 1\nExercise Person Two",
    }
    shown = text_of(donor.post(reverse("aid:mission-roster", args=[mission.id]), roster, follow=True))
    assert "Exercise Person One" in shown and "Bar 1" in shown
    bystander = text_of(browse("portland-or").get(reverse("aid:mission-detail", args=[mission.id])))
    assert "Exercise Person One" not in bystander and "Only the two parties read names" in bystander
    with member_scope("chicago-il"):
        people = [row.person for row in mission_queries.roster(mission.id)]
    host = browse("chicago-il")
    check = {"act": str(new_id()), "people": [str(people[0])], "code": ""}
    assert "1 arrived" in text_of(host.post(reverse("aid:mission-check-in", args=[mission.id]), check, follow=True))
    code = {"act": str(new_id()), "code": mission_queries.check_in_code(people[1])}
    assert "2 arrived" in text_of(host.post(reverse("aid:mission-check-in", args=[mission.id]), code, follow=True))
    over = host.post(
        reverse("aid:mission-demobilise", args=[mission.id]), {"act": str(new_id()), "note": ""}, follow=True
    )
    assert "2 released" in text_of(over)


def test_the_balance_page_shows_every_sum_and_every_line(league, browse):
    line = ask(league)
    agreement = agree(league, offer_on(line, league.oakland))
    receive(league, send(league, agreement, 300), 310)
    page = text_of(browse("portland-or").get(reverse("aid:activation-balance", args=[league.activation.id])))
    assert "All quantities balance" in page and "Counted more than was sent: 10" in page and "Not equal" not in page
    progress = text_of(browse("portland-or").get(reverse("aid:line-progress", args=[line.id])))
    assert "Signed by both" in progress and "Not yet" not in progress


def test_the_balance_page_takes_no_more_queries_for_more_lines(league, browse, django_assert_max_num_queries):
    for _n in range(3):
        receive(league, send(league, agree(league, offer_on(ask(league), league.oakland)), 300), 300)
    client, url = browse("chicago-il"), reverse("aid:activation-balance", args=[league.activation.id])
    client.get(url)
    with django_assert_max_num_queries(40) as few:
        client.get(url)
    before = len(few)
    for _n in range(6):
        receive(league, send(league, agree(league, offer_on(ask(league), league.oakland)), 300), 300)
    with django_assert_max_num_queries(before):
        client.get(url)


def test_papers_are_pdfs_in_the_readers_language(league, browse):
    agreement = agree(league, offer_on(ask(league, wanted(KIND, 10)), league.oakland, 10))
    with member_scope("oakland-ca"):
        act = missions.order_mission(agreement, order(agreement), actor=league.oakland)
        mission = Mission.objects.get(id=act.id)
        missions.name_roster(mission, [Named("Exercise One", "Clerk", offer_of(agreement))], actor=league.oakland)
    for url in (
        reverse("aid:agreement-paper", args=[agreement.id]),
        reverse("aid:mission-paper", args=[mission.id]),
    ):
        sizes = {}
        for language in ("en", "es"):
            answer = browse("chicago-il").get(url, headers={"accept-language": language})
            assert answer.status_code == 200 and answer.content.startswith(b"%PDF-1.7")
            sizes[language] = answer.content
        assert sizes["en"] != sizes["es"]


def test_every_page_of_a_stranger_is_refused_or_empty(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    client = browse("portland-or")
    for name in ("agreement-amend", "shipment-send", "mission-order"):
        answer = client.get(reverse(f"aid:{name}", args=[agreement.id]))
        assert answer.status_code == 403, name
    assert client.get(reverse("aid:agreement-notice", args=[agreement.id, "recall"])).status_code == 403
    assert client.get(reverse("aid:agreement-notice", args=[agreement.id, "nonsense"])).status_code == 404
    assert client.get(reverse("aid:agreement-detail", args=[new_id()])).status_code == 404
    assert client.get(reverse("aid:shipment-detail", args=[new_id()])).status_code == 404


def test_a_cancelled_agreement_says_so_to_everyone(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    with member_scope("chicago-il"):
        notices.cancel_agreement(agreement, "Found some", actor=league.chicago, at=clock.now())
    page = text_of(browse("milwaukee-wi").get(reverse("aid:agreement-detail", args=[agreement.id])))
    assert "Cancellation by the requester" in page and "Acknowledge:" in page


def test_a_proposed_agreement_is_only_signed_by_its_parties(league, browse):
    agreement = accept(league, offer_on(ask(league), league.oakland))
    page = text_of(browse("portland-or").get(reverse("aid:agreement-detail", args=[agreement.id])))
    assert "Waiting for a signature" in page and "Sign by" in page
    countersign(league, agreement)
    assert "In force" in text_of(browse("portland-or").get(reverse("aid:agreement-list")))

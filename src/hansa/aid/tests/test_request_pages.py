# SPDX-License-Identifier: Apache-2.0
"""Pages of requests as people meet them: six fields by phone, input kept, sent once, a dry run before an import."""

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from openpyxl import Workbook

from hansa.aid.models import Offer, RequestDecline, RequestLine, Stock
from hansa.aid.tests.league import OFFICES, ask, stock_up, wanted
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import registry
from hansa.people import middleware

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(league, monkeypatch):
    """Return a function that gives a browser of one member's logistics office."""

    def as_member(slug: str, office: str = "logistics", offices: tuple[str, ...] = OFFICES) -> Client:
        actor = Actor(league.actors[slug].person, slug, office, f"Exercise logistics, {slug}", offices)

        def recognise(self, request, member):
            request.actor = actor

        monkeypatch.setattr(middleware.sign_in, "member_of", lambda request: slug)
        monkeypatch.setattr(middleware.MemberMiddleware, "_recognise", recognise)
        return Client()

    return as_member


def form_of(league, **changes) -> dict:
    return {
        "act": str(new_id()), "activation": str(league.activation.id), "what": "cots", "kind": "cot", "quantity": "400",
        "needed_by_day": "tomorrow", "needed_by_time": "3 pm", "place": "McCormick Place", "priority": "2",
        "note": "", **changes,
    }  # fmt: skip


def lines() -> list[RequestLine]:
    with member_scope("chicago-il"):
        return list(RequestLine.objects.order_by("number"))


def test_the_phone_form_asks_six_things(league, browse):
    page = browse("chicago-il").get(reverse("aid:request-new"))
    assert page.status_code == 200
    before = page.content.decode().split("<main", 1)[1].split("<details", 1)[0]
    asked = re.findall(r'name="(what|quantity|needed_by_day|place|priority|note)"', before)
    assert asked == ["what", "quantity", "needed_by_day", "place", "priority", "note"]
    assert "Chicago, IL" in before  # the place is prefilled


def test_a_request_is_sent_and_shown(league, browse):
    client = browse("chicago-il")
    answer = client.post(reverse("aid:request-new"), form_of(league), follow=True)
    assert answer.status_code == 200
    assert b"Sent to the league" in answer.content
    (line,) = lines()
    assert (line.kind, line.quantity, line.priority, line.zone) == ("cot", 400, 2, "America/Chicago")


def test_words_that_name_one_kind_need_no_choice(league, browse):
    browse("chicago-il").post(reverse("aid:request-new"), form_of(league, what="N95", kind="", quantity="2 cases"))
    (line,) = lines()
    assert (line.kind, line.quantity) == ("n95-mask", 320)


def test_words_that_name_several_kinds_show_a_choice_and_keep_the_rest(league, browse):
    answer = browse("chicago-il").post(
        reverse("aid:request-new"), form_of(league, what="interpreters", kind="", quantity="7")
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Which of these?" in page
    assert 'value="7"' in page
    assert lines() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"needed_by_day": "Jan 2, 2026"}, "That time has passed. Nothing was sent."),
        ({"needed_by_day": "someday"}, "That date is not clear"),
        ({"needed_by_day": ""}, "No date is given"),
        ({"quantity": "-4"}, "zero or less"),
        ({"quantity": "lots"}, "is not a number"),
        ({"quantity": "99999999999"}, "more than"),
        ({"what": "flamethrower", "kind": ""}, "is not in the catalogue"),
        ({"place": ""}, "No place is given"),
    ],
)
def test_bad_input_is_explained_kept_and_changes_nothing(league, browse, change, words):
    answer = browse("chicago-il").post(reverse("aid:request-new"), form_of(league, place=change.get("place",
    "Gate 4"), **{
        k: v for k, v in change.items() if k != "place"}))  # fmt: skip
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.replace("&#x27;", "'")
    for typed in change.values():
        assert not typed or f'value="{typed}"' in page
    assert lines() == []


def test_the_same_form_sent_twice_gives_the_first_receipt(league, browse):
    client, form = browse("chicago-il"), form_of(league)
    first = client.post(reverse("aid:request-new"), form)
    second = client.post(reverse("aid:request-new"), form, follow=True)
    assert first["Location"] == second.redirect_chain[0][0]
    assert b"Already sent" in second.content
    assert len(lines()) == 1


def test_who_may_not_is_told_who_could(league, browse):
    client = browse("chicago-il", "public-information", ("public-information",))
    answer = client.get(reverse("aid:request-new"))
    assert answer.status_code == 403
    assert b"Logistics" in answer.content


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens_for_both_sides(league, browse, language):
    stock_up(league.oakland)
    line = ask(league)
    pages = {
        "chicago-il": [
            "request-list",
            "request-new",
            "offer-list",
            "stock-list",
            "stock-new",
            "kind-list",
            "kind-define",
        ],
        "oakland-ca": ["request-list", "stock-list", "offer-list"],
    }
    for slug, names in pages.items():
        client = browse(slug)
        headers = {"Accept-Language": language}
        for name in names:
            assert client.get(reverse(f"aid:{name}"), headers=headers).status_code == 200, name
        assert client.get(reverse("aid:request-detail", args=[line.id]), headers=headers).status_code == 200
    own = ["request-amend", "request-cancel"]
    for name in own:
        assert browse("chicago-il").get(reverse(f"aid:{name}", args=[line.id])).status_code == 200
    for name in ("request-decline", "offer-make"):
        assert browse("oakland-ca").get(reverse(f"aid:{name}", args=[line.id])).status_code == 200


def test_an_offer_is_prefilled_with_what_fits_and_signed(league, browse):
    stock_up(league.oakland)
    line = ask(league)
    client, url = browse("oakland-ca"), reverse("aid:offer-make", args=[line.id])
    page = client.get(url)
    form = page.context["form"]
    assert form["quantity"].value() == "400"
    values = {name: form[name].value() for name in ("act", "stock", "quantity", "limitations")} | {"limitations": ""}
    for name in ("available_from", "arrives_at", "valid_until"):
        values |= dict(zip((f"{name}_day", f"{name}_time"), form[name].value(), strict=True))
    rows = page.context["costs"]
    values |= {"cost-TOTAL_FORMS": len(rows.forms), "cost-INITIAL_FORMS": len(rows.forms)}
    for n in range(len(rows.forms)):
        values |= {
            f"cost-{n}-category": rows.forms[n]["category"].value(),
            f"cost-{n}-terms": "bill",
            f"cost-{n}-amount": "",
        }
    too_many = client.post(url, {**values, "quantity": "701"})
    assert too_many.status_code == 422
    assert b"700 are above your reserve. Nothing was signed. Enter 700 or fewer." in too_many.content
    assert b'value="701"' in too_many.content
    done = client.post(url, {**values, "cost-1-amount": "$1,200.00"}, follow=True)
    assert b"Signed. Chicago sees your offer now." in done.content
    assert b"$1,200.00" in done.content
    with member_scope("chicago-il"):
        assert Offer.objects.get().total == Decimal(1200)
    assert browse("chicago-il").get(reverse("aid:offer-list")).status_code == 200


def test_who_has_counted_none_is_led_to_the_count_and_back_to_the_offer(league, browse):
    line = ask(league)
    client, url = browse("oakland-ca"), reverse("aid:offer-make", args=[line.id])
    page = client.get(url, follow=True)
    (count, _status) = page.redirect_chain[-1]
    assert b"Count it, and the offer follows" in page.content
    assert b'value="Cots"' in page.content
    answer = client.post(count, {"what": "Cots", "level": "", "site": "", "quantity": "20", "reserve": ""})
    assert answer["Location"] == url
    assert client.get(url).status_code == 200


def test_after_a_count_nobody_is_led_to_another_site(league, browse):
    said = {"what": "Cots", "level": "", "site": "", "quantity": "20", "reserve": ""}
    answer = browse("oakland-ca").post(f"{reverse('aid:stock-new')}?next=https://other.example/", said)
    assert answer["Location"] == reverse("aid:stock-list")


def test_declining_needs_a_reason(league, browse):
    line = ask(league)
    client, url = browse("oakland-ca"), reverse("aid:request-decline", args=[line.id])
    assert client.post(url, {"act": str(new_id())}).status_code == 422
    client.post(url, {"act": str(new_id()), "reason": "own-risk"})
    with member_scope("chicago-il"):
        assert RequestDecline.objects.get().reason == "own-risk"


def test_stock_is_counted_and_told_to_the_league(league, browse):
    client = browse("oakland-ca")
    client.post(reverse("aid:stock-new"), {"what": "cot", "quantity": "2 pallets", "reserve": "", "site": "Pier 7"})
    with member_scope("oakland-ca"):
        row = Stock.objects.get()
    assert (row.kind, row.quantity, row.kept, row.site) == ("cot", 80, 24, "Pier 7")
    assert client.post(reverse("aid:availability-declare"), {"act": str(new_id())}).status_code == 302
    line = ask(league)
    page = browse("chicago-il").get(reverse("aid:request-detail", args=[line.id])).content.decode()
    assert "Who could help" in page
    assert "Oakland" in page


SHEET = (
    "Qué,Cantidad,Necesario para,Prioridad\n"
    "Catres,1200,tomorrow 3 pm,urgente\n"
    "Gatos,-5,tomorrow,9\n"
    "N95 respirators,500,tomorrow,\n"
)


def import_form(league, **values) -> dict:
    return {"activation": str(league.activation.id), "pasted": "", **values}


def test_an_import_shows_every_error_before_anything_is_sent(league, browse):
    client = browse("chicago-il")
    answer = client.post(reverse("aid:request-import"), import_form(league, pasted=SHEET))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Send only the 2 good rows" in page
    for words in ("Gatos", "is not in the catalogue", "zero or less", "is not a priority"):
        assert words in page
    assert lines() == []
    held = answer.context["held"]
    for _ in range(2):  # imported twice, sent once
        done = client.post(reverse("aid:request-import"), import_form(league, held=held, send="good"), follow=True)
        assert done.status_code == 200
    assert [(line.kind, line.quantity) for line in lines()] == [("cot", 1200), ("n95-mask", 500)]
    assert b"were sent before and were not doubled" in done.content


def test_a_workbook_is_read_like_a_list(league, browse):
    book, data = Workbook(), io.BytesIO()
    for row in (["Item", "Qty", "Due"], ["Blankets", 300, "tomorrow 15:00"]):
        book.active.append(row)
    book.save(data)
    upload = SimpleUploadedFile("needs.xlsx", data.getvalue())
    answer = browse("chicago-il").post(reverse("aid:request-import"), import_form(league, file=upload))
    assert [row["what"] for row in answer.context["rows"]] == ["300 blankets"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 no workbook", "cannot be opened"),
        (b"%PDF-1.7", "neither CSV nor XLSX"),
        (b"What,Quantity\ncots,4\n", "These columns are missing: Needed by"),
        (b"What,What,Quantity,Due\n1,2,3,4\n", "there twice: What"),
        (b"only a header\n", "only one row"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(league, browse, data, words):
    upload = SimpleUploadedFile("needs.csv", data)
    answer = browse("chicago-il").post(reverse("aid:request-import"), import_form(league, file=upload))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert lines() == []


def test_the_list_filters_and_counts(league, browse):
    for n in range(55):
        ask(league, wanted("cot" if n % 2 else "n95-mask", 10 + n))
    client = browse("oakland-ca")
    page = client.get(reverse("aid:request-list"))
    assert len(page.context["rows"]) == 50
    assert page.context["page"].num_pages == 2
    assert len(client.get(reverse("aid:request-list"), {"page": "2"}).context["rows"]) == 5
    assert len(client.get(reverse("aid:request-list"), {"q": "masks n95"}).context["rows"]) == 0
    assert len(client.get(reverse("aid:request-list"), {"q": "n95"}).context["rows"]) == 28
    odd = {"page": "x", "status": "nonsense", "activation": "1", "priority": "99", "order": "'; drop"}
    assert client.get(reverse("aid:request-list"), odd).status_code == 200


def test_a_pending_passkey_leads_to_the_approve_page(league, browse, monkeypatch):
    needs = registry.requirement.__globals__["Requirement"](("chief-executive",), 1)
    monkeypatch.setattr(registry, "_approval_rule", lambda name, *_: needs if name == "aid.request.opened" else None)
    answer = browse("chicago-il").post(reverse("aid:request-new"), form_of(league))
    assert answer["Location"].startswith(reverse("people:act-approve"))


def test_an_import_without_an_activation_goes_to_the_open_one(league, browse):
    answer = browse("chicago-il").get(reverse("aid:request-import"))
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?activation={league.activation.id}")


def test_whoever_scans_a_code_signs_in_and_goes_on_there(league, client):
    address = reverse("aid:shipment-detail", args=[new_id()])
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?{urlencode({'next': address})}"
    sent = client.post(reverse("aid:request-new"), {})
    assert sent.status_code == 403
    assert f"?{urlencode({'next': reverse('aid:request-new')})}" in sent.content.decode()

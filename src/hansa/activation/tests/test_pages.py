# SPDX-License-Identifier: Apache-2.0
"""Pages of activations as people meet them: taps, refusals, bad input that keeps what was typed, two languages."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hansa.activation import actions
from hansa.activation.models import Activation
from hansa.activation.tests.crisis import (
    CHICAGO,
    DENVER,
    OAKLAND,
    PORTLAND,
    activation,
    by_mayor,
    by_officer,
    invoke,
    picture,
)
from hansa.core.rls import member_scope
from hansa.duty.models import LogLine
from hansa.ledger.models import LoggedAct, PendingAct

TYPED = {
    "trigger": "flood", "level": "support", "situation": "Two pumping stations failed.", "place": "Chicago, Illinois",
    "lat": "41.85003", "lon": "-87.65005", "first_needs": "400 cots", "evidence": "Flood warning, 3 p.m.",
    "act": "01920000-0000-7000-8000-000000000001", "consultation": "",
}  # fmt: skip
ONE = ("activation-board", "activation-timeline", "activation-acknowledge", "activation-attest", "activation-decline")
OWN = ("activation-level", "activation-extend", "activation-stand-down", "activation-board")


def form_id(page: str) -> str:
    """Return the id that a form carries."""
    return re.search(r'name="act" value="([^"]+)"', page)[1]


@pytest.mark.parametrize("name", ["activation-list", "activation-consult", "activation-invoke", "activation-report"])
def test_a_stranger_is_sent_to_sign_in(db, name):
    answer = Client().get(reverse(f"activation:{name}"))
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_page_opens_in_both_languages(league, mayor, officer, language):
    opened = invoke(league)
    others, own = officer(OAKLAND), mayor(CHICAGO)
    own.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    for client, names in ((others, ("activation-board", "activation-acknowledge")), (mayor(OAKLAND), ONE), (own, OWN)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        for name in names:
            answer = client.get(reverse(f"activation:{name}", args=[opened.id]))
            assert answer.status_code == 200, (name, answer.status_code)
    for client, name in (
        (own, "activation-list"),
        (own, "activation-invoke"),
        (own, "activation-consult"),
        (others, "activation-report"),
    ):
        assert client.get(reverse(f"activation:{name}")).status_code == 200, name


def test_invoking_takes_one_form_and_one_signature(league, mayor):
    client = mayor(CHICAGO)
    answer = client.post(reverse("activation:activation-invoke"), TYPED)
    assert answer.status_code == 302 and answer["Location"].startswith(reverse("people:act-approve"))
    page = client.get(answer["Location"]).content.decode()
    assert "Chicago invoked the pact" in page and "Two pumping stations failed." in page
    with member_scope(CHICAGO):
        assert PendingAct.objects.get(published_at=None).id.hex == TYPED["act"].replace("-", "")


def test_what_is_missing_is_said_at_its_field_and_what_was_typed_is_kept(league, mayor):
    answer = mayor(CHICAGO).post(
        reverse("activation:activation-invoke"), {**TYPED, "trigger": "cyber-attack", "evidence": ""}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The charter asks for evidence here" in page and "Two pumping stations failed." in page
    assert TYPED["act"] in page
    with member_scope(CHICAGO):
        assert not PendingAct.objects.filter(type__startswith="activation").exists() and not Activation.objects.exists()


def test_an_officer_who_may_not_invoke_reads_who_can_and_by_which_clause(league, officer):
    answer = officer(CHICAGO).get(reverse("activation:activation-invoke"))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "clause 5.1" in page and "Exercise Mayor, Chicago" in page


def test_acknowledging_takes_two_taps_and_the_board_shows_it(league, officer):
    opened = invoke(league)
    client = officer(OAKLAND)
    board = reverse("activation:activation-board", args=[opened.id])
    assert reverse("activation:activation-acknowledge", args=[opened.id]) in client.get(board).content.decode()
    page = client.get(reverse("activation:activation-acknowledge", args=[opened.id])).content.decode()
    sent = {"act": form_id(page), "note": ""}
    answer = client.post(reverse("activation:activation-acknowledge", args=[opened.id]), sent)
    assert (answer.status_code, answer["Location"]) == (302, board)
    assert "Oakland acknowledged the activation" in client.get(board).content.decode()
    again = client.post(reverse("activation:activation-acknowledge", args=[opened.id]), sent)
    assert (again.status_code, again["Location"]) == (302, board)
    with member_scope(OAKLAND):
        assert LoggedAct.objects.filter(type="activation.answer.acknowledged").count() == 1


def test_from_a_second_tab_one_reads_that_it_is_done(league, officer):
    opened = invoke(league)
    client = officer(OAKLAND)
    url = reverse("activation:activation-acknowledge", args=[opened.id])
    first, second = (form_id(client.get(url).content.decode()) for _ in range(2))
    assert client.post(url, {"act": first, "note": ""}).status_code == 302
    late = client.post(url, {"act": second, "note": ""})
    assert late.status_code == 403 and "Nothing was doubled" in late.content.decode()


def test_an_objection_without_a_reason_keeps_the_choice(league, mayor):
    opened = invoke(league)
    url = reverse("activation:activation-attest", args=[opened.id])
    answer = mayor(OAKLAND).post(url, {"act": TYPED["act"], "stand": "object", "reason": ""})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Write the reason" in page
    assert re.search(r'value="object"[^>]*checked', page)


def test_who_signs_a_word_reads_whose_activation_it_is(league, mayor):
    opened = invoke(league)
    client = mayor(OAKLAND)
    sent = {"act": TYPED["act"], "stand": "object", "reason": "We read the rule differently."}
    answer = client.post(reverse("activation:activation-attest", args=[opened.id]), sent, follow=True)
    assert re.search(r"<dt>Activation</dt>\s*<dd>Chicago: Flood</dd>", answer.content.decode())


def test_the_ledger_is_narrowed_to_one_activation(league, mayor):
    opened, other = invoke(league), invoke(league, DENVER)
    page = mayor(OAKLAND).get(reverse("ledger:act-list"), {"activation": str(opened.id)}).content.decode()
    assert "Chicago invoked the pact" in page and "Denver invoked the pact" not in page
    assert re.search(rf'<option value="{opened.id}" selected>', page) and f'value="{other.id}"' in page


def test_a_line_is_logged_from_any_page_and_read_by_its_member_only(league, officer):
    client = officer(OAKLAND)
    sent = {"act": TYPED["act"], "text": "Bridge closed, 02:40", "next": reverse("activation:activation-list")}
    for _ in range(2):
        answer = client.post(reverse("activation:line-log"), sent)
        assert (answer.status_code, answer["Location"]) == (302, sent["next"])
    with member_scope(OAKLAND):
        assert [(line.text, line.shared) for line in LogLine.objects.all()] == [("Bridge closed, 02:40", None)]
    with member_scope(CHICAGO):
        assert not LogLine.objects.exists()


def test_a_shared_line_is_an_act_that_every_member_reads(league, officer):
    opened = invoke(league)
    sent = {"act": TYPED["act"], "text": "Bridge closed, 02:40", "activation": str(opened.id), "share": "on"}
    assert officer(OAKLAND).post(reverse("activation:line-log"), sent).status_code == 302
    page = officer(DENVER).get(reverse("activation:activation-board", args=[opened.id])).content.decode()
    assert "Oakland noted: Bridge closed, 02:40" in page


def test_an_empty_line_is_refused_and_a_foreign_address_not_followed(league, officer):
    client = officer(OAKLAND)
    answer = client.post(reverse("activation:line-log"), {"text": "  "})
    assert answer.status_code == 422 and "Write what happened" in answer.content.decode()
    sent = {"text": "Bridge open", "next": "https://elsewhere.example/"}
    assert client.post(reverse("activation:line-log"), sent)["Location"] == reverse("duty:line-list")


def test_the_board_takes_the_same_queries_however_many_acts_there_are(league, officer):
    opened = invoke(league)
    client = officer(DENVER)
    board = reverse("activation:activation-board", args=[opened.id])
    by_officer(league, OAKLAND, actions.log_line, "One", activation=opened, share=True)
    client.get(board)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(board)
    for number in range(12):
        by_officer(
            league, (OAKLAND, PORTLAND)[number % 2], actions.log_line, f"Line {number}", activation=opened, share=True
        )
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened)
    by_mayor(league, PORTLAND, actions.attest_crisis, opened, "Seen.")
    with CaptureQueriesContext(connection) as many:
        client.get(board)
    assert len(many) == len(few)


def test_the_board_says_who_has_not_answered(league, officer):
    opened = invoke(league)
    by_officer(league, OAKLAND, actions.acknowledge_crisis, opened, note="Our duty officer has it.")
    page = officer(DENVER).get(reverse("activation:activation-board", args=[opened.id])).content.decode()
    assert "1 of 3" in page and "Our duty officer has it." in page
    assert re.search(r"Portland: Has not answered", page)


def test_a_consultation_leads_to_an_invocation_that_names_it(league, mayor):
    client = mayor(CHICAGO)
    sent = {"act": TYPED["act"], "situation": "The river rises.", "question": "Who has pumps?", "place": "Chicago"}
    answer = client.post(reverse("activation:activation-consult"), sent)
    page = client.get(answer["Location"]).content.decode()
    link = re.search(r'href="([^"]+\?consultation=[^"]+)"', page)[1]
    assert "The river rises." in client.get(link).content.decode()


def test_an_unknown_activation_is_not_found(league, officer):
    assert officer(OAKLAND).get(reverse("activation:activation-board", args=[TYPED["act"]])).status_code == 404


def test_a_report_by_voice_through_its_page(league, officer):
    call = {**TYPED, "member": CHICAGO, "caller_office": "chief-executive", "spoken_at": "2020-01-01 10:00"}
    answer = officer(OAKLAND).post(reverse("activation:activation-report"), call)
    assert answer.status_code == 302
    opened = activation(picture(TYPED["act"]).id)
    assert (opened.member, opened.reporter) == (CHICAGO, OAKLAND)


def test_a_flood_of_one_kind_by_one_member_is_one_line_of_the_board(league, officer):
    opened = invoke(league)
    for number in range(5):
        by_officer(league, OAKLAND, actions.log_line, f"Line {number}", activation=opened, share=True)
    board = reverse("activation:activation-board", args=[opened.id])
    happened = officer(DENVER).get(board).content.decode().split('id="board-happened"')[1].split("</ul>")[0]
    assert happened.count("<li") == 2
    assert "Line 4" in happened and "and 4 more of this kind" in happened

# SPDX-License-Identifier: Apache-2.0
"""Pages of the league: what each person sees, what a wrong entry says, what a refusal names."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger.models import LoggedAct, PendingAct
from hansa.pact import queries
from hansa.pact.charter import model_charter
from hansa.pact.models import Member, Proposal
from hansa.pact.tests.league import add_government, found, ratify
from hansa.pact.tests.test_actions import DAYS, QUICK, propose, vote

pytestmark = pytest.mark.django_db
PAGES = ["member-list", "charter-show", "guest-list", "amendment-propose", "notice-give"]


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_sent_to_sign_in(name):
    answer = Client().get(reverse(f"pact:{name}"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_mayor_sees_every_page(browse, language):
    league = found()
    client = browse(league.mayors["chicago-il"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    addresses = [reverse(f"pact:{name}") for name in PAGES]
    addresses += [reverse("pact:member-show", args=["oakland-ca"])]
    addresses += [reverse("pact:version-show", args=[queries.charter_in_force().digest])]
    propose(league)
    addresses += [reverse(f"pact:{name}", args=[Proposal.objects.get().id]) for name in ("proposal-show", "vote-give")]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "h-header" in answer.content.decode()


def test_the_league_page_shows_members_who_represents_them_and_the_map(browse):
    league = found()
    page = text_of(browse(league.mayors["chicago-il"]).get(reverse("pact:member-list")))
    assert "Exercise League" in page
    assert "Exercise Mayor, Oakland" in page
    assert "<svg" in page and "Oakland, CA" in page


def test_the_charter_page_links_clauses_and_says_what_the_software_does(browse):
    league = found()
    page = text_of(browse(league.mayors["chicago-il"]).get(reverse("pact:charter-show")))
    assert 'id="§4.1"' in page
    assert "obligations.acknowledge.within" in page
    assert "2 hours" in page
    assert "Exercise Resolution 1" in page


def test_a_document_can_be_downloaded_as_it_was_signed(browse):
    league = found()
    version = queries.charter_in_force()
    answer = browse(league.mayors["chicago-il"]).get(reverse("pact:version-text", args=[version.digest]))
    assert answer.content.decode() == model_charter()


def amendment(**said) -> dict[str, str]:
    closes = (clock.now() + 20 * DAYS).strftime("%Y-%m-%d %H:%M")
    return {"reason": "Two hours are long.", "closes": closes, "text": QUICK, "act": str(new_id()),
            "parent": queries.charter_in_force().digest} | said  # fmt: skip


def test_an_amendment_with_errors_shows_each_line_and_keeps_what_was_typed(browse):
    league = found()
    bad = model_charter().replace('"2/3"', '"1/2"').replace("### 4.2", "### 4.9")
    answer = browse(league.mayors["chicago-il"]).post(
        reverse("pact:amendment-propose"), amendment(text=bad.replace("\n", "\r\n"))
    )
    assert answer.status_code == 422
    page = text_of(answer)
    number = bad.split("\n").index('threshold = "1/2"') + 1
    assert f'data-line="{number}"' in page
    assert "1/2 is half or less" in page
    assert "The text has" in page
    assert "### 4.9 Judging the trigger" in page
    assert not PendingAct.objects.exists()


def test_errors_are_named_in_spanish(browse):
    league = found()
    client = browse(league.mayors["chicago-il"])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "es"
    page = text_of(client.post(reverse("pact:text-check"), {"text": model_charter().replace('"2/3"', '"1/2"')}))
    assert "es la mitad o menos" in page


def test_a_text_is_checked_while_it_is_typed_and_the_differences_are_shown(browse):
    league = found()
    client = browse(league.mayors["chicago-il"])
    page = text_of(client.post(reverse("pact:text-check"), {"text": QUICK}))
    assert "No errors" in page and "obligations.acknowledge.within" in page
    assert "no-head" not in page
    assert "does not begin with its terms" in text_of(client.post(reverse("pact:text-check"), {"text": "x"}))


def test_a_proposal_sent_twice_is_one_act_and_leads_to_check_and_sign(browse):
    league = found()
    client = browse(league.mayors["chicago-il"])
    said = amendment()
    for _ in range(2):
        answer = client.post(reverse("pact:amendment-propose"), said)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{reverse('people:act-approve')}?act={said['act']}")
    with member_scope("chicago-il"):
        assert PendingAct.objects.filter(type="pact.charter.proposed").count() == 1
    page = text_of(client.get(answer["Location"]))
    assert "Two hours are long." in page
    assert "obligations.acknowledge.within" in page


def test_a_vote_leads_to_check_and_sign_and_a_second_vote_is_refused(browse):
    league = found()
    propose(league)
    client = browse(league.mayors["oakland-ca"])
    address = reverse("pact:vote-give", args=[Proposal.objects.get().id])
    answer = client.post(address, {"choice": "yes", "reason": "", "act": str(new_id())})
    assert answer.status_code == 302
    empty = client.post(address, {"reason": "", "act": str(new_id())})
    assert empty.status_code == 422 and b"This is empty. Nothing was sent. Fill it in." in empty.content
    vote(league, "oakland-ca")
    assert "A vote is final" in text_of(client.get(address))
    page = text_of(client.get(reverse("pact:proposal-show", args=[Proposal.objects.get().id])))
    assert "1 of 2 needed (3 members)" in page


def test_the_duty_officer_reads_who_could_sign(browse):
    league = found()
    propose(league)
    client = browse(league.officers["oakland-ca"])
    answer = client.get(reverse("pact:vote-give", args=[Proposal.objects.get().id]))
    assert answer.status_code == 403
    assert "Exercise Mayor, Oakland" in text_of(answer)
    assert client.get(reverse("pact:amendment-propose")).status_code == 403


def test_a_newcomer_ratifies_from_the_page_and_the_form_knows_it(browse):
    league = found("chicago-il", "oakland-ca")
    add_government(league, "denver-co")
    client = browse(league.mayors["denver-co"])
    page = text_of(client.get(reverse("pact:charter-ratify")))
    assert 'value="Denver"' in page
    said = {"kind": "city", "name": "Denver", "state": "CO", "seat": "", "instrument": "", "act": str(new_id())}
    answer = client.post(reverse("pact:charter-ratify"), said)
    assert answer.status_code == 422
    answer = client.post(reverse("pact:charter-ratify"), said | {"name": "Denvver", "instrument": "R-7"})
    assert "No city of that name" in text_of(answer) and 'value="Denvver"' in text_of(answer)
    answer = client.post(reverse("pact:charter-ratify"), said | {"instrument": "R-7"})
    assert answer.status_code == 302
    assert LoggedAct.objects.filter(author="denver-co", type="pact.member.ratified").count() == 0
    ratify(league, "denver-co")
    assert Member.objects.get(slug="denver-co").holds(clock.now())
    assert client.get(reverse("pact:charter-ratify")).status_code == 403


def test_a_notice_that_is_too_short_says_which_time_is_the_earliest(browse):
    league = found()
    client = browse(league.mayors["oakland-ca"])
    soon = (clock.now() + 10 * DAYS).strftime("%Y-%m-%d %H:%M")
    answer = client.post(reverse("pact:notice-give"), {"effective": soon, "reason": "", "act": str(new_id())})
    assert answer.status_code == 422
    assert "60 days" in text_of(answer) and f'value="{soon}"' in text_of(answer)


def test_two_versions_are_compared(browse):
    league = found()
    propose(league)
    for member in ("chicago-il", "oakland-ca"):
        vote(league, member)
    version = queries.charter_in_force()
    client = browse(league.mayors["oakland-ca"])
    page = text_of(client.get(reverse("pact:version-compare", args=[version.parent, version.digest])))
    assert "<del>2h</del>" in page and "<ins>1h</ins>" in page
    page = text_of(client.get(reverse("pact:version-show", args=[version.parent])))
    assert "This is not the version in force" in page


@pytest.mark.parametrize("digest", ["x", "0" * 64, "%00", "é"])
def test_an_unknown_version_is_not_found(browse, digest):
    league = found()
    client = browse(league.mayors["oakland-ca"])
    assert client.get(f"/league/charter/versions/{digest}/").status_code == 404
    assert client.get(f"/league/charter/versions/{digest}/text/").status_code == 404


def test_the_league_page_asks_no_more_of_the_database_with_more_members(browse, django_assert_max_num_queries):
    league = found()
    client = browse(league.mayors["chicago-il"])
    address = reverse("pact:member-list")
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for member in ("denver-co", "boise-id"):
        add_government(league, member)
        ratify(league, member)
    with django_assert_max_num_queries(len(few)):
        client.get(address)

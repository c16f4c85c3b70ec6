# SPDX-License-Identifier: Apache-2.0
"""What the software decides by the charter links the clause that says so, and a spoken request has its clock."""

from datetime import timedelta

import pytest
from django.urls import reverse

from hansa.aid.actions import request as requests
from hansa.aid.tests.league import ask
from hansa.aid.tests.path import accept, agree, offer_on
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.models import Duty

pytestmark = pytest.mark.django_db(transaction=True)


def link(charter, clause):
    return f'href="/league/charter/versions/{charter}/#§{clause}"'


def test_a_request_by_phone_asks_its_member_to_confirm_it_within_thirty_days(league, browse):
    line = ask(league, by=league.oakland)
    with member_scope("chicago-il"):
        duty = Duty.objects.get(kind="aid.confirm-request")
        assert duty.subject == line.id and duty.due_at - line.opened_at == timedelta(days=30)
    page = browse("oakland-ca").get(reverse("aid:request-detail", args=[line.id])).content.decode()
    assert "Confirmation in writing" in page and link(line.charter, "3.5") in page
    with member_scope("chicago-il"):
        requests.adopt_request(line, report=line.changed_by, actor=league.chicago, at=clock.now())
        assert Duty.objects.get(kind="aid.confirm-request").done_at


def test_a_request_in_writing_has_no_such_clock(league, browse):
    line = ask(league)
    page = browse("oakland-ca").get(reverse("aid:request-detail", args=[line.id])).content.decode()
    assert "Confirmation in writing" not in page
    with member_scope("chicago-il"):
        assert not Duty.objects.filter(kind="aid.confirm-request").exists()


def test_an_agreement_links_the_clauses_of_signing_changing_paying_and_giving_notice(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    page = browse("oakland-ca").get(reverse("aid:agreement-detail", args=[agreement.id])).content.decode()
    for clause in ("4.4", "5.2", "5.3", "6.1"):
        assert link(agreement.charter, clause) in page


def test_signing_accepting_and_amending_link_the_cost_rule_and_the_clock(league, browse):
    line = ask(league)
    offer = offer_on(line, league.oakland)
    taken = browse("chicago-il").get(reverse("aid:offer-accept")).content.decode()
    assert link(line.charter, "6.1") in taken
    agreement = accept(league, offer)
    signing = browse("oakland-ca").get(reverse("aid:agreement-sign")).content.decode()
    assert link(agreement.charter, "4.4") in signing and link(agreement.charter, "6.1") in signing


def test_a_refusal_links_the_clause_that_names_the_offices(league, browse):
    agreement = agree(league, offer_on(ask(league), league.oakland))
    url = reverse("aid:agreement-notice", args=[agreement.id, "recall"])
    refused = browse("oakland-ca", "legal", ("legal",)).get(url)
    assert refused.status_code == 403
    page = refused.content.decode()
    assert "This rests on the charter" not in page or link(agreement.charter, "5.3") in page

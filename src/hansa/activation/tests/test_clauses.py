# SPDX-License-Identifier: Apache-2.0
"""What an activation decides by the charter links the clause that says so."""

from django.urls import reverse

from hansa.activation.policy import clause_for, offices_for
from hansa.activation.tests.crisis import CHICAGO, OAKLAND, invoke
from hansa.activation.tests.test_pages import TYPED, form_id
from hansa.pact.charter import model_charter, parse


def link(charter: str, clause: str) -> str:
    """Return what a link to a clause of a version looks like."""
    return f'href="/league/charter/versions/{charter}/#§{clause}"'


def test_the_board_links_the_clause_of_every_clock_and_count(league, officer):
    opened = invoke(league)
    page = officer(OAKLAND).get(reverse("activation:activation-board", args=[opened.id])).content.decode()
    for clause in ("3.2", "3.4", "3.6", "4.1", "4.2"):
        assert link(opened.charter, clause) in page, clause


def test_a_refusal_links_the_clause_that_names_the_offices(league, officer):
    opened = invoke(league)
    refused = officer(OAKLAND).get(reverse("activation:activation-attest", args=[opened.id]))
    assert refused.status_code == 403
    assert link(opened.charter, clause_for(parse(model_charter()), "activation.crisis.attested")) in (
        refused.content.decode()
    )


def test_what_waits_for_a_signature_links_the_clause_that_asks_for_it(league, mayor):
    client = mayor(CHICAGO)
    form = client.get(reverse("activation:activation-invoke")).content.decode()
    answer = client.post(reverse("activation:activation-invoke"), TYPED | {"act": form_id(form)})
    page = client.get(answer["Location"]).content.decode()
    assert "#§5.1" in page and "5.1 Who signs" in page


def test_a_charter_that_does_not_name_who_changes_the_level_means_those_who_invoke():
    row = next(line for line in model_charter().split("\n") if line.startswith('"activation.level.changed"'))
    named, silent = parse(model_charter()), parse(model_charter().replace(row + "\n", ""))
    assert clause_for(named, "activation.level.changed") == "3.4"
    assert clause_for(silent, "activation.level.changed") == "5.1"
    assert offices_for(silent, "activation.level.changed") == offices_for(silent, "activation.crisis.invoked")

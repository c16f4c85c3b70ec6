# SPDX-License-Identifier: Apache-2.0
"""Why can't I, who can: the page asks the very rules that the actions ask, and names the charter's clause."""

import re

from django.urls import reverse


def row(client, code: str) -> str:
    """Return the line of one deed on the page."""
    page = client.get(reverse("people:why")).content.decode()
    return re.search(rf'<tr id="{re.escape(code)}">.*?</tr>', page, re.DOTALL)[0]


def test_an_office_reads_what_it_may_and_where_it_begins(mayor):
    invoked = row(mayor("oakland-ca"), "activation.crisis.invoked")
    assert "you can" in invoked and reverse("activation:activation-invoke") in invoked


def test_what_it_may_not_says_why_who_could_and_by_which_clause(officer):
    client = officer("oakland-ca")
    for code in ("aid.agreement.signed", "activation.crisis.invoked", "pact.charter.proposed"):
        refused = row(client, code)
        assert "you cannot" in refused and "Chief executive" in refused, code
        assert "clause" in refused and "/league/charter/" in refused, code


def test_everything_that_the_parts_offer_is_answered(mayor):
    page = mayor("oakland-ca").get(reverse("people:why")).content.decode()
    for word in ("Invoke the pact", "Request aid", "Sign an agreement", "Place a hold", "Invite a guest"):
        assert word in page

# SPDX-License-Identifier: Apache-2.0
"""Search finds members and clauses."""

import pytest

from hansa.pact.searching import find_clauses, find_members
from hansa.pact.tests.league import found

pytestmark = pytest.mark.django_db


def test_members_and_clauses_are_found_by_what_people_type():
    league = found()
    actor = league.mayor("chicago-il")
    assert [item.title for item in find_members(actor, "oak")] == ["Oakland, CA"]
    assert [item.title for item in find_members(actor, "or")][-1] == "Portland, OR"
    assert find_members(actor, "nowhere") == []
    assert [item.title for item in find_clauses(actor, "§4.1")][0] == "4.1 Acknowledging"
    assert any("8.1" in item.title for item in find_clauses(actor, "telephone"))

# SPDX-License-Identifier: Apache-2.0
"""Rebuild: the ledger alone gives every shared row again; what was tampered with is named; nothing is sent."""

import pytest
from django.db import connection

from hansa.config.roles import connected_as_owner
from hansa.core.rls import node_scope
from hansa.ledger import registry
from hansa.ledger.models import Key, ReactionRun
from hansa.ledger.rebuild import rebuild
from hansa.ledger.tests.test_receiving import a_small_history

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rebuild_finds_no_difference_and_runs_no_reaction(owner_url, monkeypatch):
    a_small_history()

    def fail(*_):
        raise AssertionError("a rebuild sends nothing")

    reaction = registry.Reaction("test", lambda act: [act.author], fail)
    monkeypatch.setitem(registry.reactions, "test.note.written", [reaction])
    runs = ReactionRun.objects.count()
    with connected_as_owner(owner_url):
        result = rebuild()
    assert result.differences == ()
    assert result.acts > 5
    assert ReactionRun.objects.count() == runs


def test_a_rebuild_names_what_was_tampered_with_and_swap_repairs_it(owner_url):
    a_small_history()
    with node_scope():
        Key.objects.filter(office="logistics", author="oakland-ca").update(office="legal")
    with connected_as_owner(owner_url):
        (difference,) = rebuild().differences
        assert (difference.table, difference.missing, difference.surplus) == ("ledger_key", 1, 1)
        rebuild(swap=True)
        assert rebuild().differences == ()
    assert connection.settings_dict["USER"] != "hansa_owner"

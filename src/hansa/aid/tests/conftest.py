# SPDX-License-Identifier: Apache-2.0
"""Fixtures of aid's tests."""

import pytest

from hansa.aid.tests.league import League, found_league
from hansa.ledger import registry


@pytest.fixture
def league(db, monkeypatch: pytest.MonkeyPatch) -> League:
    """Return a league in which Chicago has invoked the pact."""
    monkeypatch.setattr(registry, "_approval_rule", lambda *_: None)
    return found_league()

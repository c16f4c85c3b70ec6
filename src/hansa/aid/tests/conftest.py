# SPDX-License-Identifier: Apache-2.0
"""Fixtures of aid's tests."""

from collections.abc import Callable

import pytest
from django.test import Client

from hansa.aid.tests.league import OFFICES, League, found_league
from hansa.core.actor import Actor
from hansa.ledger import registry
from hansa.people import middleware


@pytest.fixture
def league(db, monkeypatch: pytest.MonkeyPatch) -> League:
    """Return a league in which Chicago has invoked the pact."""
    monkeypatch.setattr(registry, "_approval_rule", lambda *_: None)
    return found_league()


@pytest.fixture
def browse(league: League, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Return a function that gives a browser of one office of a member."""

    def as_member(slug: str, office: str = "logistics", offices: tuple[str, ...] = OFFICES) -> Client:
        actor = Actor(league.actors[slug].person, slug, office, f"Exercise logistics, {slug}", offices)

        def recognise(self, request, member):
            request.actor = actor

        monkeypatch.setattr(middleware.sign_in, "member_of", lambda request: slug)
        monkeypatch.setattr(middleware.MemberMiddleware, "_recognise", recognise)
        return Client()

    return as_member

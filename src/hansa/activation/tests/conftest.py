# SPDX-License-Identifier: Apache-2.0
"""The league, and browsers signed in as one of its people."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hansa.activation.tests.crisis import found_league
from hansa.pact.tests.league import League
from hansa.people.models import Account
from hansa.people.sign_in import persona_token


def signed_in(account: Account) -> Client:
    """Return a browser in which this person has signed in by their link."""
    client = Client()
    assert client.get(reverse("people:persona-sign-in", args=[persona_token(account.id)])).status_code == 302
    return client


@pytest.fixture
def league(db) -> League:
    """Return the founded league."""
    return found_league()


@pytest.fixture
def mayor(league: League) -> Callable[[str], Client]:
    """Return a function that opens the browser of a member's mayor."""
    return lambda member: signed_in(league.mayors[member])


@pytest.fixture
def officer(league: League) -> Callable[[str], Client]:
    """Return a function that opens the browser of a member's duty officer."""
    return lambda member: signed_in(league.officers[member])

# SPDX-License-Identifier: Apache-2.0
"""Browsers signed in as persons of the exercise league."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from hansa.people.models import Account
from hansa.people.sign_in import persona_token


@pytest.fixture
def browse(db) -> Callable[[Account], Client]:
    """Return a function that signs a persona in by its link and returns the browser."""

    def browser(account: Account) -> Client:
        client = Client()
        assert client.get(reverse("people:persona-sign-in", args=[persona_token(account.id)])).status_code == 302
        return client

    return browser

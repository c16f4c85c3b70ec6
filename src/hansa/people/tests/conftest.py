# SPDX-License-Identifier: Apache-2.0
"""The cast, and browsers signed in as one of it."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from hansa.people.sign_in import persona_token
from hansa.people.tests.cast import Cast, found_cast


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Keep the language that a page switched to from reaching the next test."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db) -> Cast:
    """Return Oakland and Portland, founded as an exercise."""
    return found_cast()


@pytest.fixture
def browse(cast: Cast) -> Callable[[str], Client]:
    """Return a function that signs a persona in by its link and returns the browser."""

    def browser(name: str) -> Client:
        client = Client()
        token = persona_token(getattr(cast, name).id)
        assert client.get(reverse("people:persona-sign-in", args=[token])).status_code == 302
        return client

    return browser

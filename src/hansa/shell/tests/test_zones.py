# SPDX-License-Identifier: Apache-2.0
"""People read times in the zone of their member's seat."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import timezone

from hansa.aid.queries.place import Place
from hansa.core.actor import Actor
from hansa.shell import zones


@pytest.mark.parametrize(
    ("seats", "expected"),
    [({"oakland-ca": Place("Oakland", 37.8, -122.27, "America/Los_Angeles")}, "America/Los_Angeles"), ({}, "UTC")],
)
def test_a_page_is_answered_in_the_members_zone(monkeypatch, seats, expected):
    monkeypatch.setattr(zones, "seat_of", seats.get)
    request = RequestFactory().get("/")
    request.actor = Actor(None, "oakland-ca", "duty-officer")
    seen = zones.ReaderZone(lambda request: SimpleNamespace(zone=timezone.get_current_timezone_name()))(request)
    assert seen.zone == expected
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_visitor_asks_nobody(monkeypatch):
    monkeypatch.setattr(zones, "seat_of", lambda slug: pytest.fail("asked"))
    request = RequestFactory().get("/")
    request.actor = None
    assert zones.ReaderZone(lambda request: "page")(request) == "page"

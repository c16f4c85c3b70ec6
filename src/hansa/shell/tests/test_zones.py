# SPDX-License-Identifier: Apache-2.0
"""People read times in the zone of their member's seat."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory
from django.utils import timezone

from hansa.aid.queries.place import Place
from hansa.core.actor import Actor
from hansa.shell import zones
from hansa.shell.context import Frame


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


@pytest.mark.parametrize("guest", [True, False])
def test_a_guest_is_offered_nothing_that_only_members_start(guest):
    request = RequestFactory().get("/")
    request.actor = Actor(None, "duluth-mn", "chief-executive")
    request.seat = Place("Duluth", 46.8, -92.1, "America/Chicago", guest)
    assert bool(Frame(request).starts) is not guest


def test_a_visitor_asks_nobody(monkeypatch):
    monkeypatch.setattr(zones, "seat_of", lambda slug: pytest.fail("asked"))
    request = RequestFactory().get("/")
    request.actor = None
    assert zones.ReaderZone(lambda request: "page")(request) == "page"

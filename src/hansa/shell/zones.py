# SPDX-License-Identifier: Apache-2.0
"""The reader's own time zone: that of their member's seat. Pages show it after the zone of the place."""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from hansa.aid.queries.place import seat_of


class ReaderZone:
    """Middleware: while a signed-in person's request is answered, the current zone is their member's."""

    def __init__(self, get_response) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the reader's zone; a visitor and a member without a seat read UTC."""
        actor = getattr(request, "actor", None)
        # The frame of the page says for whom the reader acts: the seat's name is read once.
        seat = request.seat = seat_of(actor.member) if actor else None  # type: ignore[attr-defined]
        with timezone.override(ZoneInfo(seat.zone) if seat else None):
            return self.get_response(request)

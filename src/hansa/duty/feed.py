# SPDX-License-Identifier: Apache-2.0
"""Rotas as iCalendar (RFC 5545): an event per shift in UTC, so that no program has to know our zones.

The UID comes from rota, person and start: a shift that stays is the same event, one that moved is another. A calendar
shows names to whoever has the link, and nothing else of a person.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from hansa.core import clock
from hansa.duty import queries
from hansa.duty.models import CalendarLink, Rota
from hansa.duty.queries import rota as reads
from hansa.duty.rota import Gap, Shift
from hansa.ledger.models import League
from hansa.people.choices import office_label

_REFRESH = timedelta(hours=1)


def calendar_of(link: CalendarLink, start: datetime, end: datetime, *, root: str) -> bytes:
    """Return the calendar that a link opens, for shifts from `start` to `end`. `root` is the node's address."""
    league = League.objects.first()
    mark = "EXERCISE · SIMULACRO: " if league and league.exercise else ""
    calendar = Calendar()
    calendar.add("prodid", "-//Hansa//on-call rotas//EN")
    calendar.add("version", "2.0")
    title = office_label(link.rota.office) if link.rota else _("My shifts")
    calendar.add("x-wr-calname", f"{mark}Hansa: {title}")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    made = clock.now()
    for event in _events(link, start, end, mark, root):
        event.add("dtstamp", made)
        calendar.add_component(event)
    return calendar.to_ical()


def _events(link: CalendarLink, start: datetime, end: datetime, mark: str, root: str):
    if link.rota is None:
        for row, shift in reads.own_shifts(link.person, start, end):
            if not _whole([shift], start, end):
                continue
            yield _shift(row, shift, _("On call: %(office)s") % {"office": office_label(row.office)}, mark, root)
        return
    outlook = reads.outlook(link.rota, start, end)
    now = clock.now()
    published = reads.published_until(link.rota, now)
    names = queries.names_of(shift.person for shift in outlook.shifts)
    for shift in _whole(outlook.shifts, start, end):
        name = names.get(shift.person, "")
        words = _("%(name)s (backup)") % {"name": name} if shift.level > 1 else name
        yield _shift(link.rota, shift, words, mark, root)
    for gap in (gap for gap in outlook.gaps if gap.end > now and gap.start < published):
        yield _gap(link.rota, gap, mark, root)


def _whole(shifts: Iterable[Shift], start: datetime, end: datetime) -> list[Shift]:
    """Return the shifts that are not cut off at the edges: a cut one would be another event at every reading."""
    return [shift for shift in shifts if start < shift.start and shift.end < end]


def _event(row: Rota, begin: datetime, end: datetime, whose: UUID | str, words: str, root: str) -> Event:
    event = Event()
    event.add("uid", f"{row.id}-{whose}-{begin:%Y%m%dT%H%M%SZ}@hansa")
    event.add("dtstart", begin)
    event.add("dtend", end)
    event.add("summary", words)
    event.add("url", root.rstrip("/") + reverse("duty:rota-week", args=[row.office]))
    return event


def _shift(row: Rota, shift: Shift, words: str, mark: str, root: str) -> Event:
    return _event(row, shift.start, shift.end, shift.person, mark + words, root)


def _gap(row: Rota, gap: Gap, mark: str, root: str) -> Event:
    return _event(row, gap.start, gap.end, "nobody", mark + _("Nobody is on call"), root)

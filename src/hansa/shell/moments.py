# SPDX-License-Identifier: Apache-2.0
"""Dates and times in words: "Fri, Nov 20, 3:00 p.m. PST", "vie, 20 nov, 3:00 p. m. PST", "2 h 10 min"."""

from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from django.utils import timezone, translation
from django.utils.translation import gettext as _

_LOCALES = {"en": "en_US", "es": "es_US"}
_MARKS = {"en_US": (("AM", "a.m."), ("PM", "p.m.")), "es_US": (("a.m.", "a. m."), ("p.m.", "p. m."))}


def _locale() -> str:
    return _LOCALES[(translation.get_language() or "en")[:2]]


def _marked(text: str) -> str:
    # CLDR puts no-break spaces around the mark; plain ones let long lines wrap on a phone.
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    for machine, written in _MARKS[_locale()]:
        text = text.replace(machine, written)
    return text


def zone_of(name: str | None) -> tzinfo:
    """Return the zone with an IANA name, or the reader's own zone for none."""
    return ZoneInfo(name) if name else timezone.get_current_timezone()


def clock_text(moment: datetime, zone: tzinfo) -> str:
    """Return the time of day with its zone: "3:00 p.m. PST"."""
    local = moment.astimezone(zone)
    return f"{_marked(format_time(local, 'h:mm a', tzinfo=zone, locale=_locale()))} {local.tzname()}"


def day_text(day: date) -> str:
    """Return the day with its year: "Nov 20, 2026", "20 nov 2026"."""
    return format_date(day, "d MMM y" if _locale() == "es_US" else "MMM d, y", locale=_locale())


def moment_text(moment: datetime, zone: tzinfo, *, weekday: bool = True) -> str:
    """Return day and time with zone; the year only when it is not this one."""
    local = moment.astimezone(zone)
    spanish = _locale() == "es_US"
    pattern = ("EEE, " if weekday else "") + ("d MMM" if spanish else "MMM d")
    if local.year != timezone.now().astimezone(zone).year:
        pattern += " y" if spanish else ", y"
    day = format_datetime(local, pattern, tzinfo=zone, locale=_locale())
    return f"{day}, {clock_text(moment, zone)}"


def with_yours(moment: datetime, zone: tzinfo) -> str:
    """Return the time in the zone of the place, then in the reader's own where its clock differs."""
    text = moment_text(moment, zone)
    mine = timezone.get_current_timezone()
    there, here = moment.astimezone(zone), moment.astimezone(mine)
    if there.utcoffset() == here.utcoffset():
        return text
    own = clock_text(moment, mine) if there.date() == here.date() else moment_text(moment, mine)
    return _("%(there)s (%(own)s, yours)") % {"there": text, "own": own}


def span_text(span: timedelta) -> str:
    """Return a length of time by its two largest units, rounded down: "2 d 3 h", "2 h 10 min", "40 min"."""
    minutes = int(abs(span).total_seconds()) // 60
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{rest} min" if rest else _("less than 1 min")

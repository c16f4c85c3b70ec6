# SPDX-License-Identifier: Apache-2.0
"""Reading the dates and times that people type, in English and Spanish, in the zone of a place. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan ene", "feb", "mar", "apr abr", "may", "jun", "jul", "aug ago", "sep set", "oct", "nov", "dec dic"),
        start=1,
    )
    for name in names.split()
}
_RELATIVE = {"today": 0, "hoy": 0, "tomorrow": 1, "manana": 1}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASH = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?")
_MONTH_FIRST = re.compile(r"([a-z]{3,10})\.?\s+(\d{1,2})(?:\s*,?\s+(20\d{2}))?(?!\d|:)")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:\s+de)?\s+([a-z]{3,10})\.?(?:(?:\s+de)?\s*,?\s+(20\d{2}))?(?!\d|:)")
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:h.](\d{2}))?(?::\d{2})?\s*([ap])\.?\s?m\.?|(\d{1,2})[:h](\d{2})(?::\d{2})?|(\d{2})(\d{2})|(\d{1,2})h"
)
_NAMED_CLOCK = {"noon": time(12), "mediodia": time(12), "midnight": time(23, 59), "medianoche": time(23, 59)}
# A day without a time means until the end of that day.
END_OF_DAY = time(23, 59)


class Unreadable(Exception):
    """Text that states no date or time; `code` says what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class _Day:
    day: date
    rest: str


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().strip())
    return (
        "".join(letter for letter in folded if not unicodedata.combining(letter))
        .replace("\u202f", " ")
        .replace("\xa0", " ")
    )


def _date(year: int | None, month: int, day: int, today: date) -> date:
    try:
        if year is not None:
            return date(year + 2000 if year < 100 else year, month, day)
        found = date(today.year, month, day)
        # Without a year the next such day is meant, unless it was only just.
        return found if found >= today - timedelta(days=31) else date(today.year + 1, month, day)
    except ValueError:
        raise Unreadable("date-unknown") from None


def _month(name: str) -> int:
    try:
        return _MONTHS[name[:3]]
    except KeyError:
        raise Unreadable("date-unknown") from None


def _find_day(text: str, today: date, *, day_first: bool) -> _Day:
    for word, days in _RELATIVE.items():
        if text == word or text.startswith(f"{word} "):
            return _Day(today + timedelta(days=days), text[len(word) :])
    if match := _ISO.match(text):
        year, month, day = (int(part) for part in match.groups())
        return _Day(_date(year, month, day, today), text[match.end() :])
    if match := _SLASH.match(text):
        first, second = int(match[1]), int(match[2])
        month, day = (second, first) if day_first or first > 12 else (first, second)
        return _Day(_date(int(match[3]) if match[3] else None, month, day, today), text[match.end() :])
    if match := _MONTH_FIRST.match(text):
        return _Day(
            _date(int(match[3]) if match[3] else None, _month(match[1]), int(match[2]), today), text[match.end() :]
        )
    if match := _DAY_FIRST.match(text):
        return _Day(
            _date(int(match[3]) if match[3] else None, _month(match[2]), int(match[1]), today), text[match.end() :]
        )
    raise Unreadable("date-unknown")


def _clock(text: str) -> time:
    text = text.strip().removeprefix("t").removeprefix(",").strip()
    for lead in ("at ", "a las ", "a la ", "by "):
        text = text.removeprefix(lead)
    if not text:
        return END_OF_DAY
    if text in _NAMED_CLOCK:
        return _NAMED_CLOCK[text]
    match = _CLOCK.fullmatch(text)
    if not match:
        raise Unreadable("time-unknown")
    hour = int(match[1] or match[4] or match[6] or match[8])
    minute = int(match[2] or match[5] or match[7] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            raise Unreadable("time-unknown")
        hour = hour % 12 + (12 if match[3] == "p" else 0)
    if hour > 23 or minute > 59:
        raise Unreadable("time-unknown")
    return time(hour, minute)


def in_zone(day: date, clock: time, zone: str) -> datetime:
    """Return the moment, in UTC, of a local time; `Unreadable` for one that a clock change skips or repeats."""
    local = datetime.combine(day, clock, tzinfo=ZoneInfo(zone))
    moment = local.astimezone(UTC)
    if moment.astimezone(local.tzinfo).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Unreadable("time-skipped")
    if local.replace(fold=1).utcoffset() != local.utcoffset():
        raise Unreadable("time-doubled")
    return moment


def read_moment(text: str, *, now: datetime, zone: str, day_first: bool = False) -> datetime:
    """Return the moment, in UTC, that `text` states in `zone`: "Nov 21 3 pm", "21 nov 1500", "11/21/2026", "tomorrow
    noon".

    `day_first` reads 5/4 as the fifth of April. `Unreadable` when it states none.
    """
    plain = _plain(text)
    if not plain:
        raise Unreadable("time-missing")
    if plain.endswith("z") or re.search(r"[+-]\d{2}:\d{2}$", plain):
        try:
            return datetime.fromisoformat(plain.upper()).astimezone(UTC)
        except ValueError:
            raise Unreadable("date-unknown") from None
    today = now.astimezone(ZoneInfo(zone)).date()
    found = _find_day(plain, today, day_first=day_first)
    return in_zone(found.day, _clock(found.rest), zone)


def read_day_and_clock(day: str, clock: str, *, now: datetime, zone: str, day_first: bool = False) -> datetime:
    """Return the moment, in UTC, of a date box and a time box; an empty time means the end of that day."""
    return read_moment(f"{day.strip()} {clock.strip()}".strip(), now=now, zone=zone, day_first=day_first)

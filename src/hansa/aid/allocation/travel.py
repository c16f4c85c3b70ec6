# SPDX-License-Identifier: Apache-2.0
"""Travel time between places: a protocol, and the great circle that needs no map."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088

Places = NDArray[np.float64]


class TravelTime(Protocol):
    """Anything that gives hours from each of n origins to each of m destinations (degrees lat, lon) as n by m."""

    def __call__(self, origins: Places, destinations: Places) -> NDArray[np.float64]: ...


class Region(NamedTuple):
    """A box of degrees in which roads wind and run otherwise than by default; the first that holds an origin counts."""

    south: float
    west: float
    north: float
    east: float
    circuity: float
    speed_kmh: float


def _on_sphere(places: Places) -> NDArray[np.float64]:
    angle = np.radians(places.reshape(-1, 2))
    lat, lon = angle[:, 0], angle[:, 1]
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def distance_km(origins: Places, destinations: Places) -> NDArray[np.float64]:
    """Return great-circle distances in kilometres, n origins by m destinations (degrees lat, lon).

    By the chord: trigonometry for n + m places instead of n times m. Exact to a decimetre.
    """
    start, end = _on_sphere(origins), _on_sphere(destinations)
    cosine = start[0][:, None] * end[0]
    cosine += start[1][:, None] * end[1]
    cosine += start[2][:, None] * end[2]
    half = np.clip((1.0 - cosine) / 2.0, 0.0, 1.0)
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(half))


@dataclass(frozen=True, slots=True)
class GreatCircle:
    """Road hours as the great circle, times a circuity, at one speed (allocation reference, section 5)."""

    circuity: float = 1.3
    speed_kmh: float = 70.0
    regions: tuple[Region, ...] = ()

    def __call__(self, origins: Places, destinations: Places) -> NDArray[np.float64]:
        """Return hours by road, origins by destinations."""
        return distance_km(origins, destinations) * self._hours_per_km(origins.reshape(-1, 2))[:, None]

    def _hours_per_km(self, origins: Places) -> NDArray[np.float64]:
        pace = np.full(len(origins), self.circuity / self.speed_kmh)
        for box in reversed(self.regions):
            inside = (origins >= (box.south, box.west)) & (origins <= (box.north, box.east))
            pace[inside.all(axis=1)] = box.circuity / box.speed_kmh
        return pace

# SPDX-License-Identifier: Apache-2.0
"""Travel time between places: a protocol, and the great circle that needs no map."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_KM = 6371.0088

Places = NDArray[np.float64]


class TravelTime(Protocol):
    """Anything that gives hours from each of n origins to each of m destinations (degrees lat, lon) as n by m."""

    def __call__(self, origins: Places, destinations: Places) -> NDArray[np.float64]: ...


def distance_km(origins: Places, destinations: Places) -> NDArray[np.float64]:
    """Return great-circle distances in kilometres (haversine), origins by destinations."""
    start, end = np.radians(origins.reshape(-1, 2)), np.radians(destinations.reshape(-1, 2))
    lat1, lon1 = start[:, 0][:, None], start[:, 1][:, None]
    lat2, lon2 = end[:, 0][None, :], end[:, 1][None, :]
    half = np.sin((lat2 - lat1) / 2) ** 2 + np.cos(lat1) * np.cos(lat2) * np.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


@dataclass(frozen=True, slots=True)
class GreatCircle:
    """Road hours as the great circle, times a circuity, at one speed (allocation reference, section 5)."""

    circuity: float = 1.3
    speed_kmh: float = 70.0

    def __call__(self, origins: Places, destinations: Places) -> NDArray[np.float64]:
        """Return hours by road, origins by destinations."""
        return distance_km(origins, destinations) * self.circuity / self.speed_kmh

# SPDX-License-Identifier: Apache-2.0
"""The map of the United States: shapes decoded from us-atlas, and the projection that puts a place on them.

us-atlas draws its "albers" files with a composite Albers projection on 975 by 610 units: the conterminous states,
Alaska at 0.35 of their scale and Hawaii as insets. `project` computes the same, so that a longitude and latitude
fall inside the state they belong to. Formulas: J. P. Snyder, Map Projections, USGS Professional Paper 1395 (1987),
section 14.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, radians, sin, sqrt

WIDTH, HEIGHT = 975, 610
_SCALE = 1300.0
_CENTER = (WIDTH / 2, HEIGHT / 2)

Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True, slots=True)
class _Albers:
    """Equal-area conic with two standard parallels, its center on a point of the canvas (degrees, canvas units)."""

    meridian: float
    center: Point
    parallels: Point
    scale: float
    at: Point

    def _raw(self, longitude: float, latitude: float) -> Point:
        low, high = (sin(radians(parallel)) for parallel in self.parallels)
        cone = (low + high) / 2
        constant = 1 + low * (2 * cone - low)
        base = sqrt(constant) / cone
        radius = sqrt(constant - 2 * cone * sin(radians(latitude))) / cone
        angle = radians((longitude + 180) % 360 - 180) * cone
        return radius * sin(angle), base - radius * cos(angle)

    def __call__(self, longitude: float, latitude: float) -> Point:
        zero_x, zero_y = self._raw(*self.center)
        x, y = self._raw(longitude - self.meridian, latitude)
        return self.at[0] + self.scale * (x - zero_x), self.at[1] - self.scale * (y - zero_y)


_LOWER_48 = _Albers(-96, (-0.6, 38.7), (29.5, 45.5), _SCALE, _CENTER)
_ALASKA = _Albers(-154, (-2, 58.5), (55, 65), 0.35 * _SCALE, (_CENTER[0] - 0.307 * _SCALE, _CENTER[1] + 0.201 * _SCALE))
_HAWAII = _Albers(-157, (-3, 19.9), (8, 18), _SCALE, (_CENTER[0] - 0.205 * _SCALE, _CENTER[1] + 0.212 * _SCALE))


def project(longitude: float, latitude: float) -> Point | None:
    """Return where a place (degrees, WGS 84) lies on the 975 by 610 canvas; None outside the fifty states' frame."""
    if 18 <= latitude <= 23 and -161 <= longitude <= -154:
        return _HAWAII(longitude, latitude)
    if latitude >= 51 and (longitude <= -129 or longitude >= 172):
        return _ALASKA(longitude, latitude)
    if 24 <= latitude <= 50 and -125.5 <= longitude <= -66:
        return _LOWER_48(longitude, latitude)
    return None


def state_rings(topology: dict) -> dict[str, list[Ring]]:
    """Return each state's rings in canvas units by its two-digit FIPS code, decoded from a TopoJSON topology."""
    arcs = [_decode(arc, topology["transform"]) for arc in topology["arcs"]]
    return {
        geometry["id"]: [_ring(indexes, arcs) for indexes in _ring_indexes(geometry)]
        for geometry in topology["objects"]["states"]["geometries"]
    }


def state_names(topology: dict) -> dict[str, str]:
    """Return each state's English name by its FIPS code."""
    return {item["id"]: item["properties"]["name"] for item in topology["objects"]["states"]["geometries"]}


def _decode(arc: Iterable[list[int]], transform: dict) -> Ring:
    """Undo quantisation: positions are whole differences from the one before (TopoJSON 1.0, section 2.1.4)."""
    (scale_x, scale_y), (move_x, move_y) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + move_x, y * scale_y + move_y))
    return points


def _ring_indexes(geometry: dict) -> list[list[int]]:
    polygons = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    return [ring for polygon in polygons for ring in polygon]


def _ring(indexes: list[int], arcs: list[Ring]) -> Ring:
    """Join arcs end to start; a negative index is the ones' complement of an arc that runs backwards."""
    ring: Ring = []
    for index in indexes:
        points = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(points[1:] if ring else points)
    return ring


def path(rings: list[Ring]) -> str:
    """Return rings as SVG path data, to a tenth of a unit, points that coincide at that precision left out."""
    return "".join(f"M{'L'.join(_points(ring))}Z" for ring in rings)


def _points(ring: Ring) -> list[str]:
    texts = [f"{x:.1f},{y:.1f}" for x, y in ring]
    return [text for before, text in zip([""] + texts, texts, strict=False) if text != before]


def inside(point: Point, rings: list[Ring]) -> bool:
    """Return whether a point lies in the shape that rings bound, by the even-odd rule."""
    x, y = point
    within = False
    for ring in rings:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:] + ring[:1], strict=True):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                within = not within
    return within

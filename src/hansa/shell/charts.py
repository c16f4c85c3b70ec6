# SPDX-License-Identifier: Apache-2.0
"""Geometry of what the server draws: points and lines on the map, bars of a chart. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hansa.shell.atlas import project

# Shape and pattern tell the kinds apart without color (ux, section 2).
SHAPES = {"member": "circle", "active": "ring", "need": "diamond", "offer": "square", "guest": "triangle"}
_CLUSTER = 9.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One point on the canvas, with what it stands for."""

    x: float
    y: float
    label: str
    kind: str
    shape: str
    url: str


@dataclass(slots=True)
class Placed:
    """The points inside the map, and the labels of those outside of it."""

    marks: list[Mark] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)


def _read(item: Any, name: str, default: Any = "") -> Any:
    value = item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)
    return default if value is None else value


def placed(points: Iterable) -> Placed:
    """Return points (objects or mappings with label, lon, lat, kind, url) placed on the canvas.

    Points that would cover each other are moved apart sideways by a few units, in the order given.
    """
    result = Placed()
    taken: list[tuple[float, float]] = []
    for item in points:
        at = project(float(_read(item, "lon")), float(_read(item, "lat")))
        label, kind = str(_read(item, "label")), str(_read(item, "kind", "member"))
        if at is None:
            result.outside.append(label)
            continue
        x, y = at
        while any(abs(x - other_x) < _CLUSTER and abs(y - other_y) < _CLUSTER for other_x, other_y in taken):
            x += _CLUSTER
        taken.append((x, y))
        shape = SHAPES.get(kind, "circle")
        result.marks.append(Mark(round(x, 1), round(y, 1), label, kind, shape, str(_read(item, "url"))))
        result.kinds.setdefault(kind, str(_read(item, "kind_label", kind)))
    return result


def lines(items: Iterable | None) -> list[dict[str, Any]]:
    """Return lines (from_lon, from_lat, to_lon, to_lat, label, kind) by the ends of a gentle curve; none for None."""
    result = []
    for item in items or ():
        start = project(float(_read(item, "from_lon")), float(_read(item, "from_lat")))
        end = project(float(_read(item, "to_lon")), float(_read(item, "to_lat")))
        if start is None or end is None:
            continue
        (x1, y1), (x2, y2) = start, end
        bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) * 0.15, (y1 + y2) / 2 - (x2 - x1) * 0.15
        path = f"M{x1:.1f},{y1:.1f}Q{bend_x:.1f},{bend_y:.1f} {x2:.1f},{y2:.1f}"
        result.append({"path": path, "label": str(_read(item, "label")), "kind": str(_read(item, "kind", "offer"))})
    return result


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, value and kind, and its length in percent of the longest."""

    label: str
    value: Any
    kind: str
    share: float


def bars(rows: list) -> list[Bar]:
    """Return horizontal bars for (label, value[, kind]) rows, scaled to the largest value; values are not negative."""
    largest = max((Decimal(str(row[1])) for row in rows), default=Decimal(0)) or Decimal(1)
    return [
        Bar(
            str(row[0]),
            row[1],
            row[2] if len(row) > 2 else "plain",
            round(float(Decimal(str(row[1])) / largest * 100), 2),
        )
        for row in rows
    ]

# SPDX-License-Identifier: Apache-2.0
"""Places fall inside the state they belong to; shapes are decoded as TopoJSON says."""

import json

import pytest

from hansa.shell import atlas
from hansa.shell.assets import ROOT

PLACES = [
    ("Illinois", -87.63, 41.88),
    ("California", -118.24, 34.05),
    ("Alaska", -149.90, 61.20),
    ("Alaska", -131.64, 55.34),
    ("Alaska", -176.60, 51.88),
    ("Hawaii", -157.85, 21.30),
    ("Hawaii", -155.09, 19.70),
    ("Washington", -122.33, 47.60),
    ("Florida", -80.19, 25.77),
    ("New York", -74.00, 40.75),
    ("Maine", -68.77, 44.80),
    ("Texas", -97.74, 30.27),
    ("District of Columbia", -77.03, 38.90),
]


@pytest.fixture(scope="module")
def topology() -> dict:
    """The states as us-atlas ships them."""
    return json.loads((ROOT / "node_modules/us-atlas/states-albers-10m.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("state", "longitude", "latitude"), PLACES)
def test_a_place_falls_inside_its_state_and_no_other(topology, state, longitude, latitude):
    names, rings = atlas.state_names(topology), atlas.state_rings(topology)
    point = atlas.project(longitude, latitude)
    assert [names[code] for code in rings if atlas.inside(point, rings[code])] == [state]


@pytest.mark.parametrize(("longitude", "latitude"), [(-66.11, 18.47), (2.35, 48.86), (144.79, 13.44)])
def test_a_place_outside_of_the_frame_is_not_drawn(longitude, latitude):
    assert atlas.project(longitude, latitude) is None


def test_the_map_stays_on_its_canvas(topology):
    points = [point for rings in atlas.state_rings(topology).values() for ring in rings for point in ring]
    assert min(x for x, _ in points) > -60
    assert max(x for x, _ in points) < atlas.WIDTH
    assert 0 < min(y for _, y in points) < max(y for _, y in points) < atlas.HEIGHT


def test_arcs_join_end_to_start_and_run_backwards_by_complement():
    square = {
        "transform": {"scale": [2, 2], "translate": [10, 20]},
        "arcs": [[[0, 0], [4, 0], [0, 4]], [[0, 0], [0, 4], [4, 0]]],
        "objects": {"states": {"geometries": [{"type": "Polygon", "id": "99", "arcs": [[0, -2]]}]}},
    }
    assert atlas.state_rings(square) == {"99": [[(10, 20), (18, 20), (18, 28), (10, 28), (10, 20)]]}
    assert atlas.path([[(0, 0), (1, 0), (1.01, 0), (1, 1)]]) == "M0.0,0.0L1.0,0.0L1.0,1.0Z"


def test_inside_counts_holes_as_outside():
    outer, hole = [(0, 0), (10, 0), (10, 10), (0, 10)], [(4, 4), (6, 4), (6, 6), (4, 6)]
    assert atlas.inside((2, 2), [outer, hole])
    assert not atlas.inside((5, 5), [outer, hole])
    assert not atlas.inside((12, 5), [outer, hole])

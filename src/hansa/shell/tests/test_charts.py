# SPDX-License-Identifier: Apache-2.0
"""What is drawn: points that overlap move apart, those outside are named, bars are true to their numbers."""

from decimal import Decimal

from hansa.shell.charts import SHAPES, bars, lines, placed

CHICAGO = {"label": "Chicago", "lon": -87.63, "lat": 41.88, "kind": "active", "url": "/c/"}


def test_points_at_one_place_do_not_cover_each_other():
    marks = placed([CHICAGO, CHICAGO | {"label": "Cook County"}, CHICAGO | {"label": "Illinois"}]).marks
    assert len({(mark.x, mark.y) for mark in marks}) == 3
    assert [mark.label for mark in marks] == ["Chicago", "Cook County", "Illinois"]


def test_a_point_outside_of_the_map_is_named_and_not_drawn():
    result = placed([CHICAGO, {"label": "San Juan", "lon": Decimal("-66.11"), "lat": Decimal("18.47")}])
    assert [mark.label for mark in result.marks] == ["Chicago"]
    assert result.outside == ["San Juan"]


def test_kinds_differ_in_shape():
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_a_line_with_an_end_outside_is_left_out():
    inside = {"from_lon": -122.68, "from_lat": 45.52, "to_lon": -87.63, "to_lat": 41.88, "label": "here"}
    assert [line["label"] for line in lines([inside, inside | {"to_lon": 2.35, "to_lat": 48.86}])] == ["here"]


def test_bars_are_true_to_their_numbers():
    drawn = bars([("asked", Decimal("540"), "plain"), ("received", 135), ("none", 0)])
    assert [bar.share for bar in drawn] == [100.0, 25.0, 0.0]
    assert bars([("none", 0)])[0].share == 0
    assert bars([]) == []

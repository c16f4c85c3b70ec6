# SPDX-License-Identifier: Apache-2.0
"""Scenario files: those that come with Hansa read well, and a mistake is named where it stands."""

from datetime import timedelta

import pytest

from hansa.aid.queries.catalogue import kind
from hansa.pact import places
from hansa.readiness.exercise.scenario import ScenarioError, names, offset, parse, read

SMALL = """
title = "Small"
members = ["a", "b"]
[crisis.one]
member = "a"
trigger = "fire"
level = "full"
place = "A"
lat = 1.0
lon = 2.0
situation = "EXERCISE"
first_needs = "cots"
[[stock]]
kind = "cot"
held = { b = 10 }
[[step]]
at = "0m"
do = "invoke"
crisis = "one"
[[step]]
at = "1h"
do = "acknowledge"
crisis = "one"
"""


@pytest.mark.django_db
@pytest.mark.parametrize("name", names())
def test_a_scenario_that_comes_with_hansa_names_real_places_and_known_kinds(name):
    scenario = read(name)
    assert all(places.from_slug(member) for member in scenario.members)
    asked = [need["kind"] for step in scenario.steps if step.do == "request" for need in step.details["needs"]]
    assert all(kind(code) for code in {*asked, *(h.kind for h in scenario.holdings)})
    assert timedelta() < scenario.pause < scenario.length


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(names()) - {"exercise-night"}))
def test_a_scenario_of_aid_is_large_and_goes_wrong_where_nights_do(name):
    scenario = read(name)
    assert len(scenario.members) >= 16
    lines = [len(s.details["sites"]) * len(s.details["needs"]) for s in scenario.steps if s.do == "request"]
    assert sum(lines) >= 200
    assert {"recall", "lose", "decline", "receive", "stand-down"} <= {step.do for step in scenario.steps}


def test_whoever_is_not_named_answers_with_all_the_others():
    assert parse(SMALL, "small").steps[1].members == ("b",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SMALL.replace('do = "invoke"', 'do = "dance"'), "dance is not a step"),
        (SMALL.replace('crisis = "one"', 'crisis = "two"', 1), "needs a crisis"),
        (SMALL.replace("{ b = 10 }", "{ c = 10 }"), "c is not among the members"),
        (SMALL.replace('at = "1h"', 'at = "soon"'), "not a length of time"),
        (SMALL.replace('at = "0m"', 'at = "2h"'), "not in the order"),
        (SMALL + "extra = [", "small"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text, said):
    with pytest.raises(ScenarioError, match=said):
        parse(text, "small")


def test_lengths_of_time_are_read_as_people_write_them():
    assert [offset(t) for t in ("0m", "1h30", "2d4h")] == [
        timedelta(), timedelta(hours=1, minutes=30), timedelta(days=2, hours=4)
    ]  # fmt: skip


def test_an_unknown_scenario_names_those_that_there_are():
    with pytest.raises(ScenarioError, match="civil-deployment, exercise-night, wildfire"):
        read("none")

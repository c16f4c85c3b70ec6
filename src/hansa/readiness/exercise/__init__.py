# SPDX-License-Identifier: Apache-2.0
"""Exercises: the league of `hansa demo`, and the player that runs a scenario through the same actions as the pages."""

import time
from datetime import timedelta

from hansa.core import clock
from hansa.readiness.exercise import cast, night, phones, report
from hansa.readiness.exercise.outside import Outside
from hansa.readiness.exercise.player import Player, StepFailed
from hansa.readiness.exercise.report import Report
from hansa.readiness.exercise.scenario import names, read

__all__ = ["Outside", "Report", "has_a_night", "is_founded", "load", "names", "personas", "phones", "run"]

personas = cast.personas
is_founded = cast.is_founded
_BEFORE = timedelta(hours=6)


def has_a_night(scenario: str) -> bool:
    """Return whether phones ring in a scenario: then it needs what stands around a node (`outside`)."""
    return read(scenario).has_a_night


def load(scenario: str, told=lambda line: None, *, outside: Outside | None = None) -> None:
    """Found the exercise league, unless this node serves one, and play the scenario up to its pause.

    The exercise's clock ends at the real time, so that what is due is due as in the real thing.
    """
    if is_founded():
        return
    chosen = read(scenario)
    player = _begin(Player(chosen, started=clock.now() - chosen.pause, told=told, outside=outside))
    player.play(until=chosen.pause)


def run(scenario: str, told=lambda line: None, *, found_in: str = "", outside: Outside | None = None) -> Report:
    """Play a whole scenario in a league of its own, and report. The node must not serve a league yet."""
    chosen = read(scenario)
    began = time.perf_counter()
    player = Player(chosen, started=clock.now() - chosen.length, told=told, outside=outside)
    failure = ""
    try:
        _begin(player)
        player.play()
    except StepFailed as error:
        failure = str(error)
    return report.write(chosen, player.crises, failure=failure, seconds=time.perf_counter() - began, found_in=found_in)


def _begin(player: Player) -> Player:
    founded = player.started - _BEFORE
    with clock.played(founded):
        cast.found(player.scenario.members, at=founded)
        phones.enlist()
        if player.outside:
            night.put_to_bed(player.outside)
    player.stock()
    return player

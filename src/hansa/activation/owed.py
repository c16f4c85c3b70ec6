# SPDX-License-Identifier: Apache-2.0
"""What each member owes in an activation, by the charter, with its clock; no Django.

Obligations are derived when read, never stored, so that everyone sees the same lateness.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from hansa.activation.rules import Standing
from hansa.duty.rules import Clock, ClockState

# What the end of an activation does not waive: the paper for a spoken invocation, and what begins with the end.
OUTLIVES = ("spoken", "stood-down")


@dataclass(frozen=True, slots=True)
class Term:
    """One obligation of the charter: who, within which time from which moment, by which office, by which clause.

    `label` is empty where the code says it. `levels` and `triggers` limit it; empty means all.
    """

    code: str
    starts: str
    within: timedelta
    offices: tuple[str, ...] = ("duty-officer",)
    whom: str = "others"
    clause: str = ""
    levels: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one member owes in one activation."""

    member: str
    term: Term
    clock: Clock

    def state(self, now: datetime) -> ClockState:
        """Return the state of its clock."""
        return self.clock.state(now)


@dataclass(frozen=True, slots=True)
class Scene:
    """The activation as its obligations see it: its standing, who is in crisis, who is in the league, what started.

    `started` has the time of moments that other parts know, such as the first request; `met` maps a member and a
    code to the time of the first act that met it.
    """

    standing: Standing
    opened: datetime
    member: str
    trigger: str
    league: frozenset[str]
    started: Mapping[str, datetime]
    met: Mapping[tuple[str, str], datetime]


def obligations(terms: Iterable[Term], scene: Scene) -> list[Obligation]:
    """Return what is owed, by term and then by member.

    What was not yet due when the activation ended is waived, but for what outlives it; what was late stays late.
    """
    owed = []
    for term in terms:
        start = _start(term, scene)
        if start is None:
            continue
        due = start + term.within
        ended = scene.standing.ended if term.starts not in OUTLIVES else None
        waived = ended is not None and due > ended
        for member in _whom(term, scene):
            done = scene.met.get((member, term.code))
            owed.append(Obligation(member, term, Clock(start, due, done=done, waived=waived)))
    return owed


def _start(term: Term, scene: Scene) -> datetime | None:
    """Return when the clock of a term started; None while it has not, or when the term does not apply."""
    if term.triggers and scene.trigger not in term.triggers:
        return None
    state = scene.standing
    in_force = state.began(term.levels)
    if term.levels and in_force is None:
        return None
    starts = {
        "invoked": scene.opened,
        "activated": in_force,
        "spoken": state.paper.opened if state.paper else None,
        "stood-down": state.ended if state.since else None,
        **scene.started,
    }
    start = starts.get(term.starts)
    return max(start, in_force) if start and term.levels and in_force else start


def _whom(term: Term, scene: Scene) -> list[str]:
    """Return who owes it. What only the parties of one agreement owe is kept where the agreement is."""
    if term.whom == "invoker":
        return [scene.member]
    if term.whom == "parties":
        return []
    return sorted(scene.league if term.whom == "all" else scene.league - {scene.member})


def answered(owed: Iterable[Obligation], code: str) -> tuple[int, int]:
    """Return how many members met an obligation, and how many owe it: "14 of 16"."""
    those = [item for item in owed if item.term.code == code]
    return sum(item.clock.done is not None for item in those), len(those)

# SPDX-License-Identifier: Apache-2.0
"""What an activation is at a moment, computed from the whole set of acts about it; no Django.

Nothing here counts up. Every function takes all that is known and gives the same answer in whatever order it came
(design, section 1, idea 2). Where two acts of one author compete, the author's own order decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from hansa.duty.rules import Clock


class Phase(StrEnum):
    """Where an activation stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    LAPSED = "lapsed"
    STOPPED = "stopped"
    EXPIRED = "expired"
    STOOD_DOWN = "stood-down"


class Change(StrEnum):
    """What the member in crisis changes about its activation."""

    LEVEL = "level"
    EXTENDED = "extended"
    STOOD_DOWN = "stood-down"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of the charter: rank 1 is the least; how many others must attest; after what time it lapses."""

    rank: int
    attest: int
    lasts: timedelta


@dataclass(frozen=True, slots=True)
class Rule:
    """What a charter says about activating."""

    levels: Mapping[str, Level]
    attest_within: timedelta
    objections: Fraction
    paper_within: timedelta
    anyone_ends: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """One act by which a member attested, or objected."""

    member: str
    attests: bool
    at: datetime
    act: UUID


@dataclass(frozen=True, slots=True)
class Step:
    """One act that changes an activation, by its author."""

    change: Change
    author: str
    at: datetime
    act: UUID
    level: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one activation. `reporter` is set when it was reported by voice.

    `electorate` are the members that may attest or object: all of the league but the one in crisis.
    """

    member: str
    opened: datetime
    level: str
    electorate: frozenset[str]
    stands: tuple[Stand, ...] = ()
    steps: tuple[Step, ...] = ()
    reporter: str = ""
    adopted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer: the phase, and everything that a page shows about it.

    `level` is in force, empty while none is; `asked` is what the member in crisis asks for. `history` lists when
    which level began to be in force. `attest_by` ends the time to attest.
    """

    phase: Phase
    level: str
    asked: str
    attested: tuple[Stand, ...]
    objected: tuple[Stand, ...]
    needed: int
    attest_by: datetime
    history: tuple[tuple[datetime, str], ...] = ()
    until: datetime | None = None
    ended: datetime | None = None
    paper: Clock | None = None

    @property
    def open(self) -> bool:
        """Whether members still owe something, or may still be asked."""
        return self.phase in (Phase.WAITING, Phase.ACTIVE)

    @property
    def missing(self) -> int:
        """How many attestations the level that is asked for still needs."""
        return max(self.needed - len(self.attested), 0)

    @property
    def since(self) -> datetime | None:
        """When it first became active, at whatever level."""
        return self.history[0][0] if self.history else None

    @property
    def unadopted(self) -> bool:
        """Whether it rests on a report by voice that the member in crisis has not adopted."""
        return self.paper is not None and self.paper.done is None

    def began(self, levels: Iterable[str]) -> datetime | None:
        """Return when one of these levels was first in force; any level when `levels` is empty."""
        wanted = set(levels)
        return next((at for at, level in self.history if not wanted or level in wanted), None)


def first_stands(stands: Iterable[Stand], electorate: frozenset[str]) -> list[Stand]:
    """Return the first stand of each member that has a say, oldest first. The first is final."""
    first: dict[str, Stand] = {}
    for stand in sorted(stands, key=lambda stand: (stand.at, stand.act)):
        if stand.member in electorate:
            first.setdefault(stand.member, stand)
    return list(first.values())


def standing(rule: Rule, case: Case, now: datetime) -> Standing:
    """Return where the activation stands at `now`.

    A level is in force from the attestation that fills its number; a lesser one until then, where it needs fewer.
    Objections stop it when they reach the charter's share. Attesting ends with the charter's time for it, which
    starts again when another level is asked for.
    """
    owners = {case.member} if case.adopted or not case.reporter else {case.member, case.reporter}
    steps = sorted(set(case.steps), key=lambda step: (step.at, step.act))
    own = [step for step in steps if step.author in owners]
    asks = [
        (case.opened, case.level),
        *((s.at, s.level) for s in own if s.change is Change.LEVEL and s.level in rule.levels),
    ]
    attest_by = asks[-1][0] + rule.attest_within
    stands = first_stands(case.stands, case.electorate)
    attested = tuple(s for s in stands if s.attests and _in_time(s, asks, rule.attest_within))
    objected = tuple(s for s in stands if not s.attests)
    # A charter may ask for more than a small league has: never more than there are others.
    levels = {code: replace(held, attest=min(held.attest, len(case.electorate))) for code, held in rule.levels.items()}
    history = _history(levels, asks, attested)
    level = history[-1][1] if history else ""
    until = _until(rule, own, history)
    stopped = _stopped(rule.objections, objected, len(case.electorate))
    closed = _closed(rule, case, steps, own, until)
    phase, ended = Phase.WAITING, None
    if closed:
        phase, ended = Phase.STOOD_DOWN, closed
    elif stopped:
        phase, ended = Phase.STOPPED, stopped
    elif until and until < now:
        phase, ended = Phase.EXPIRED, until
    elif history:
        phase = Phase.ACTIVE
    elif attest_by < now:
        phase, ended = Phase.LAPSED, attest_by
    paper = Clock(case.opened, case.opened + rule.paper_within, done=case.adopted) if case.reporter else None
    asked = asks[-1][1]
    needed = levels[asked].attest if asked in levels else 0
    return Standing(phase, level, asked, attested, objected, needed, attest_by, history, until, ended, paper)


def _in_time(stand: Stand, asks: list[tuple[datetime, str]], within: timedelta) -> bool:
    """Whether `stand` came while a level that was asked for could be attested; a slow clock does not exclude it."""
    return stand.at <= asks[0][0] + within or any(at <= stand.at <= at + within for at, _ in asks)


def _history(
    levels: Mapping[str, Level], asks: list[tuple[datetime, str]], attested: tuple[Stand, ...]
) -> tuple[tuple[datetime, str], ...]:
    """Return when which level came into force, each change once."""
    moments = sorted({at for at, _ in asks} | {max(stand.at, asks[0][0]) for stand in attested})
    history: list[tuple[datetime, str]] = []
    for moment in moments:
        asked = next(level for at, level in reversed(asks) if at <= moment)
        count = sum(stand.at <= moment for stand in attested)
        level = _in_force(levels, asked, count)
        if level and (not history or history[-1][1] != level):
            history.append((moment, level))
    return tuple(history)


def _in_force(levels: Mapping[str, Level], asked: str, attested: int) -> str:
    if asked not in levels:
        return ""
    reached = [(level.rank, code) for code, level in levels.items()
               if level.rank <= levels[asked].rank and level.attest <= attested]  # fmt: skip
    return max(reached)[1] if reached else ""


def _until(rule: Rule, own: list[Step], history: tuple[tuple[datetime, str], ...]) -> datetime | None:
    if not history:
        return None
    at, level = history[-1]
    extended = [step.until for step in own if step.change is Change.EXTENDED and step.at >= at and step.until]
    return extended[-1] if extended else at + rule.levels[level].lasts


def _stopped(share: Fraction, objected: tuple[Stand, ...], electorate: int) -> datetime | None:
    """Return the time of the objection that filled the share."""
    for count, stand in enumerate(objected, start=1):
        if Fraction(count, electorate) >= share:
            return stand.at
    return None


def _closed(rule: Rule, case: Case, steps: list[Step], own: list[Step], until: datetime | None) -> datetime | None:
    """Return when it was stood down: by its owner, or by any member once it lapsed, where the charter lets them."""
    ends = [step.at for step in own if step.change is Change.STOOD_DOWN]
    if rule.anyone_ends and until:
        others = [step for step in steps if step.change is Change.STOOD_DOWN and step.author in case.electorate]
        ends += [step.at for step in others if step.at > until]
    return min(ends) if ends else None

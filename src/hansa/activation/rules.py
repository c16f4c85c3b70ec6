# SPDX-License-Identifier: Apache-2.0
"""What an activation is at a moment, computed from the whole set of acts about it; no Django.

Nothing here counts up. Every function takes all that is known and gives the same answer in whatever order it came
(design, section 1, idea 2). Where two acts of one author compete, the author's own order decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from hansa.duty.rules import Clock, ClockState

PAPER_WITHIN = timedelta(days=30)
LEVELS = (1, 2, 3)


class Phase(StrEnum):
    """Where an activation stands."""

    WAITING = "waiting"
    ACTIVE = "active"
    REFUSED = "refused"
    EXPIRED = "expired"
    STOOD_DOWN = "stood-down"


class Moment(StrEnum):
    """What starts the clock of an obligation."""

    INVOKED = "invoked"
    ACTIVE = "active"


class Change(StrEnum):
    """What the member in crisis changes about its activation."""

    LEVEL = "level"
    EXTENDED = "extended"
    STOOD_DOWN = "stood-down"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a charter says about activating: how many others must attest, and how long it lasts."""

    attestations: int = 0
    lasts: timedelta | None = None
    paper_within: timedelta = PAPER_WITHIN


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
    level: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known about one activation. `reporter` is set when it was reported by voice."""

    member: str
    opened: datetime
    level: int
    electorate: frozenset[str]
    stands: tuple[Stand, ...] = ()
    steps: tuple[Step, ...] = ()
    reporter: str = ""
    adopted: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The answer: phase, level, and everything that a page shows about them."""

    phase: Phase
    level: int
    attested: tuple[Stand, ...]
    objected: tuple[Stand, ...]
    needed: int
    since: datetime | None
    until: datetime | None
    ended: datetime | None
    paper: Clock | None

    @property
    def open(self) -> bool:
        """Whether members still owe something, or may still be asked."""
        return self.phase in (Phase.WAITING, Phase.ACTIVE)

    @property
    def missing(self) -> int:
        """How many attestations are still missing."""
        return max(self.needed - len(self.attested), 0)

    @property
    def unadopted(self) -> bool:
        """Whether it rests on a report by voice that the member in crisis has not adopted."""
        return self.paper is not None and self.paper.done is None


def first_stands(stands: Iterable[Stand], electorate: frozenset[str]) -> list[Stand]:
    """Return the first stand of each member that has a say, oldest first. The first is final."""
    first: dict[str, Stand] = {}
    for stand in sorted(stands, key=lambda stand: (stand.at, stand.act)):
        if stand.member in electorate:
            first.setdefault(stand.member, stand)
    return list(first.values())


def _own_steps(case: Case) -> list[Step]:
    """Return the steps that count, oldest first: the member's; the reporter's only until the member adopts."""
    owners = {case.member} if case.adopted or not case.reporter else {case.member, case.reporter}
    return sorted((step for step in case.steps if step.author in owners), key=lambda step: (step.at, step.act))


def _last(steps: list[Step], change: Change) -> Step | None:
    return next((step for step in reversed(steps) if step.change is change), None)


def standing(rule: Rule, case: Case, now: datetime) -> Standing:
    """Return where the activation stands at `now`.

    Active from the attestation that fills the charter's number. Refused when so many objected that the number
    cannot be reached. Expired when its period ended and nobody extended it.
    """
    stands = first_stands(case.stands, case.electorate)
    attested = [stand for stand in stands if stand.attests]
    objected = [stand for stand in stands if not stand.attests]
    since = _since(rule.attestations, case.opened, attested)
    steps = _own_steps(case)
    level, extended, closed = (_last(steps, change) for change in (Change.LEVEL, Change.EXTENDED, Change.STOOD_DOWN))
    until = extended.until if extended else since + rule.lasts if since and rule.lasts else None
    phase, ended = Phase.WAITING, None
    if closed:
        phase, ended = Phase.STOOD_DOWN, closed.at
    elif since and until and until < now:
        phase, ended = Phase.EXPIRED, until
    elif since:
        phase = Phase.ACTIVE
    elif len(case.electorate) - len(objected) < rule.attestations:
        phase, ended = Phase.REFUSED, _decisive(objected, len(case.electorate) - rule.attestations)
    paper = Clock(case.opened, case.opened + rule.paper_within, done=case.adopted) if case.reporter else None
    return Standing(
        phase, level.level if level and level.level else case.level, tuple(attested), tuple(objected),
        rule.attestations, since, until, ended, paper,
    )  # fmt: skip


def _since(needed: int, opened: datetime, attested: list[Stand]) -> datetime | None:
    if needed == 0:
        return opened
    return attested[needed - 1].at if len(attested) >= needed else None


def _decisive(objected: list[Stand], tolerated: int) -> datetime | None:
    """Return when the objection came that made the number unreachable; None when no objection was needed for that."""
    return objected[max(tolerated, 0)].at if len(objected) > max(tolerated, 0) else None


@dataclass(frozen=True, slots=True)
class Term:
    """One obligation of the charter: what, within which time from which moment, by which office, by which clause."""

    code: str
    label: str
    within: timedelta | None
    starts: Moment = Moment.INVOKED
    office: str = "duty-officer"
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """What one member owes in one activation."""

    member: str
    term: Term
    clock: Clock

    def state(self, now: datetime) -> ClockState:
        """Return the state of its clock."""
        return self.clock.state(now)


def obligations(
    terms: Iterable[Term], state: Standing, opened: datetime, members: Iterable[str], met: Mapping[tuple[str, str], datetime]
) -> list[Obligation]:
    """Return what each of `members` owes; `met` maps (member, code) to the time of the first act that met it.

    What had no time left to be met when the activation ended is waived; what was late before then stays late.
    """
    owed = []
    for term in terms:
        start = opened if term.starts is Moment.INVOKED else state.since
        if start is None:
            continue
        due = start + term.within if term.within is not None else None
        waived = state.ended is not None and (due is None or due > state.ended)
        for member in members:
            owed.append(Obligation(member, term, Clock(start, due, done=met.get((member, term.code)), waived=waived)))
    return owed

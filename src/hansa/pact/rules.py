# SPDX-License-Identifier: Apache-2.0
"""Who is a member and which charter is in force: one fold over the set of all pact acts.

Pure and independent of the order in which acts arrive. A proposal names its parent, round, closing time and
electorate; a member's first vote per parent and round counts and is final; one round is open at a time;
thresholds are above half; the lowest round that reached its threshold wins (design, section 1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction

LONGEST_ROUND = timedelta(days=90)  # else one member could hold the only round open for ever
CLOCK_SKEW = timedelta(minutes=5)  # the ledger lets a log run this far ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the fold needs of a charter."""

    enough: int
    sponsors: int
    threshold: Fraction
    open_for: timedelta
    notice: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One pact act: its hash, its author, and its claimed time."""

    digest: str
    author: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Founded(Event):
    """The first charter, by the government that founds the league."""

    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratified(Event):
    """A government ratified the charter that the act `charter` carries."""

    charter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Endorsed(Event):
    """A member vouches for the government whose ratification is `ratified`."""

    ratified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Event):
    """A new text in place of the version `parent`."""

    parent: str
    round: int
    closes: datetime
    electorate: frozenset[str]
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted(Event):
    """A yes or no to one proposal."""

    proposal: str
    yes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Event):
    """A member says that it leaves, at `effective` or when the charter's notice has run, whichever is later."""

    effective: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Event):
    """A member takes its notice back."""

    notice: str


_RANK = {kind: rank for rank, kind in enumerate((Founded, Ratified, Endorsed, Proposed, Voted, Noticed, Cancelled))}


@dataclass(frozen=True, slots=True)
class Membership:
    """One government's membership; `since` is None until enough members vouch, `until` None unless it leaves."""

    member: str
    ratified: str
    asked: datetime
    since: datetime | None = None
    until: datetime | None = None
    notice: str | None = None

    def holds(self, at: datetime) -> bool:
        """Return whether it is a member at that time."""
        return self.since is not None and self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Version:
    """A charter that is, or was, in force; `since` is None while too few members have ratified the first."""

    digest: str
    number: int
    parent: str | None
    terms: Terms
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Ballot:
    """Where a proposal stands. `flaw` says why it does not count: `parent`, `author`, `round`, `closes`, or empty."""

    proposal: str
    parent: str
    round: int
    closes: datetime
    voters: frozenset[str]
    size: int
    needed: int
    yes: frozenset[str] = frozenset()
    no: frozenset[str] = frozenset()
    decided: datetime | None = None
    flaw: str = ""


@dataclass(frozen=True)
class League:
    """The state that follows from all acts."""

    founded: str | None = None
    versions: tuple[Version, ...] = ()
    memberships: tuple[Membership, ...] = ()
    ballots: Mapping[str, Ballot] = field(default_factory=dict)
    first_votes: Mapping[tuple[str, int, str], str] = field(default_factory=dict)

    def members(self, at: datetime) -> frozenset[str]:
        """Return who is a member at that time."""
        return frozenset(held.member for held in self.memberships if held.holds(at))

    def version(self, at: datetime) -> Version | None:
        """Return the charter in force at that time."""
        return next((held for held in reversed(self.versions) if held.since and held.since <= at), None)


def fold(events: Iterable[Event]) -> League:
    """Return the state that follows from the set of events, whatever their order and however often each comes."""
    unique = {event.digest: event for event in events}
    walk = _Walk()
    for event in sorted(unique.values(), key=lambda event: (_when(event, unique), _RANK[type(event)], event.digest)):
        walk.take(event, _when(event, unique))
    return walk.league()


def needed(threshold: Fraction, size: int) -> int:
    """Return the least number of yes votes out of `size` that reaches the threshold."""
    return -(-threshold.numerator * size // threshold.denominator)


def _when(event: Event, known: Mapping[str, Event]) -> datetime:
    """Return when an act counts: never before what it refers to, though its author's clock ran behind."""
    names = {Voted: "proposal", Endorsed: "ratified", Cancelled: "notice", Ratified: "charter"}
    referred = known.get(getattr(event, names[type(event)])) if type(event) in names else None
    return max(event.at, _when(referred, known)) if referred else event.at


class _Walk:
    """Goes through the events in the order of time and keeps what follows."""

    def __init__(self) -> None:
        self.founded: Founded | None = None
        self.versions: list[Version] = []
        self.periods: dict[str, list[Membership]] = {}
        self.vouched: dict[str, set[str]] = {}
        self.ballots: dict[str, Ballot] = {}
        self.proposals: dict[str, Proposed] = {}
        self.rounds: dict[str, tuple[int, datetime]] = {}
        self.first: dict[tuple[str, int, str], str] = {}
        self.early: list[tuple[Event, datetime]] = []

    def league(self) -> League:
        founded = self.founded.digest if self.founded else None
        periods = tuple(period for member in sorted(self.periods) for period in self.periods[member])
        return League(founded, tuple(self.versions), periods, self.ballots, self.first)

    def take(self, event: Event, at: datetime) -> None:
        match event:
            case Founded():
                self._found(event)
            case Ratified():
                self._ratify(event, at)
            case Endorsed():
                self._endorse(event, at)
            case Proposed():
                self._propose(event, at)
            case Voted():
                self._vote(event, at)
            case Noticed():
                self._notice(event, at)
            case Cancelled():
                self._cancel(event, at)

    def _terms(self) -> Terms | None:
        return self.versions[-1].terms if self.versions else None

    def _members(self, at: datetime) -> set[str]:
        return {member for member, periods in self.periods.items() if any(held.holds(at) for held in periods)}

    def _found(self, event: Founded) -> None:
        if self.founded is None:
            self.founded = event
            self.versions.append(Version(event.digest, 1, None, event.terms, None))

    def _ratify(self, event: Ratified, at: datetime) -> None:
        periods = self.periods.setdefault(event.author, [])
        known = event.charter in {version.digest for version in self.versions}
        waits = bool(periods) and periods[-1].since is None
        if known and not waits and not any(held.holds(at) for held in periods):
            periods.append(Membership(event.author, event.digest, at))
            self._admit(event.author, at)

    def _endorse(self, event: Endorsed, at: datetime) -> None:
        if event.author in self._members(at):
            self.vouched.setdefault(event.ratified, set()).add(event.author)
            for member, periods in self.periods.items():
                if periods and periods[-1].ratified == event.ratified:
                    self._admit(member, at)

    def _admit(self, member: str, at: datetime) -> None:
        """Make `member` one if enough vouch for it. Before the charter is in force, ratifying is enough."""
        period, terms, members = self.periods[member][-1], self._terms(), self._members(at)
        if period.since is not None or terms is None or not self.versions:
            return
        in_force = self.versions[-1].since is not None
        sponsors = min(terms.sponsors, len(members)) if in_force else 0
        if len(self.vouched.get(period.ratified, ())) >= sponsors:
            self.periods[member][-1] = replace(period, since=at)
            if not in_force and len(self._members(at)) >= terms.enough:
                self.versions[0] = replace(self.versions[0], since=at)
                self._retry(at)

    def _propose(self, event: Proposed, at: datetime) -> None:
        current = self.versions[-1] if self.versions and self.versions[-1].since else None
        if current is None or event.parent != current.digest:
            if event.parent not in {version.digest for version in self.versions[:-1]}:
                self.early.append((event, at))
            self._flawed(event, "parent")
            return
        flaw, closes = self._round(event, at, current.terms)
        if event.author not in self._members(at):
            flaw = "author"
        if flaw:
            self._flawed(event, flaw)
            return
        members = self._members(at)
        size = len(event.electorate | members)
        self.rounds[event.parent] = (event.round, closes)
        self.proposals[event.digest] = event
        self.ballots[event.digest] = Ballot(
            event.digest, event.parent, event.round, closes, event.electorate & members, size,
            needed(current.terms.threshold, size),
        )  # fmt: skip

    def _flawed(self, event: Proposed, flaw: str) -> None:
        self.ballots[event.digest] = Ballot(
            event.digest, event.parent, event.round, event.closes, frozenset(), 0, 0, flaw=flaw
        )

    def _round(self, event: Proposed, at: datetime, terms: Terms) -> tuple[str, datetime]:
        """Return the flaw, if any, and when the round closes: with its first proposal, whoever else joins it."""
        number, closes = self.rounds.get(event.parent, (0, None))
        if closes is not None and event.round == number and at <= closes:
            return "", closes
        if event.round != number + 1 or (closes is not None and at <= closes):
            return "round", event.closes
        longest = max(LONGEST_ROUND, terms.open_for) + CLOCK_SKEW
        if not terms.open_for <= event.closes - event.at <= longest:
            return "closes", event.closes
        return "", event.closes

    def _vote(self, event: Voted, at: datetime) -> None:
        if any(held.digest == event.proposal for held, _ in self.early):
            self.early.append((event, at))
            return
        ballot = self.ballots.get(event.proposal)
        if ballot is None or ballot.flaw or event.author not in ballot.voters or at > ballot.closes:
            return
        key = (ballot.parent, ballot.round, event.author)
        if event.author not in self._members(at) or self.first.setdefault(key, event.digest) != event.digest:
            return
        if event.yes:
            ballot = replace(ballot, yes=ballot.yes | {event.author})
        else:
            ballot = replace(ballot, no=ballot.no | {event.author})
        current = self.versions[-1]
        if len(ballot.yes) >= ballot.needed and current.digest == ballot.parent:
            ballot = replace(ballot, decided=at)
            terms = self.proposals[event.proposal].terms
            self.versions.append(Version(event.proposal, current.number + 1, current.digest, terms, at))
        self.ballots[event.proposal] = ballot
        if ballot.decided:
            self._retry(at)

    def _retry(self, at: datetime) -> None:
        """Take up proposals that came a clock's skew too early: their parent is in force only now."""
        early, self.early = self.early, []
        for event, was in early:
            if at - was <= CLOCK_SKEW:
                self.take(event, at)

    def _notice(self, event: Noticed, at: datetime) -> None:
        periods, terms = self.periods.get(event.author, []), self._terms()
        if periods and terms and periods[-1].holds(at) and periods[-1].notice is None:
            until = max(event.effective, at + terms.notice)
            periods[-1] = replace(periods[-1], until=until, notice=event.digest)

    def _cancel(self, event: Cancelled, at: datetime) -> None:
        periods = self.periods.get(event.author, [])
        if periods and periods[-1].notice == event.notice and periods[-1].holds(at):
            periods[-1] = replace(periods[-1], until=None, notice=None)

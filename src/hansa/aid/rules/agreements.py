# SPDX-License-Identifier: Apache-2.0
"""Which terms stand between a donor and a requester, as a function of the whole set of what both said.

Two parties agree by each signing the hash of one terms document, in either order (design, section 1). Terms name
their parents; terms that both signed and that no later terms replace *stand*. Two that stand side by side are a
conflict, which a version naming both resolves; until then only what every standing version grants counts. A
donor's recall and a requester's cancellation take effect without the other's consent, on what was not yet sent.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

DONOR, REQUESTER = "donor", "requester"
PROPOSED, IN_FORCE, CONFLICT, RECALLED, CANCELLED, ENDED = (
    "proposed", "in-force", "conflict", "recalled", "cancelled", "ended",
)  # fmt: skip
RECALL, CANCELLATION, RELEASE, EXTENSION = "recall", "cancellation", "release", "extension"
NOTICE_SIDE = {RECALL: DONOR, CANCELLATION: REQUESTER, RELEASE: REQUESTER}
# How long the other side has to acknowledge a notice where the node does not hold the charter that says it.
ACKNOWLEDGE_WITHIN = timedelta(hours=4)
SIGN_WITHIN = timedelta(hours=12)
# The charter names the categories; these are the ones of every claim form (mutual-aid reference, section 3).
COST_CATEGORIES = ("personnel", "travel", "equipment", "commodities", "other")

_AGREEMENTS = uuid.UUID("5a0e9a43-9d35-5c06-8c0e-3a1f0a2b9c11")


def agreement_id(root: str) -> uuid.UUID:
    """Return the id of the agreement whose first terms have the hash `root` (hex).

    Derived from the content, so that no third member can open terms under an agreement of others.
    """
    return uuid.uuid5(_AGREEMENTS, root)


def terms_hash(canonical: bytes) -> str:
    """Return the hash (SHA-256, hex) that both sides sign, of the canonical bytes of one terms document."""
    return hashlib.sha256(b"hansa-terms/v1\x00" + canonical).hexdigest()


@dataclass(frozen=True, slots=True)
class Version:
    """One terms document: its hash, the versions it replaces, and how much of each line it grants."""

    hash: str
    parents: tuple[str, ...]
    lines: Mapping[uuid.UUID, Decimal]


@dataclass(frozen=True, slots=True)
class Signed:
    """One side's signature over one version, by an act with this id at this time."""

    act: uuid.UUID
    hash: str
    side: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """A recall (donor), cancellation or early release (requester) of so much of each line; no line means all."""

    act: uuid.UUID
    kind: str
    at: datetime
    effective: datetime
    lines: Mapping[uuid.UUID, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineState:
    """What stands of one line: `granted` by the terms, and what the notices ask to take out of it."""

    granted: Decimal
    recalled: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Standing:
    """The outcome: state, the hashes that stand, those waiting for the other side, and the lines."""

    state: str
    hashes: tuple[str, ...]
    waiting: Mapping[str, str]
    signed_at: datetime | None
    lines: Mapping[uuid.UUID, LineState]


def first_signatures(signatures: Iterable[Signed]) -> dict[tuple[str, str], Signed]:
    """Return each side's first signature of each version; signing twice changes nothing."""
    first: dict[tuple[str, str], Signed] = {}
    for signed in sorted(signatures, key=lambda s: (s.at, s.act)):
        first.setdefault((signed.hash, signed.side), signed)
    return first


def in_force(versions: Mapping[str, Version], signatures: Iterable[Signed]) -> dict[str, datetime]:
    """Return the versions that both sides signed, with the time of the second signature."""
    first = first_signatures(signatures)
    both = {}
    for name in versions:
        pair = [first.get((name, side)) for side in (DONOR, REQUESTER)]
        if all(pair):
            both[name] = max(signed.at for signed in pair if signed)
    return both


def ancestors(versions: Mapping[str, Version], name: str) -> set[str]:
    """Return every version that `name` replaces, directly or through others."""
    found: set[str] = set()
    ahead = list(versions[name].parents)
    while ahead:
        parent = ahead.pop()
        if parent not in found:
            found.add(parent)
            if parent in versions:
                ahead.extend(versions[parent].parents)
    return found


def standing_versions(versions: Mapping[str, Version], signatures: Sequence[Signed]) -> tuple[str, ...]:
    """Return, sorted, the versions in force that no other version in force replaces."""
    both = in_force(versions, signatures)
    replaced = set().union(*(ancestors(versions, name) for name in both)) if both else set()
    return tuple(sorted(set(both) - replaced))


def waiting_for(versions: Mapping[str, Version], signatures: Sequence[Signed]) -> dict[str, str]:
    """Return versions that one side signed and none in force replaces, each with the side that has yet to sign."""
    first, both = first_signatures(signatures), in_force(versions, signatures)
    gone = set(both).union(*(ancestors(versions, name) for name in both)) if both else set()
    waiting = {}
    for name in sorted(set(versions) - gone):
        sides = {side for side in (DONOR, REQUESTER) if (name, side) in first}
        if len(sides) == 1:
            waiting[name] = REQUESTER if DONOR in sides else DONOR
    return waiting


def granted_lines(versions: Sequence[Version]) -> dict[uuid.UUID, Decimal]:
    """Return how much of each line every one of these versions grants: the least of them, none being nothing."""
    names = {line for version in versions for line in version.lines}
    return {line: min(version.lines.get(line, Decimal(0)) for version in versions) for line in sorted(names)}


def _noticed(notices: Sequence[Notice], granted: Mapping[uuid.UUID, Decimal], kind: str) -> dict[uuid.UUID, Decimal]:
    taken = dict.fromkeys(granted, Decimal(0))
    for notice in notices:
        if notice.kind == kind:
            for line in granted:
                taken[line] += notice.lines.get(line, Decimal(0)) if notice.lines else granted[line]
    return taken


def settle_lines(granted: Mapping[uuid.UUID, Decimal], notices: Sequence[Notice]) -> dict[uuid.UUID, LineState]:
    """Return the state of each line: recalls come first, then cancellations, together never more than was granted."""
    recalled, cancelled = (_noticed(notices, granted, kind) for kind in (RECALL, CANCELLATION))
    lines = {}
    for line, quantity in granted.items():
        back = min(recalled[line], quantity)
        lines[line] = LineState(quantity, back, min(cancelled[line], quantity - back))
    return lines


def settle(versions: Mapping[str, Version], signatures: Sequence[Signed], notices: Sequence[Notice] = ()) -> Standing:
    """Return what stands. A function of the sets alone: the order in which acts arrived plays no part."""
    hashes = standing_versions(versions, signatures)
    both = in_force(versions, signatures)
    # A line that later terms dropped stays, granting nothing: what was sent under it is still to be accounted for.
    ever = {line: Decimal(0) for name in sorted(both) for line in versions[name].lines}
    granted = ever | granted_lines([versions[name] for name in hashes])
    lines = settle_lines(granted, notices)
    return Standing(
        state=_state(hashes, lines),
        hashes=hashes,
        waiting=waiting_for(versions, signatures),
        signed_at=min((at for at in both.values()), default=None),
        lines=lines,
    )


def _state(hashes: Sequence[str], lines: Mapping[uuid.UUID, LineState]) -> str:
    if not hashes:
        return PROPOSED
    if len(hashes) > 1:
        return CONFLICT
    left = sum((line.granted - line.recalled - line.cancelled for line in lines.values()), Decimal(0))
    if left > 0 or not lines:
        return IN_FORCE
    return RECALLED if any(line.recalled for line in lines.values()) else CANCELLED


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a notice would do, in units of one line: taken from what waits, and what it cannot reach any more."""

    line: uuid.UUID
    taken: Decimal
    beyond: Decimal


def consequences(
    lines: Mapping[uuid.UUID, LineState], shipped: Mapping[uuid.UUID, Decimal], wanted: Mapping[uuid.UUID, Decimal]
) -> list[Consequence]:
    """Return for each line what a recall or cancellation of `wanted` units takes back (what was not sent), and the
    rest, which is on its way or there already and has to be returned by shipment instead."""
    found = []
    for line, quantity in wanted.items():
        state = lines.get(line, LineState(Decimal(0)))
        free = state.granted - state.recalled - state.cancelled - shipped.get(line, Decimal(0))
        taken = min(quantity, max(free, Decimal(0)))
        found.append(Consequence(line, taken, quantity - taken))
    return found

# SPDX-License-Identifier: Apache-2.0
"""A plan that follows events: only the kinds that an event touches are solved again; and what would be, if."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from hansa.aid.allocation.flow import solve, solve_kind
from hansa.aid.allocation.model import Commitment, Lot, Policy, Request
from hansa.aid.allocation.plan import KindPlan, Plan
from hansa.aid.allocation.snapshot import Block, Lots, Requests, Snapshot


@dataclass(frozen=True, slots=True)
class Put:
    """A lot or request is new, or is now as given."""

    row: Lot | Request


@dataclass(frozen=True, slots=True)
class Drop:
    """A lot or request of a kind is gone, with what was committed of it. Dropping what is not there changes nothing."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Signed:
    """An agreement was signed: from now on its units are never moved."""

    kind: str
    commitment: Commitment


Event = Put | Drop | Signed


@dataclass(frozen=True, slots=True)
class Change:
    """One pair of which the plan sends another number of units than before."""

    lot: str
    request: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class PlanDiff:
    """What a plan changed: pairs, kinds that were solved, and (need, minutes) after less before."""

    changes: tuple[Change, ...]
    solved: tuple[str, ...]
    tiers: tuple[int, int]

    @property
    def churn(self) -> int:
        """Units that were proposed before and are not any more."""
        return sum(max(0, change.before - change.after) for change in self.changes)


class Planner:
    """Holds a snapshot and its plan, and brings both up to date."""

    def __init__(self, snapshot: Snapshot, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.snapshot = snapshot
        self.plan = solve(snapshot, self.policy)

    def apply(self, events: Iterable[Event]) -> PlanDiff:
        """Take events up in order and return what changed. `ValueError` for an event that cannot be; nothing changes.

        A kind whose data are in the end the same keeps its plan without being solved.
        """
        by_kind: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_kind[event.row.kind if isinstance(event, Put) else event.kind].append(event)
        blocks = {kind: _changed(self.snapshot.blocks.get(kind), kind, told) for kind, told in sorted(by_kind.items())}
        snapshot = Snapshot.of_blocks((self.snapshot.blocks | blocks).values())
        fresh = dict(solve(snapshot, self.policy, previous=self.plan, kinds=blocks).kinds)
        old = dict(self.plan.kinds)
        told_diff = _diff({kind: old[kind] for kind in fresh if kind in old}, fresh)
        plans = old | fresh
        self.snapshot, self.plan = snapshot, Plan({kind: plans[kind] for kind in sorted(plans)}, self.policy)
        return told_diff

    def what_if(
        self,
        events: Iterable[Event] = (),
        *,
        force: Commitment | None = None,
        policy: Policy | None = None,
    ) -> PlanDiff:
        """Return the difference that events, a pinned pair or another policy would make; nothing is changed by asking.

        Both sides are solved without the pull to an earlier plan: what differs is due to the change alone.
        `ValueError` for a pin that cannot be (type, deadline, reserve, forbidden), `KeyError` for an unknown request.
        """
        other = policy or self.policy
        by_kind: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_kind[event.row.kind if isinstance(event, Put) else event.kind].append(event)
        touched = set(by_kind) | (set(self.snapshot.blocks) if policy else set())
        pinned = self.snapshot.block_of(force.request)[0].kind if force else ""
        before, after = {}, {}
        for kind in sorted(touched | ({pinned} if force else set())):
            block = self.snapshot.blocks.get(kind)
            if block is not None:
                before[kind] = solve_kind(block, self.policy)
            pins = {(force.lot, force.request): force.units} if force and kind == pinned else None
            after[kind] = solve_kind(_changed(block, kind, by_kind[kind]), other, forced=pins)
        return _diff(before, after)


def _diff(before: dict[str, KindPlan], after: dict[str, KindPlan]) -> PlanDiff:
    changes, solved, need, minutes = [], [], 0, 0
    for kind, new in after.items():
        old = before.get(kind)
        if new is old:
            continue
        solved.append(kind)
        was = old.pairs if old else {}
        for lot, request in sorted(was.keys() | new.pairs.keys()):
            change = Change(lot, request, was.get((lot, request), 0), new.pairs.get((lot, request), 0))
            if change.before != change.after:
                changes.append(change)
        need += new.tiers[0] - (old.tiers[0] if old else 0)
        minutes += new.tiers[1] - (old.tiers[1] if old else 0)
    return PlanDiff(tuple(changes), tuple(solved), (need, minutes))


def _changed(block: Block | None, kind: str, events: Sequence[Event]) -> Block:
    if block is None:
        block = Block(kind, Lots.of(kind, ()), Requests.of(kind, ()))
    if not events:
        return block
    lots: dict[str, Lot] = {}
    requests: dict[str, Request] = {}
    dropped: set[str] = set()
    signed = list(block.commitments)
    for event in events:
        if isinstance(event, Put):
            if isinstance(event.row, Lot):
                lots[event.row.id] = event.row
            else:
                requests[event.row.id] = event.row
            dropped.discard(event.row.id)
        elif isinstance(event, Drop):
            lots.pop(event.id, None)
            requests.pop(event.id, None)
            dropped.add(event.id)
            signed = [one for one in signed if event.id not in (one.lot, one.request)]
        else:
            signed.append(event.commitment)
    return replace(
        block, lots=block.lots.changed(list(lots.values()), dropped),
        requests=block.requests.changed(list(requests.values()), dropped),
        commitments=tuple(sorted(signed, key=lambda one: (one.lot, one.request))),
    )  # fmt: skip

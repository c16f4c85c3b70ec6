# SPDX-License-Identifier: Apache-2.0
"""The flow network of one kind (allocation reference, section 2): who may serve whom, at what cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hansa.aid.allocation.model import ANY_LEVEL, Policy
from hansa.aid.allocation.snapshot import Block, Floats, Integers

MINUTES = 60
WORST_TYPE = 4  # NIMS types run from 1 (best) to 4: how far a lot is above a request that takes any.
_LIMIT = 2**62  # The solver scales costs by the number of nodes and keeps them in 64 bits.

Pairs = Mapping[tuple[str, str], int]


@dataclass(frozen=True, eq=False)
class Reach:
    """The pairs of one kind that are allowed: k arcs, by row of the lot and column of the request."""

    row: Integers
    column: Integers
    hours: Floats
    phi: Integers
    minutes: Integers


def feasible(block: Block) -> NDArray[np.bool_]:
    """Return n lots by m requests: type and member suit (a lot never serves its own member)."""
    donors, requesters = block.members
    return (donors[:, None] != requesters) & (block.lots.level[:, None] <= block.requests.level)


def arrival(block: Block, policy: Policy, rows: Integers, columns: Integers) -> tuple[Floats, Floats]:
    """Return hours until arrival, rows by columns, as expected and with the policy's margin on travel."""
    travel = policy.travel(block.lots.places[rows], block.requests.places[columns])
    start = (np.maximum(block.lots.ready, 0.0) + block.lots.mobilisation)[rows, None]
    return start + travel, start + travel * policy.lateness_margin


def reach(block: Block, policy: Policy) -> Reach:
    """Return every arc of a kind; nothing is pruned but what is infeasible or has no units."""
    rows, columns = np.flatnonzero(block.releasable), np.flatnonzero(block.wanted)
    expected, careful = arrival(block, policy, rows, columns)
    last = (block.requests.due + block.requests.lateness)[columns]
    donors, requesters = block.members
    fits = (careful <= last + 1e-9) & (donors[rows, None] != requesters[columns])
    fits &= block.lots.level[rows, None] <= block.requests.level[columns]
    for lot, request in policy.forbidden:
        fits &= ~((block.lots.id[rows] == lot)[:, None] & (block.requests.id[columns] == request))
    at, to = np.nonzero(fits)
    row, column, hours, late = rows[at], columns[to], expected[at, to], careful[at, to]
    return Reach(
        row, column, hours, _lateness(block, policy, column, late), _minutes(block, policy, row, column, hours)
    )


def _lateness(block: Block, policy: Policy, column: Integers, careful: Floats) -> Integers:
    allowance = block.requests.lateness[column]
    share = np.clip((careful - block.requests.due[column]) / np.where(allowance > 0, allowance, 1.0), 0.0, 1.0)
    share[(allowance <= 0) | (careful <= block.requests.due[column] + 1e-9)] = 0.0
    return np.ceil(policy.latest * share**2).astype(np.int64)


def _minutes(block: Block, policy: Policy, row: Integers, column: Integers, hours: Floats) -> Integers:
    wanted, held = block.requests.level[column], block.lots.level[row]
    grades = np.where(wanted == ANY_LEVEL, np.maximum(WORST_TYPE - held, 0), wanted - held)
    minutes = np.rint(hours * MINUTES).astype(np.int64) + policy.over_qualified_minutes * grades
    if policy.donor_price:
        price = np.array([policy.donor_price.get(name, 0) for name in block.lots.donor.tolist()], dtype=np.int64)
        minutes += price[row]
    return minutes


class Network:
    """Arcs of one kind's flow: pairs twice (kept part cheaper), unmet quarters, retained halves, and the free arc.

    `previous` are units by (lot, request) of the plan before; `forced` are units that the plan must hold.
    Nodes: lots 0..n-1, requests n..n+m-1, unmet n+m, retained n+m+1.
    """

    def __init__(
        self, block: Block, policy: Policy, previous: Pairs | None = None, forced: Pairs | None = None
    ) -> None:
        self.block, self.policy = block, policy
        self.reach = found = reach(block, policy)
        self.stock, self.need = block.releasable, block.wanted
        self.previous = self._by_arc(previous or {}, strict=False)
        self.forced = self._by_arc(forced or {}, strict=True)
        weights = np.array(policy.weights, dtype=np.int64)
        self.weight = weights[block.requests.priority - 1]
        lots, requests = len(np.unique(found.row)), len(np.unique(found.column))
        dearest = int(np.abs(found.minutes).max(initial=0))
        # One simple residual cycle that betters tier 1 by one must outweigh all the minutes along it.
        self.scale = (2 * min(lots, requests) + 4) * (dearest + policy.beta[0] + policy.delta) + 1
        top = int(self.weight.max(initial=0)) * max(policy.latest, policy.quarters[-1])
        if (self.scale * top + dearest + policy.delta) * (len(self.stock) + len(self.need) + 2) >= _LIMIT:
            raise OverflowError(f"the costs of {block.kind} do not fit 64 bits: lower the weights or split the kind")

    def _by_arc(self, pairs: Pairs, *, strict: bool) -> Integers:
        """Return units by arc; those of pairs that are no arc (any more) are left out, or `ValueError`."""
        units = np.zeros(len(self.reach.row), dtype=np.int64)
        block, width = self.block, max(len(self.block.requests), 1)
        if not pairs:
            return units
        keys = self.reach.row * width + self.reach.column
        for (lot, request), count in pairs.items():
            try:
                key = block.lots.find(lot) * width + block.requests.find(request)
            except KeyError:
                at = len(keys)
            else:
                at = int(np.searchsorted(keys, key))
            if at < len(keys) and keys[at] == key:
                units[at] += count
            elif strict:
                raise ValueError(f"{lot} cannot serve {request}: type, deadline, own member, forbidden or no units")
        return units

    @cached_property
    def capacity(self) -> Integers:
        """Units that each pair can carry beyond what is forced."""
        free = np.minimum(self.stock[self.reach.row], self.need[self.reach.column])
        return np.maximum(free - self.forced, 0)

    @cached_property
    def kept(self) -> Integers:
        """Units of each pair that are credited when they stay."""
        if not self.policy.delta:
            return np.zeros_like(self.capacity)
        return np.clip(self.previous - self.forced, 0, self.capacity)

    @cached_property
    def quarters(self) -> Integers:
        """Sizes of the four quarters of each request; m by 4. One unit lies wholly in the dearest."""
        ends = self.need[:, None] * np.arange(5) // 4
        return np.diff(ends, axis=1)

    @cached_property
    def supplies(self) -> Integers:
        """Supply of each node, what is forced taken off both sides. `ValueError` when that is more than there is."""
        reach, n, m = self.reach, len(self.stock), len(self.need)
        stock, need = self.stock, self.need
        if self.forced.any():
            stock = stock - np.bincount(reach.row, self.forced, n).astype(np.int64)
            need = need - np.bincount(reach.column, self.forced, m).astype(np.int64)
            if stock.min(initial=0) < 0 or need.min(initial=0) < 0:
                raise ValueError("what is pinned is more than a lot has or a request needs")
        return np.concatenate([stock, -need, [need.sum(), -stock.sum()]])

    @cached_property
    def arcs(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Integers, Integers]:
        """Tails, heads, capacities and unit costs: k pairs, kept parts, 4 m quarters, 2 n halves, 1 free arc."""
        n, m, reach = len(self.stock), len(self.need), self.reach
        unmet, retained = n + m, n + m + 1
        supplies = self.supplies
        stock = supplies[:n]
        cost = self.scale * self.weight[reach.column] * reach.phi + reach.minutes
        again = np.flatnonzero(self.kept)
        upper = (stock + 1) // 2
        penalty = self.scale * self.weight[:, None] * np.array(self.policy.quarters, dtype=np.int64)
        lots, requests = np.arange(n), np.arange(m) + n
        beta = self.policy.beta
        return (
            np.concatenate([reach.row, reach.row[again], np.full(4 * m, unmet), lots, lots, [unmet]]).astype(np.int32),
            np.concatenate([reach.column + n, reach.column[again] + n, requests.repeat(4), np.full(2 * n, retained),
                            [retained]]).astype(np.int32),
            np.concatenate([self.capacity - self.kept, self.kept[again], self.quarters.ravel(), upper, stock - upper,
                            [-supplies[n:unmet].sum()]]),
            np.concatenate([cost, cost[again] - self.policy.delta, penalty.ravel(), np.full(n, -beta[0]),
                            np.full(n, -beta[1]), [0]]),
        )  # fmt: skip

    def units_of(self, flows: Integers) -> Integers:
        """Return units by pair (what is forced included) from flows by arc."""
        count = len(self.reach.row)
        units = flows[:count] + self.forced
        again = np.flatnonzero(self.kept)
        units[again] += flows[count : count + len(again)]
        return units

    def left(self, units: Integers) -> tuple[Integers, Integers]:
        """Return units retained by lot and unmet by request, for units by pair."""
        reach, n, m = self.reach, len(self.stock), len(self.need)
        sent = np.bincount(reach.row, units, n).astype(np.int64)
        got = np.bincount(reach.column, units, m).astype(np.int64)
        return self.stock - sent, self.need - got

    def unmet_penalty(self, unmet: Integers) -> Integers:
        """Return the multiplier sum over unmet units of each request, cheapest quarter first; length m."""
        before = np.cumsum(self.quarters, axis=1) - self.quarters
        inside = np.clip(unmet[:, None] - before, 0, self.quarters)
        return inside @ np.array(self.policy.quarters, dtype=np.int64)

    def tiers(self, units: Integers) -> tuple[int, int]:
        """Return (need, minutes) of units by pair. Compare plans by this pair, never by the combined cost."""
        retained, unmet = self.left(units)
        late = int((self.weight[self.reach.column] * self.reach.phi * units).sum())
        need = late + int((self.weight * self.unmet_penalty(unmet)).sum())
        upper = np.minimum(retained, (self.stock + 1) // 2)
        credit = self.policy.beta[0] * int(upper.sum()) + self.policy.beta[1] * int((retained - upper).sum())
        kept = int(np.minimum(units, self.previous).sum()) * self.policy.delta
        return need, int((self.reach.minutes * units).sum()) - credit - kept

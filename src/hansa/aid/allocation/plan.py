# SPDX-License-Identifier: Apache-2.0
"""A proposal, kind by kind. It binds nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from hansa.aid.allocation.model import Policy, Shipment
from hansa.aid.allocation.network import Network, Pairs
from hansa.aid.allocation.snapshot import Block, Floats, Integers

FLOW = "flow"  # The exact optimum; any other rule is a dispatcher's.


@dataclass(frozen=True, eq=False)
class KindPlan:
    """One kind: s shipments as row of the lot, column of the request, units and hours; units unmet by request.

    `tiers` are (need, minutes); `previous` are units by pair that the solve was drawn to; `forced` were pinned.
    """

    block: Block
    policy: Policy
    rule: str
    row: Integers
    column: Integers
    units: Integers
    hours: Floats
    unmet: Integers
    tiers: tuple[int, int]
    previous: Mapping[tuple[str, str], int]
    forced: Mapping[tuple[str, str], int]

    @cached_property
    def pairs(self) -> dict[tuple[str, str], int]:
        """Units by (lot, request)."""
        lots, requests = self.block.lots.id[self.row].tolist(), self.block.requests.id[self.column].tolist()
        return dict(zip(zip(lots, requests, strict=True), self.units.tolist(), strict=True))

    @property
    def shipments(self) -> tuple[Shipment, ...]:
        """The shipments of this kind by request, nearest first."""
        rows = zip(self.pairs.items(), self.hours.tolist(), strict=True)
        found = [Shipment(lot, request, units, hours) for ((lot, request), units), hours in rows]
        return tuple(sorted(found, key=lambda s: (s.request, s.hours, s.lot)))


def kind_plan(
    network: Network, units: Integers, rule: str, previous: Pairs | None = None, forced: Pairs | None = None
) -> KindPlan:
    """Return units by pair of a network as a plan of its kind."""
    used = units.nonzero()[0]
    found, block = network.reach, network.block
    _, unmet = network.left(units)
    return KindPlan(
        block, network.policy, rule, found.row[used], found.column[used], units[used], found.hours[used], unmet,
        network.tiers(units), dict(previous or {}), dict(forced or {}),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Plan:
    """A proposal for all kinds, in order of kind."""

    kinds: Mapping[str, KindPlan]
    policy: Policy

    @property
    def shipments(self) -> tuple[Shipment, ...]:
        """All shipments, by kind and request, nearest first."""
        return tuple(shipment for kind in self.kinds.values() for shipment in kind.shipments)

    @property
    def unmet(self) -> dict[str, int]:
        """Units of each request that stay open."""
        return {
            name: units
            for kind in self.kinds.values()
            for name, units in zip(kind.block.requests.id.tolist(), kind.unmet.tolist(), strict=True)
        }

    @property
    def tiers(self) -> tuple[int, int]:
        """(need, minutes) over all kinds."""
        return sum(k.tiers[0] for k in self.kinds.values()), sum(k.tiers[1] for k in self.kinds.values())

    @property
    def optimal(self) -> bool:
        """Whether every kind was solved to the optimum; not where time ran out."""
        return all(kind.rule == FLOW for kind in self.kinds.values())

    def units(self, lot: str, request: str) -> int:
        """Return the units proposed from one lot for one request."""
        return sum(kind.pairs.get((lot, request), 0) for kind in self.kinds.values())

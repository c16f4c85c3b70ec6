# SPDX-License-Identifier: Apache-2.0
"""The data of one allocation problem as rows, and the judgements behind a plan."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from hansa.aid.allocation.travel import GreatCircle, TravelTime

ANY_LEVEL = 9  # A request that takes any type; a lot that is not typed.


@dataclass(frozen=True, slots=True)
class Policy:
    """The judgements behind a plan. Nothing in here is physics; a league sets it (allocation reference, section 2).

    `weights` by priority 1 to 5; `quarters` multiply successive quarters of a request that stay unmet; `beta` are
    minutes credited for each unit retained, first and second half of a lot; `delta` minutes for each unit kept from
    the plan before; `donor_price` minutes by donor. Lateness costs 1 to `latest` times the weight, rising with the
    square of its share of the allowance; less than the first quarter, so that late beats never: else `ValueError`.
    """

    reserve: float = 0.30
    weights: tuple[int, ...] = (1000, 300, 100, 30, 10)
    quarters: tuple[int, ...] = (16, 18, 21, 26)
    latest: int = 15
    beta: tuple[int, int] = (240, 0)
    delta: int = 60
    lateness_margin: float = 1.25
    over_qualified_minutes: int = 30
    donor_price: Mapping[str, int] = field(default_factory=dict)
    forbidden: frozenset[tuple[str, str]] = frozenset()
    travel: TravelTime = field(default_factory=GreatCircle)

    def __post_init__(self) -> None:
        # Only convex penalties make a flow: else a dearer quarter would be left unmet first.
        if len(self.quarters) != 4 or list(self.quarters) != sorted(self.quarters):
            raise ValueError("quarters are four multipliers that do not fall")
        if self.beta[0] < self.beta[1] or self.beta[1] < 0 or self.delta < 0:
            raise ValueError("beta does not rise from the first half to the second, and no credit is below zero")
        if not 0 <= self.latest < self.quarters[0] or min(self.weights) < 1:
            raise ValueError("lateness costs less than any unmet unit, and every weight is at least one")

    def kept(self, stock: int) -> int:
        """Return the default reserve of a stock: its share, rounded up."""
        return math.ceil(round(stock * self.reserve, 6))


@dataclass(frozen=True, slots=True)
class Lot:
    """Units of one kind and type at one donor's site. `ready` and `mobilisation` are hours; level 1 is best."""

    id: str
    donor: str
    kind: str
    lat: float
    lon: float
    stock: int
    reserve: int
    committed: int = 0
    level: int = ANY_LEVEL
    ready: float = 0.0
    mobilisation: float = 0.0

    @property
    def releasable(self) -> int:
        """Units above the reserve that are promised to nobody."""
        return max(0, self.stock - self.reserve - self.committed)


@dataclass(frozen=True, slots=True)
class Request:
    """Units that someone needs. `due` and `lateness` are hours; `lateness` 0 makes the deadline hard."""

    id: str
    requester: str
    kind: str
    lat: float
    lon: float
    requested: int
    due: float
    priority: int = 3
    committed: int = 0
    delivered: int = 0
    level: int = ANY_LEVEL
    lateness: float = 0.0
    order: float = 0.0

    @property
    def quantity(self) -> int:
        """Units that nobody promised or delivered yet."""
        return max(0, self.requested - self.committed - self.delivered)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A signed agreement: these units of the lot belong to the request and are never moved."""

    lot: str
    request: str
    units: int


@dataclass(frozen=True, slots=True)
class Shipment:
    """Units that a plan would send from a lot to a request, arriving `hours` from now."""

    lot: str
    request: str
    units: int
    hours: float

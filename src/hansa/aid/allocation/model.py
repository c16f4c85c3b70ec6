# SPDX-License-Identifier: Apache-2.0
"""The data of one allocation problem, and its answer."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hansa.aid.allocation.travel import GreatCircle, TravelTime

ANY_LEVEL = 9  # A request that takes any type; a lot that is not typed.


@dataclass(frozen=True, slots=True)
class Policy:
    """The judgements behind a plan. Nothing in here is physics; a league sets it."""

    reserve: float = 0.30
    weights: tuple[int, ...] = (1000, 300, 100, 30, 10)
    quarters: tuple[int, ...] = (16, 18, 21, 26)
    beta: tuple[int, int] = (240, 0)
    delta: int = 60
    lateness_margin: float = 1.25
    over_qualified_minutes: int = 30
    donor_price: Mapping[str, float] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    travel: TravelTime = field(default_factory=GreatCircle)

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


Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Snapshot:
    """Lots and requests as columns, sorted by id, so that the same input always gives the same plan."""

    def __init__(
        self,
        lots: Sequence[Lot],
        requests: Sequence[Request],
        commitments: Sequence[Commitment] = (),
        policy: Policy | None = None,
    ) -> None:
        self.policy = policy or Policy()
        self.lots = tuple(sorted(lots, key=lambda lot: lot.id))
        self.requests = tuple(sorted(requests, key=lambda request: request.id))
        self.commitments = tuple(sorted(commitments, key=lambda c: (c.lot, c.request)))
        for rows in (self.lots, self.requests):
            if len({row.id for row in rows}) != len(rows):
                raise ValueError("two rows of a snapshot have the same id")
        unknown = {c.lot for c in self.commitments} - {lot.id for lot in self.lots}
        unknown |= {c.request for c in self.commitments} - {request.id for request in self.requests}
        if unknown:
            raise ValueError(f"commitments name what is not in the snapshot: {', '.join(sorted(unknown))}")

    @cached_property
    def releasable(self) -> Integers:
        """Releasable units by lot, without what the commitments hold."""
        held = {lot.id: 0 for lot in self.lots}
        for commitment in self.commitments:
            held[commitment.lot] += commitment.units
        return np.array([max(0, lot.releasable - held[lot.id]) for lot in self.lots], dtype=np.int64)

    @cached_property
    def wanted(self) -> Integers:
        """Open units by request, without what the commitments bring."""
        held = {request.id: 0 for request in self.requests}
        for commitment in self.commitments:
            held[commitment.request] += commitment.units
        return np.array([max(0, r.quantity - held[r.id]) for r in self.requests], dtype=np.int64)

    @cached_property
    def hours(self) -> Floats:
        """Hours until arrival, lots by requests: ready, mobilisation and travel."""
        origins = np.array([(lot.lat, lot.lon) for lot in self.lots], dtype=float).reshape(-1, 2)
        places = np.array([(r.lat, r.lon) for r in self.requests], dtype=float).reshape(-1, 2)
        start = np.array([max(lot.ready, 0.0) + lot.mobilisation for lot in self.lots], dtype=float)
        return start[:, None] + self.policy.travel(origins, places)

    @cached_property
    def suits(self) -> NDArray[np.bool_]:
        """Whether kind and type of each lot do for each request, and it is not the requester's own."""
        kinds = np.array([lot.kind for lot in self.lots])[:, None] == np.array([r.kind for r in self.requests])[None, :]
        own = (
            np.array([lot.donor for lot in self.lots])[:, None]
            == np.array([r.requester for r in self.requests])[None, :]
        )
        levels = np.array([lot.level for lot in self.lots], dtype=np.int64)[:, None]
        return kinds & ~own & (levels <= np.array([r.level for r in self.requests], dtype=np.int64)[None, :])

    @cached_property
    def in_time(self) -> NDArray[np.bool_]:
        """Whether each lot arrives before the deadline and its allowance, travel stretched by the policy's margin."""
        due = np.array([r.due + r.lateness for r in self.requests], dtype=float)
        start = np.array([max(lot.ready, 0.0) + lot.mobilisation for lot in self.lots], dtype=float)[:, None]
        careful = start + (self.hours - start) * self.policy.lateness_margin
        return careful <= due[None, :] + 1e-9


@dataclass(frozen=True, slots=True)
class Shipment:
    """Units that a plan would send from a lot to a request, arriving `hours` from now."""

    lot: str
    request: str
    units: int
    hours: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A proposal: it binds nobody. `unmet` has the units of each request that stay open."""

    shipments: tuple[Shipment, ...]
    unmet: Mapping[str, int]
    rule: str

    def units(self, lot: str, request: str) -> int:
        """Return the units proposed from one lot for one request."""
        return sum(s.units for s in self.shipments if s.lot == lot and s.request == request)

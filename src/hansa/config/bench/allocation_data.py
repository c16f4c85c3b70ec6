# SPDX-License-Identifier: Apache-2.0
"""Synthetic instances for the bench `allocation`, as the allocation reference describes them (section 6)."""

from dataclasses import dataclass

import numpy as np

from hansa.aid.allocation import Block, Lots, Policy, Requests, Snapshot
from hansa.aid.allocation.network import reach

PRIORITIES = ((1, 2, 3, 4, 5), (0.1, 0.2, 0.3, 0.25, 0.15))
DUE_HOURS = ((6, 12, 24, 48, 72), (0.15, 0.25, 0.3, 0.2, 0.1))
REQUEST_TYPES = ((1, 2, 3, 4), (0.1, 0.2, 0.3, 0.4))
MOBILISATION_HOURS = (1, 2, 4, 8)
RESERVE = 0.3


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each an instance has; the box is in degrees (south, west, north, east)."""

    requesters: int
    donors: int
    requests: int
    kinds: int
    box: tuple[float, float, float, float]


SIZES = {
    "regional": Size(10, 300, 500, 60, (40, -90, 46, -84)),
    "nat5": Size(200, 5_000, 5_000, 200, (26, -122, 48, -73)),
    "nat20": Size(200, 20_000, 5_000, 200, (26, -122, 48, -73)),
}


def instance(name: str, seed: int = 0) -> Snapshot:
    """Return one instance; the same seed gives the same."""
    size, random = SIZES[name], np.random.default_rng(seed)
    south, west, north, east = size.box
    places = random.uniform((south, west), (north, east), (size.donors + size.requesters, 2))
    if size.requesters > 20:
        # Disasters have places: the requesters are those nearest to four centres.
        centres = random.uniform((south, west), (north, east), (4, 2))
        near = np.argsort(np.min(np.linalg.norm(places[:, None] - centres, axis=2), axis=1), kind="stable")
        places = places[near]
    asking, giving = places[: size.requesters], places[size.requesters :]
    popular = random.lognormal(0.0, 0.8, size.kinds)
    share = np.minimum(popular / popular.sum() * random.uniform(8, 10), 1.0)
    asked = random.choice(size.kinds, size.requests, p=popular / popular.sum())
    return Snapshot.of_blocks(_block(random, kind, giving, asking, share[kind], int((asked == kind).sum()))
                              for kind in range(size.kinds))  # fmt: skip


def _block(random, kind: int, giving, asking, share: float, count: int) -> Block:
    name, donors = f"kind{kind:03}", np.flatnonzero(random.random(len(giving)) < share)
    stock = random.integers(2, 25, len(donors))
    lots = Lots(name, {
        "id": [f"L{kind:03}-{donor:05}" for donor in donors.tolist()], "donor": [f"d{d:05}" for d in donors.tolist()],
        "lat": giving[donors, 0], "lon": giving[donors, 1], "stock": stock, "reserve": np.ceil(stock * RESERVE),
        "committed": np.zeros(len(donors)), "level": random.integers(1, 5, len(donors)), "ready": np.zeros(len(donors)),
        "mobilisation": np.full(len(donors), MOBILISATION_HOURS[kind % 4]),
    })  # fmt: skip
    at = random.integers(0, len(asking), count)
    raw = {
        "id": [f"R{kind:03}-{number:04}" for number in range(count)], "requester": [f"q{a:04}" for a in at.tolist()],
        "lat": asking[at, 0], "lon": asking[at, 1], "requested": np.full(count, 10**6),
        "due": random.choice(DUE_HOURS[0], count, p=DUE_HOURS[1]), "committed": np.zeros(count),
        "priority": random.choice(PRIORITIES[0], count, p=PRIORITIES[1]), "delivered": np.zeros(count),
        "level": random.choice(REQUEST_TYPES[0], count, p=REQUEST_TYPES[1]), "lateness": np.zeros(count),
        "order": random.permutation(count),
    }  # fmt: skip
    requests = Requests(name, raw)
    if count:
        block = Block(name, lots, requests)
        reachable = int(block.releasable[np.unique(reach(block, Policy()).row)].sum())
        shares = random.dirichlet(np.ones(count))
        raw["requested"] = np.maximum(1, np.rint(random.uniform(0.3, 1.6) * reachable * shares))
        requests = Requests(name, raw)
    return Block(name, lots, requests)

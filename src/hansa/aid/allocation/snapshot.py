# SPDX-License-Identifier: Apache-2.0
"""What is known at one moment, as columns, in one block for each kind: kinds are independent problems."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from hansa.aid.allocation.model import Commitment, Lot, Request

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Names = NDArray[np.str_]
_TYPES: dict[str, type] = {"str": np.str_, "float": np.float64, "int": np.int64}
Row = TypeVar("Row", Lot, Request)


class Columns:
    """The rows of one kind, sorted by id: one array of length n per field of `Lot` or `Request`, but for the kind."""

    row: type

    def __init__(self, kind: str, columns: Mapping[str, Any]) -> None:
        self.kind = kind
        order = np.argsort(np.asarray(columns["id"], dtype=np.str_), kind="stable")
        for each in self._fields():
            values: Any = np.asarray(columns[each.name], dtype=_TYPES[each.type.__name__])
            if len(values) != len(order):
                raise ValueError(f"the column {each.name} has {len(values)} rows, not {len(order)}")
            setattr(self, each.name, values[order])
        if len(self) > 1 and bool((self.id[1:] == self.id[:-1]).any()):
            raise ValueError("two rows of a snapshot have the same id")
        self.index = {name: at for at, name in enumerate(self.id.tolist())} if len(self) < 64 else None

    id: Names
    lat: Floats
    lon: Floats
    level: Integers
    committed: Integers

    @classmethod
    def _fields(cls) -> list[Any]:
        return [each for each in fields(cls.row) if each.name != "kind"]

    @classmethod
    def of(cls, kind: str, rows: Sequence[Lot] | Sequence[Request]) -> Self:
        """Return rows as columns."""
        return cls(kind, {each.name: [getattr(row, each.name) for row in rows] for each in cls._fields()})

    def __len__(self) -> int:
        return len(self.id)

    def __getitem__(self, at: int) -> Any:
        """Return one row as a `Lot` or `Request`."""
        return self.row(kind=self.kind, **{each.name: getattr(self, each.name)[at].item() for each in self._fields()})

    def find(self, name: str) -> int:
        """Return where a row is; `KeyError` when there is none."""
        if self.index is not None:
            return self.index[name]
        at = int(np.searchsorted(self.id, name))
        if at == len(self) or self.id[at] != name:
            raise KeyError(name)
        return at

    def changed(self, put: Sequence[Any], drop: Iterable[str]) -> Self:
        """Return columns with some rows put in (in place of the same id) and some taken out."""
        out = ~np.isin(self.id, np.array([*drop, *(row.id for row in put)], dtype=np.str_))
        new = type(self).of(self.kind, put)
        names = [each.name for each in self._fields()]
        joined = {name: np.concatenate([getattr(self, name)[out], getattr(new, name)]) for name in names}
        return type(self)(self.kind, joined)

    @cached_property
    def places(self) -> Floats:
        """Degrees lat and lon, n by 2."""
        return np.stack([self.lat, self.lon], axis=1)

    def digest(self) -> bytes:
        """Return a hash of everything in the columns."""
        found = hashlib.blake2b(digest_size=16)
        for each in self._fields():
            values = getattr(self, each.name)
            found.update(f"{each.name}{values.dtype}{len(values)};".encode())
            found.update(np.ascontiguousarray(values).tobytes())
        return found.digest()


class Lots(Columns):
    """The lots of one kind."""

    row = Lot
    donor: Names
    stock: Integers
    reserve: Integers
    ready: Floats
    mobilisation: Floats


class Requests(Columns):
    """The requests of one kind."""

    row = Request
    requester: Names
    requested: Integers
    due: Floats
    priority: Integers
    delivered: Integers
    lateness: Floats
    order: Floats

    def __init__(self, kind: str, columns: Mapping[str, Any]) -> None:
        super().__init__(kind, columns)
        if len(self) and not (1 <= int(self.priority.min()) and int(self.priority.max()) <= 5):
            raise ValueError("a priority is 1 (most urgent) to 5")


@dataclass(frozen=True, eq=False)
class Block:
    """One kind: n lots, m requests, and what is signed between them."""

    kind: str
    lots: Lots
    requests: Requests
    commitments: tuple[Commitment, ...] = ()

    def __post_init__(self) -> None:
        for commitment in self.commitments:
            try:
                self.lots.find(commitment.lot)
                self.requests.find(commitment.request)
            except KeyError as unknown:
                raise ValueError(f"commitments name what is not in the snapshot: {unknown.args[0]}") from None

    @cached_property
    def releasable(self) -> Integers:
        """Units of each lot above the reserve that are promised to nobody; length n."""
        left = self.lots.stock - self.lots.reserve - self.lots.committed
        for commitment in self.commitments:
            left[self.lots.find(commitment.lot)] -= commitment.units
        return np.maximum(left, 0)

    @cached_property
    def wanted(self) -> Integers:
        """Units of each request that nobody promised or delivered; length m."""
        left = self.requests.requested - self.requests.committed - self.requests.delivered
        for commitment in self.commitments:
            left[self.requests.find(commitment.request)] -= commitment.units
        return np.maximum(left, 0)

    @cached_property
    def members(self) -> tuple[Integers, Integers]:
        """Donors of the lots and requesters of the requests as numbers, equal where the member is."""
        _, numbers = np.unique(np.concatenate([self.lots.donor, self.requests.requester]), return_inverse=True)
        return numbers[: len(self.lots)], numbers[len(self.lots) :]

    @cached_property
    def digest(self) -> bytes:
        """A hash of all that a plan of this kind depends on, but for the policy and the plan before."""
        signed = repr(self.commitments).encode()
        return hashlib.blake2b(self.lots.digest() + self.requests.digest() + signed, digest_size=16).digest()


class Snapshot:
    """Lots, requests and commitments in blocks by kind, each sorted by id: the same input gives the same plan.

    `ValueError` for ids that stand twice within a kind, for commitments of what is not there, for priorities not 1..5.
    """

    def __init__(
        self, lots: Sequence[Lot], requests: Sequence[Request], commitments: Sequence[Commitment] = ()
    ) -> None:
        by_kind: dict[str, tuple[list, list, list]] = defaultdict(lambda: ([], [], []))
        for lot in lots:
            by_kind[lot.kind][0].append(lot)
        for request in requests:
            by_kind[request.kind][1].append(request)
        kinds = {lot.id: lot.kind for lot in lots}
        if len(kinds) != len(lots) or len({request.id for request in requests}) != len(requests):
            raise ValueError("two rows of a snapshot have the same id")
        for signed in sorted(commitments, key=lambda c: (c.lot, c.request)):
            if signed.lot not in kinds:
                raise ValueError(f"commitments name what is not in the snapshot: {signed.lot}")
            by_kind[kinds[signed.lot]][2].append(signed)
        self.blocks = {kind: Block(kind, Lots.of(kind, rows[0]), Requests.of(kind, rows[1]), tuple(rows[2]))
                       for kind, rows in sorted(by_kind.items())}  # fmt: skip

    @classmethod
    def of_blocks(cls, blocks: Iterable[Block]) -> Self:
        """Return a snapshot of blocks that are made already; for more rows than anybody wants as objects."""
        made = cls((), ())
        made.blocks = {block.kind: block for block in sorted(blocks, key=lambda block: block.kind)}
        return made

    def block_of(self, request: str) -> tuple[Block, int]:
        """Return the block and the column of a request; `KeyError` when there is none."""
        for block in self.blocks.values():
            try:
                return block, block.requests.find(request)
            except KeyError:
                continue
        raise KeyError(request)

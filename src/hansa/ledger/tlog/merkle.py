# SPDX-License-Identifier: Apache-2.0
"""The Merkle tree of RFC 6962 over SHA-256: roots, growth, and the proofs of RFC 9162 section 2.1.

A node is named by `(level, index)`: it covers the leaves from `index << level` up to, not including,
`(index + 1) << level`, and exists once all of them do.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()

HashAt = Callable[[int, int], bytes]
"""Reads the hash of the complete subtree `(level, index)`."""

_sha256 = hashlib.sha256


class ProofError(ValueError):
    """A proof does not show what it claims; the message says why."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf holding `data` (RFC 6962: prefix 0x00)."""
    return _sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above `left` and `right` (RFC 6962: prefix 0x01)."""
    return _sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class Frontier:
    """A tree of `size` leaves, reduced to the roots of its complete subtrees, largest first.

    That is all one needs to append and to state the root: one node for each bit that is set in `size`.
    """

    size: int = 0
    nodes: tuple[bytes, ...] = ()

    def __post_init__(self):
        if self.size < 0 or len(self.nodes) != self.size.bit_count() or any(len(n) != HASH_SIZE for n in self.nodes):
            raise ValueError(f"not the frontier of a tree of {self.size} leaves")

    def append(self, leaf: bytes) -> "Frontier":
        """Return the frontier after one more leaf hash."""
        return self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes], completed: list[tuple[int, int, bytes]] | None = None) -> "Frontier":
        """Return the frontier after more leaf hashes.

        `completed`, where given, receives `(level, index, hash)` for every node that became complete, leaves
        included, in the order in which that happened.
        """
        size, nodes = self.size, list(self.nodes)
        for node in leaves:
            level, index = 0, size
            if completed is not None:
                completed.append((0, size, node))
            while index & 1:
                node = _sha256(b"\x01" + nodes.pop() + node).digest()
                level, index = level + 1, index >> 1
                if completed is not None:
                    completed.append((level, index, node))
            nodes.append(node)
            size += 1
        return Frontier(size, tuple(nodes))

    def root(self) -> bytes:
        """Return the root hash of the tree."""
        return _fold(self.nodes)


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes."""
    return Frontier().extend(hashes).root()


def range_root(start: int, end: int, hash_at: HashAt) -> bytes:
    """Return the root over leaves `start` to `end` (excluded).

    `start` must be a multiple of the smallest power of two that is not below `end - start`, as in every proof.
    """
    nodes = []
    for level in range((end - start).bit_length() - 1, -1, -1):
        if (end - start) >> level & 1:
            nodes.append(hash_at(level, start >> level))
            start += 1 << level
    return _fold(nodes)


def frontier_at(size: int, hash_at: HashAt) -> Frontier:
    """Return the frontier of the tree of the first `size` leaves."""
    nodes, start = [], 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            nodes.append(hash_at(level, start >> level))
            start += 1 << level
    return Frontier(size, tuple(nodes))


def inclusion_proof(index: int, size: int, hash_at: HashAt) -> list[bytes]:
    """Return the audit path of leaf `index` in the tree of `size` leaves, lowest sibling first."""
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    start, end, proof = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(range_root(middle, end, hash_at))
            end = middle
        else:
            proof.append(range_root(start, middle, hash_at))
            start = middle
    return proof[::-1]


def consistency_proof(size1: int, size2: int, hash_at: HashAt) -> list[bytes]:
    """Return the proof that the tree of `size1` leaves is a prefix of that of `size2`; empty where they are equal."""
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency proof leads from size {size1} to size {size2}")
    start, end, whole, proof = 0, size2, True, []
    while size1 != end:
        middle = start + _split(end - start)
        if size1 <= middle:
            proof.append(range_root(middle, end, hash_at))
            end = middle
        else:
            proof.append(range_root(start, middle, hash_at))
            start, whole = middle, False
    if not whole:
        proof.append(range_root(start, end, hash_at))
    return proof[::-1]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root to which `proof` leads from leaf hash `leaf` at `index`; `ProofError` if its length is wrong."""
    if not 0 <= index < size:
        raise ProofError(f"there is no leaf {index} in a tree of {size}")
    _check_lengths(leaf, *proof)
    node, last, running = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if node & 1 or node == last:
            running = node_hash(sibling, running)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            running = node_hash(running, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("the inclusion proof is too short")
    return running


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Return if `proof` shows that leaf hash `leaf` stands at `index` under `root`; `ProofError` otherwise."""
    _check_lengths(root)
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise ProofError("the inclusion proof leads to another root")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Return if `proof` shows that the tree of `size1` is a prefix of that of `size2`; `ProofError` otherwise.

    Nothing can be shown from an empty tree: `size1` 0 is refused here, and a caller that accepts it (a witness
    that sees a log for the first time) says so itself.
    """
    if not 0 < size1 <= size2:
        raise ProofError(f"no consistency proof leads from size {size1} to size {size2}")
    _check_lengths(root1, root2, *proof)
    if size1 == size2:
        if proof:
            raise ProofError("trees of one size need an empty consistency proof")
        if root1 != root2:
            raise ProofError("two roots are stated for one size")
        return
    first, second = _consistency_roots(size1, size2, proof, root1)
    if first != root1:
        raise ProofError("the consistency proof leads to another old root")
    if second != root2:
        raise ProofError("the consistency proof leads to another new root")


def _consistency_roots(size1: int, size2: int, proof: Sequence[bytes], root1: bytes) -> tuple[bytes, bytes]:
    if not proof:
        raise ProofError("the consistency proof is empty")
    path = list(proof) if size1 & (size1 - 1) else [root1, *proof]
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ProofError("the consistency proof is too short")
    return first, second


def _fold(nodes: Sequence[bytes]) -> bytes:
    if not nodes:
        return EMPTY_ROOT
    running = nodes[-1]
    for node in reversed(nodes[:-1]):
        running = node_hash(node, running)
    return running


def _split(count: int) -> int:
    return 1 << ((count - 1).bit_length() - 1)


def _check_lengths(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise ProofError(f"a hash in the proof is not {HASH_SIZE} bytes long")

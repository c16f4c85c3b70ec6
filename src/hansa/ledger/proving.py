# SPDX-License-Identifier: Apache-2.0
"""Proof of what is shown: the text that this node keeps of an act is the one that its leaf states or commits to.

Signatures and trees are proven from the exported tiles alone (`verification`); what was opened lies in the database,
and is proven here against the salted commitment, by the sealed body and the readers' own keys.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db import connection

from hansa.core.rls import node_scope
from hansa.ledger import sealing
from hansa.ledger.act import is_sealed, read_payload
from hansa.ledger.approval import tail_of
from hansa.ledger.envelope import decode
from hansa.ledger.opening import Opener, bodies

BATCH = 500
_ACTS = """
SELECT a.id, a.origin, a.index, a.tail, l.entry FROM ledger_loggedact a
LEFT JOIN ledger_leaf l ON (l.origin, l.index) = (a.origin, a.index)
WHERE a.id > %s ORDER BY a.id LIMIT %s
"""
_Row = tuple[UUID, str, int, bytes, bytes | None]


class Proof(StrEnum):
    """How the text of an act stands to its leaf."""

    PROVEN = "proven"
    FALSE = "false"
    SHUT = "shut"


@dataclass(frozen=True, slots=True)
class Proven:
    """The proof of one act: `SHUT` when no key here opens its body any more, so that nothing can be said."""

    origin: str
    index: int
    proof: Proof


def prove() -> Iterator[Proven]:
    """Yield the proof of every act whose text this node keeps."""
    opener, last = Opener(), UUID(int=0)
    with node_scope():
        while rows := _rows(last):
            last = rows[-1][0]
            yield from _batch(opener, rows)


def _rows(after: UUID) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(_ACTS, [after, BATCH])
        return cursor.fetchall()


def _batch(opener: Opener, rows: Sequence[_Row]) -> Iterator[Proven]:
    payloads = [decode(bytes(row[4])).payload if row[4] else None for row in rows]
    stated = [read_payload(payload) if payload else {} for payload in payloads]
    held = bodies([fields["ciphertext"] for fields in stated if is_sealed(fields)])
    for (_id, origin, index, tail, _entry), payload, fields in zip(rows, payloads, stated, strict=True):
        if payload is None:
            proof = Proof.FALSE
        elif is_sealed(fields):
            proof = _sealed(opener, bytes(tail), fields["commitment"], *held.get(fields["ciphertext"], (b"", {})))
        else:
            proof = Proof.PROVEN if tail_of(payload) == bytes(tail) else Proof.FALSE
        yield Proven(origin, index, proof)


def _sealed(opener: Opener, tail: bytes, commitment: str, ciphertext: bytes, wraps: dict[str, bytes]) -> Proof:
    try:
        opened = opener.open(ciphertext, wraps, bytes.fromhex(commitment)) if wraps else None
    except sealing.SealingError:
        return Proof.SHUT
    if opened is None:
        return Proof.SHUT
    return Proof.PROVEN if opened.tail == tail else Proof.FALSE

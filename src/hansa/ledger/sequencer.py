# SPDX-License-Identifier: Apache-2.0
"""The sequencer: gives acts their place in their author's log.

The log's row is locked, so that leaf, tree, checkpoint and act appear together or not at all, and two browser tabs
of one author stand in line. Few statements, because every act of everyone passes here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson

from hansa.core.statements import as_json, ask, tell
from hansa.ledger.audience import Asked
from hansa.ledger.keyring import note_signer
from hansa.ledger.sealing import Sealed
from hansa.ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from hansa.ledger.tlog.merkle import HASH_SIZE, Frontier, leaf_hash

CHANNEL = "hansa_act"

# What the two functions do, and why, stands in the migration that makes them.
_LOCK = b"SELECT ledger_lock($1, $2, $3, $4, $5::uuid[])"
_APPEND = b"SELECT ledger_append($1::json, $2::json, $3::json, $4::json, $5::json, $6::json)"


# Id, tail, time, digest and place of an act.
Row = tuple[UUID, bytes, datetime, str, int]


@dataclass(frozen=True, slots=True)
class Head:
    """A member's log while its row is locked, and what publishing needs to know with it.

    `audience` is the id of the audience asked for, None when it is the league's and the league has no key yet.

    `office_key` is the public key that signs for the office asked for, None when it has none. `direct` are the
    readers of the audience with wraps of their own, by name. `reads` says whether the author reads the audience.
    """

    author: str
    origin: str
    league: str
    frontier: Frontier
    last_at: datetime | None
    log_key: str
    exercise: str | None
    epoch: int | None
    epoch_recipient: str | None
    office_key: str | None
    audience: str | None
    direct: dict[str, str]
    reads: bool
    found: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What is known of an act that this node can read, for its row beside the leaf."""

    id: UUID
    digest: str
    type: str
    scope: UUID | None
    tail: bytes
    audience: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf to append: the signed bytes, its time, the sealed body when it has one, the act when it is readable."""

    entry: bytes
    at: datetime
    sealed: Sealed | None = None
    act: Placed | None = None


class NoLog(Exception):
    """The member has no log on this node that it could append to."""


def frontier_of(size: int, nodes: bytes) -> Frontier:
    """Return the frontier as it is stored: hashes one after another."""
    return Frontier(size, tuple(nodes[i : i + HASH_SIZE] for i in range(0, len(nodes), HASH_SIZE)))


def lock(author: str, office: str, asked: Asked, ids: Collection[UUID] = ()) -> Head:
    """Lock the log of `author` until the transaction ends, and return its head; `NoLog` when it is not hosted here.

    `found` are the acts with these ids that the open scope may read.
    """
    [(text,)] = ask(_LOCK, author, office, asked.name, asked.league, f"{{{','.join(map(str, ids))}}}")
    if text is None:
        raise NoLog(f"the log of {author} is not hosted on this node")
    held = orjson.loads(text)
    found = tuple(
        (UUID(a["id"]), bytes.fromhex(a["tail"]), datetime.fromisoformat(a["at"]), a["digest"], a["index"])
        for a in held["found"]
    )
    last_at = held["last_at"] and datetime.fromisoformat(held["last_at"])
    return Head(
        author, held["origin"], held["league"], frontier_of(held["size"], bytes.fromhex(held["frontier"])), last_at,
        held["log_key"] or "", held["exercise"], held["epoch"], held["recipient"], held["office_key"],
        held["audience"], held["direct"], held["reads"], found,
    )  # fmt: skip


def head_note(origin: str, frontier: Frontier, author: str, log_key: str) -> bytes:
    """Return the signed checkpoint of a hosted log."""
    return sign_checkpoint(Checkpoint(origin, frontier.size, frontier.root()), note_signer(origin, author, log_key))


def append(head: Head, entries: Sequence[Entry], *, now: datetime, checkpoint: bytes | None = None) -> Head:
    """Append `entries` to the locked log in one statement, and return its new head.

    Signs a new checkpoint unless one is given (a mirrored log brings its own).
    """
    start = head.frontier.size
    hashes = [leaf_hash(e.entry) for e in entries]
    completed: list[tuple[int, int, bytes]] = []
    frontier = head.frontier.extend(hashes, completed)
    if checkpoint is None:
        checkpoint = head_note(head.origin, frontier, head.author, head.log_key)
    log = {
        "channel": CHANNEL, "author": head.author, "origin": head.origin, "now": now, "size": frontier.size,
        "frontier": b"".join(frontier.nodes), "last_at": entries[-1].at, "checkpoint": checkpoint.decode(),
    }  # fmt: skip
    leaves = [
        {"index": start + i, "leaf_hash": digest, "entry": e.entry}
        for i, (e, digest) in enumerate(zip(entries, hashes, strict=True))
    ]
    nodes = [
        {"level": level, "index": index, "hash": digest}
        for level, index, digest in completed
        if level and level % 8 == 0
    ]
    bodies = [e.sealed for e in entries if e.sealed]
    acts = [
        {
            "id": e.act.id, "digest": e.act.digest, "index": start + i, "type": e.act.type, "at": e.at,
            "scope": e.act.scope, "tail": e.act.tail, "audience": e.act.audience,
        }
        for i, e in enumerate(entries) if e.act
    ]  # fmt: skip
    tell(
        _APPEND, as_json(log), as_json(leaves), as_json(nodes),
        as_json([{"ciphertext_hash": b.ciphertext_hash, "ciphertext": b.ciphertext} for b in bodies]),
        as_json([
            {"ciphertext_hash": b.ciphertext_hash, "reader": reader, "wrap": wrap}
            for b in bodies for reader, wrap in b.wraps.items()
        ]),
        as_json(acts),
    )  # fmt: skip
    return replace(head, frontier=frontier, last_at=entries[-1].at)

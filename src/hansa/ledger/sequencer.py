# SPDX-License-Identifier: Apache-2.0
"""The sequencer: gives acts their place in their author's log.

The log's row is locked, so that leaf, tree, checkpoint and act appear together or not at all, and two browser tabs
of one author stand in line. Few statements, because every act of everyone passes here.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from django.db import connection

from hansa.ledger.audience import Asked
from hansa.ledger.keyring import secret
from hansa.ledger.sealing import Sealed
from hansa.ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from hansa.ledger.tlog.merkle import HASH_SIZE, Frontier, leaf_hash
from hansa.ledger.tlog.note import Signer

CHANNEL = "hansa_act"

# A statement sees what was committed when it began, also where it then waits: keys are read by the one after the wait.
_WAIT = "SELECT FROM ledger_log WHERE author = %s AND hosted FOR UPDATE"

_HEAD = """
SELECT l.origin, l.league, l.size, l.frontier, l.last_at, r.log_key, g.exercise, e.epoch, e.recipient, a.name,
  (SELECT k.key FROM ledger_key k WHERE k.author = l.author AND k.office = %(office)s AND k.revoked_index IS NULL
    ORDER BY k.from_index DESC LIMIT 1),
  EXISTS (SELECT 1 FROM ledger_reader d WHERE d.name = a.name AND d.reader = l.author),
  EXISTS (SELECT 1 FROM ledger_reader d WHERE d.name = a.name AND d.direct)
FROM ledger_log l
JOIN ledger_league g ON g.id = l.league
LEFT JOIN ledger_root r ON r.author = l.author
LEFT JOIN LATERAL (SELECT epoch, recipient FROM ledger_epoch ORDER BY epoch DESC LIMIT 1) e ON true
CROSS JOIN LATERAL (SELECT CASE WHEN %(league)s::text IS NULL THEN %(name)s::text
  ELSE 'league:' || e.epoch || %(league)s::text END) a(name)
WHERE l.author = %(author)s AND l.hosted
"""

_APPEND = """
WITH leaf AS (
  INSERT INTO ledger_leaf (origin, index, received, leaf_hash, entry, received_at)
  SELECT %(origin)s, t.index, nextval('ledger_received'), t.leaf_hash, t.entry, %(now)s
  FROM unnest(%(indexes)s::bigint[], %(leaf_hashes)s::bytea[], %(entries)s::bytea[])
    WITH ORDINALITY AS t(index, leaf_hash, entry, n) ORDER BY t.n
  RETURNING received),
node AS (
  INSERT INTO ledger_node (origin, level, index, hash)
  SELECT %(origin)s, t.level, t.index, t.hash
  FROM unnest(%(levels)s::smallint[], %(numbers)s::bigint[], %(hashes)s::bytea[]) AS t(level, index, hash)),
log AS (
  UPDATE ledger_log SET size = %(size)s, frontier = %(frontier)s, last_at = %(last_at)s, checkpoint = %(checkpoint)s
  WHERE origin = %(origin)s),
body AS (
  INSERT INTO ledger_sealedbody (ciphertext_hash, ciphertext)
  SELECT * FROM unnest(%(body_hashes)s::text[], %(ciphertexts)s::bytea[])),
wrap AS (
  INSERT INTO ledger_wrap (ciphertext_hash, reader, wrap)
  SELECT * FROM unnest(%(wrap_hashes)s::text[], %(wrap_readers)s::text[], %(wraps)s::bytea[])),
act AS (
  INSERT INTO ledger_loggedact (id, digest, origin, index, type, author, at, scope, tail, audience)
  SELECT t.id, t.digest, %(origin)s, t.index, t.type, %(author)s, t.at, t.scope, t.tail, t.audience
  FROM unnest(%(ids)s::uuid[], %(digests)s::text[], %(act_indexes)s::bigint[], %(types)s::text[],
    %(ats)s::timestamptz[], %(scopes)s::uuid[], %(tails)s::bytea[], %(audiences)s::text[])
    AS t(id, digest, index, type, at, scope, tail, audience))
SELECT pg_notify(%(channel)s, %(author)s || ' ' || max(received)) FROM leaf
"""


# Whom a body is wrapped for by name; only audiences of named members have such readers.
_DIRECT = """
SELECT d.reader, o.recipient FROM ledger_reader d JOIN ledger_root o ON o.author = d.reader
WHERE d.name = %s AND d.direct
"""
_ACTS = "SELECT id, tail, at, digest, index FROM ledger_loggedact WHERE id = ANY(%s)"


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


def _cursor() -> psycopg.Cursor:
    # Django's own cursor quotes every value into the statement; these few are worth preparing on the server.
    connection.ensure_connection()
    return psycopg.Cursor(connection.connection)


@contextmanager
def together() -> Iterator[None]:
    """Send the statements of the block without waiting for each answer, unless one is asked for."""
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def lock(author: str, office: str, asked: Asked, ids: Collection[UUID] = ()) -> Head:
    """Lock the log of `author` until the transaction ends, and return its head; `NoLog` when it is not hosted here.

    `found` are the acts with these ids that the open scope may read.
    """
    values = {"author": author, "office": office, "league": asked.league, "name": asked.name}
    with together(), _cursor() as wait, _cursor() as cursor, _cursor() as acts:
        wait.execute(_WAIT, [author], prepare=True)
        cursor.execute(_HEAD, values, prepare=True)
        if ids:
            acts.execute(_ACTS, [list(ids)], prepare=True)
        row, found = cursor.fetchone(), tuple(acts.fetchall()) if ids else ()
    if row is None:
        raise NoLog(f"the log of {author} is not hosted on this node")
    origin, league, size, nodes, last_at, log_key, exercise, epoch, recipient, name, office_key, reads, wraps = row
    direct = _direct(name) if wraps else {}
    return Head(
        author, origin, league, frontier_of(size, bytes(nodes)), last_at, log_key or "", exercise, epoch, recipient,
        office_key, name, direct, reads, found,
    )  # fmt: skip


def _direct(name: str) -> dict[str, str]:
    with _cursor() as cursor:
        return dict(cursor.execute(_DIRECT, [name], prepare=True).fetchall())


def head_note(origin: str, frontier: Frontier, author: str, log_key: str) -> bytes:
    """Return the signed checkpoint of a hosted log."""
    signer = Signer(origin, secret(author, log_key))
    return sign_checkpoint(Checkpoint(origin, frontier.size, frontier.root()), signer)


def append(head: Head, entries: Sequence[Entry], *, now: datetime, checkpoint: bytes | None = None) -> None:
    """Append `entries` to the locked log in one statement.

    Signs a new checkpoint unless one is given (a mirrored log brings its own).
    """
    start = head.frontier.size
    hashes = [leaf_hash(e.entry) for e in entries]
    completed: list[tuple[int, int, bytes]] = []
    frontier = head.frontier.extend(hashes, completed)
    nodes = [node for node in completed if node[0] and node[0] % 8 == 0]
    if checkpoint is None:
        checkpoint = head_note(head.origin, frontier, head.author, head.log_key)
    bodies = [e.sealed for e in entries if e.sealed]
    wraps = [(b.ciphertext_hash, reader, wrap) for b in bodies for reader, wrap in b.wraps.items()]
    acts = [(start + i, e.at, e.act) for i, e in enumerate(entries) if e.act]
    with _cursor() as cursor:
        cursor.execute(
            _APPEND,
            {
                "channel": CHANNEL, "author": head.author, "origin": head.origin, "now": now,
                "indexes": list(range(start, frontier.size)), "leaf_hashes": hashes,
                "entries": [e.entry for e in entries],
                "levels": [n[0] for n in nodes], "numbers": [n[1] for n in nodes], "hashes": [n[2] for n in nodes],
                "size": frontier.size, "frontier": b"".join(frontier.nodes), "last_at": entries[-1].at,
                "checkpoint": checkpoint.decode(),
                "body_hashes": [b.ciphertext_hash for b in bodies], "ciphertexts": [b.ciphertext for b in bodies],
                "wrap_hashes": [w[0] for w in wraps], "wrap_readers": [w[1] for w in wraps],
                "wraps": [w[2] for w in wraps],
                "ids": [a.id for _, _, a in acts], "digests": [a.digest for _, _, a in acts],
                "act_indexes": [i for i, _, _ in acts], "types": [a.type for _, _, a in acts],
                "ats": [at for _, at, _ in acts], "scopes": [a.scope for _, _, a in acts],
                "tails": [a.tail for _, _, a in acts], "audiences": [a.audience for _, _, a in acts],
            },
            prepare=True,
        )  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Rebuild: fill a second schema from the ledger alone, and compare it with what is there, table by table.

Runs as the role that owns the schema. It applies acts and nothing else: no reaction, no message, no job.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from hansa.core.models import SharedModel
from hansa.core.rls import node_scope
from hansa.ledger import publishing, registry, sealing, standing
from hansa.ledger.act import Act, build, is_sealed, open_tail, read_payload
from hansa.ledger.acts import EpochOpened, EpochShared
from hansa.ledger.approval import digest_of, tail_of
from hansa.ledger.audience import scope_of
from hansa.ledger.envelope import decode
from hansa.ledger.models import LoggedAct, Reader
from hansa.ledger.opening import BadWraps, Opener, bodies
from hansa.ledger.verification.seen import Seen

SCHEMA = "hansa_rebuild"
BATCH = 500

_LEAVES = """
SELECT l.received, l.origin, l.index, l.entry FROM ledger_leaf l
LEFT JOIN ledger_refusedleaf r ON (r.origin, r.index) = (l.origin, l.index)
LEFT JOIN ledger_parkedleaf p ON (p.origin, p.index) = (l.origin, l.index)
WHERE l.received > %s AND r.origin IS NULL AND p.origin IS NULL
ORDER BY l.received LIMIT %s
"""
_THESE = """
SELECT received, origin, index, entry FROM ledger_leaf WHERE received = ANY(%s) ORDER BY received
"""

_Row = tuple[int, str, int, bytes]


@dataclass(frozen=True, slots=True)
class Difference:
    """A table whose rows are not what the ledger says: how many are missing here, and how many should not be here."""

    table: str
    missing: int
    surplus: int


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: acts applied, acts sealed to others, tables compared, and every difference found."""

    acts: int
    sealed: int
    tables: int
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    act: Act
    tail: bytes
    ciphertext: str
    origin: str


def shared_models() -> list[type[models.Model]]:
    """Return every model whose rows are a fold over acts."""
    return [m for m in apps.get_models() if issubclass(m, SharedModel)] + [Reader]


def rebuild(*, swap: bool = False, progress: Callable[[int, int], None] = lambda done, total: None) -> Rebuilt:
    """Compute all shared rows anew and compare; with `swap`, put them in the place of what is there.

    `progress(done, total)` is called after each batch of leaves. Needs the owner's connection.
    """
    tables = [m._meta.db_table for m in shared_models()]
    with node_scope(), connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in tables:
            cursor.execute(f'CREATE TABLE {SCHEMA}."{table}" (LIKE public."{table}" INCLUDING ALL)')
        opener = Opener()
        cursor.execute(f"SET LOCAL search_path = {SCHEMA}, public")
        with standing.postponed() as wanted:
            applied, sealed = _apply_all(opener, progress)
        standing.settle({*wanted, *standing.shut_by_name()})
        cursor.execute("SET LOCAL search_path = public")
        found = [_compare(cursor, table) for table in tables]
        if swap:
            _swap(cursor, tables)
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    return Rebuilt(applied, sealed, len(tables), tuple(d for d in found if d.missing or d.surplus))


def _apply_all(opener: Opener, progress: Callable[[int, int], None]) -> tuple[int, int]:
    """Apply every act that this node can read, each after those that it refers to; return how many, and the rest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_leaf")
        total = cursor.fetchone()[0]
    done = applied = 0
    known, shut = Seen(), []
    waiting: list[_Opened] = []
    for batch in _batches():
        done += len(batch)
        opened, unread = _open_batch(opener, batch)
        while opened:
            ready, waiting = _in_order(waiting + opened, known)
            _apply(ready)
            applied += len(ready)
            # A key that the batch gave out opens what came with it.
            gave_keys = unread and any(isinstance(o.act.body, EpochOpened | EpochShared) for o in ready)
            if gave_keys:
                opener.keys_came()
            opened, unread = _open_batch(opener, unread) if gave_keys else ([], unread)
        shut += [row[0] for row in unread]
        progress(done, total)
    # Now every key that the ledger gives out is known: what came before its key opens, too.
    sealed, ready = 0, waiting
    for start in range(0, len(shut), BATCH):
        opened, unread = _open_batch(opener, _rows(_THESE, shut[start : start + BATCH]))
        sealed += len(unread)
        ready, waiting = _in_order(waiting + opened, known)
        _apply(ready)
        applied += len(ready)
    # What waited for a text that opened last: in as many rounds as they rest on one another.
    while ready:
        ready, waiting = _in_order(waiting, known)
        _apply(ready)
        applied += len(ready)
    _apply(waiting, follows=False)  # they rest on texts that were destroyed
    return applied + len(waiting), sealed


def _rows(query: str, *values: Any) -> list[_Row]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def _batches() -> Iterator[list[_Row]]:
    last = 0
    while rows := _rows(_LEAVES, last, BATCH):
        last = rows[-1][0]
        yield rows


def _open_batch(opener: Opener, rows: list[_Row]) -> tuple[list[_Opened], list[_Row]]:
    """Return the acts that can be read, and the rows of those that cannot."""
    payloads = [(origin, index, decode(bytes(entry)).payload) for _, origin, index, entry in rows]
    fields = [read_payload(payload) for _, _, payload in payloads]
    held = bodies([f["ciphertext"] for f in fields if is_sealed(f)])
    opened, shut = [], []
    for row, (origin, index, payload), shown in zip(rows, payloads, fields, strict=True):
        if not is_sealed(shown):
            act = build(shown, digest_of(payload).hex(), registry.body_type(shown["type"]), index)
            opened.append(_Opened(act, tail_of(payload), "", origin))
            continue
        ciphertext, wraps = held.get(shown["ciphertext"], (b"", {}))
        body = _opened(opener, ciphertext, wraps, shown["commitment"])
        if body is None:
            shut.append(row)
            continue
        inner = open_tail(body.tail, shown["at"])
        act = build(inner, shown["commitment"], registry.body_type(inner["type"]), index)
        opened.append(_Opened(act, body.tail, shown["ciphertext"], origin))
    return opened, shut


def _opened(opener: Opener, ciphertext: bytes, wraps: dict[str, bytes], commitment: str) -> sealing.Opened | None:
    if not wraps:
        return None
    try:
        return opener.open(ciphertext, wraps, bytes.fromhex(commitment))
    except BadWraps:
        return None


def _in_order(opened: list[_Opened], known: Seen) -> tuple[list[_Opened], list[_Opened]]:
    """Split into what rests only on acts that are applied already or come before it, and the rest."""
    ready, waiting = [], []
    for item in opened:
        if all(known.get(bytes.fromhex(ref)) is not None for ref in item.act.refs):
            known.set(bytes.fromhex(item.act.digest), 0)
            ready.append(item)
        else:
            waiting.append(item)
    return ready, waiting


def _apply(opened: list[_Opened], *, follows: bool = True) -> None:
    if not opened:
        return
    scopes = {(o.act.audience, o.ciphertext if o.act.audience.startswith("named:") else "") for o in opened}
    for audience, ciphertext in sorted(scopes):
        publishing.admit_known_readers(audience, ciphertext)
    LoggedAct.objects.bulk_create(
        LoggedAct(
            id=o.act.id, digest=o.act.digest, origin=o.origin, index=o.act.index, type=o.act.type, author=o.act.author,
            at=o.act.at, scope=scope_of(o.act.audience), tail=o.tail, audience=o.act.audience,
        )
        for o in opened
    )  # fmt: skip
    standing.apply_in_order([o.act for o in opened] if follows else [])


def _columns(cursor, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY column_name) FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'",
        [table],
    )
    return cursor.fetchone()[0]


def _compare(cursor, table: str) -> Difference:
    columns = _columns(cursor, table)
    counts = []
    for one, other in ((SCHEMA, "public"), ("public", SCHEMA)):
        cursor.execute(
            f'SELECT count(*) FROM (SELECT {columns} FROM {one}."{table}"'  # noqa: S608 - names of our own tables and columns
            f' EXCEPT ALL SELECT {columns} FROM {other}."{table}") d'
        )
        counts.append(cursor.fetchone()[0])
    return Difference(table, *counts)


def _swap(cursor, tables: list[str]) -> None:
    with transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in reversed(tables):
            if table != Reader._meta.db_table:
                cursor.execute(f'DELETE FROM public."{table}"')  # noqa: S608 - names of our own
        cursor.execute(f'DELETE FROM public."{Reader._meta.db_table}"')  # noqa: S608 - names of our own
        for table in [Reader._meta.db_table, *(t for t in tables if t != Reader._meta.db_table)]:
            columns = _columns(cursor, table)
            source = f'SELECT {columns} FROM {SCHEMA}."{table}"'  # noqa: S608 - names of our own
            cursor.execute(f'INSERT INTO public."{table}" ({columns}) {source}')  # noqa: S608 - names of our own

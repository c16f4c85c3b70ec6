# SPDX-License-Identifier: Apache-2.0
"""Another node, played in a schema of its own: empty logs and shared tables, the same members' private keys."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction

from hansa.core.rls import node_scope
from hansa.ledger import models, receiving
from hansa.ledger.envelope import decode
from hansa.ledger.rebuild import shared_models
from hansa.ledger.receiving import Incoming
from hansa.ledger.sealing import GIVEN

SCHEMA = "elsewhere"
_OWN = (models.Log, models.Leaf, models.Node, models.SealedBody, models.Wrap, models.ParkedLeaf, models.RefusedLeaf)


@pytest.fixture
def elsewhere(owner_url: str, web_url: str) -> Iterator[Callable]:
    """Return a context manager inside which this database is another node; all that it did is undone at the end."""
    web = psycopg.conninfo.conninfo_to_dict(web_url)["user"]
    tables = [m._meta.db_table for m in (*_OWN, *shared_models())]
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        owner.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in tables:
            owner.execute(f'CREATE TABLE {SCHEMA}."{table}" (LIKE public."{table}" INCLUDING ALL)')
        owner.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO {web}")
        owner.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA {SCHEMA} TO {web}")
        # The members are hosted there too, so that sealed acts can be read.
        yield _node


class _Undo(Exception):
    pass


@contextmanager
def _node(hosted: dict[str, str]) -> Iterator[None]:
    try:
        with transaction.atomic(), node_scope():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL search_path = {SCHEMA}, public")
            league = models.League.objects.get()
            for origin, author in hosted.items():
                models.Log.objects.create(origin=origin, league=league.id, author=author, hosted=True)
            yield
            raise _Undo
    except _Undo:
        pass


def logs_here() -> dict[str, str]:
    """Return the logs of this node: author by origin."""
    return dict(models.Log.objects.values_list("origin", "author"))


def leaves_here() -> list[Incoming]:
    """Return all leaves with their sealed bodies, as another node would be sent them."""
    with node_scope():
        bodies = {b.ciphertext_hash: bytes(b.ciphertext) for b in models.SealedBody.objects.all()}
        wraps: dict[str, dict] = {}
        for wrap in models.Wrap.objects.exclude(reader__startswith=GIVEN):
            wraps.setdefault(wrap.ciphertext_hash, {})[wrap.reader] = bytes(wrap.wrap)
        leaves = []
        for leaf in models.Leaf.objects.order_by("received"):
            entry = bytes(leaf.entry)
            name = receiving.read_payload(decode(entry).payload).get("ciphertext", "")
            leaves.append(Incoming(leaf.origin, leaf.index, entry, bodies.get(name), wraps.get(name)))
    return leaves


def shared_rows() -> dict[str, list]:
    """Return every row of every shared table, in a comparable form."""
    with node_scope(), connection.cursor() as cursor:
        result = {}
        for model in shared_models():
            fields = ", ".join(f'"{f.column}"' for f in model._meta.local_concrete_fields)
            cursor.execute(f'SELECT ({fields})::text FROM "{model._meta.db_table}" ORDER BY 1')
            result[model._meta.db_table] = [row for (row,) in cursor.fetchall()]
    return result

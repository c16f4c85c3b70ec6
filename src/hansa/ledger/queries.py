# SPDX-License-Identifier: Apache-2.0
"""What one reads from the ledger."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from hansa.ledger.act import Act
from hansa.ledger.models import Leaf, Log, LoggedAct, Node
from hansa.ledger.publishing import read_act
from hansa.ledger.tlog.merkle import inclusion_proof, root


def get(act_id: UUID) -> Act | None:
    """Return an act that the open scope may read, or None."""
    row = LoggedAct.objects.filter(id=act_id).first()
    return read_act(row) if row else None


def logged_acts(*, author: str = "", type_prefix: str = "", scope: UUID | None = None) -> QuerySet[LoggedAct]:
    """Return the rows of acts that the open scope may read, newest first."""
    rows = LoggedAct.objects.all()
    if author:
        rows = rows.filter(author=author)
    if type_prefix:
        rows = rows.filter(type__startswith=type_prefix)
    if scope:
        rows = rows.filter(scope=scope)
    return rows.order_by("-at", "-index")


@dataclass(frozen=True, slots=True)
class Receipts:
    """How far an act has come: signed, logged in a head, witnessed by k of n other hosts, received by whom."""

    origin: str
    index: int
    log_size: int
    witnessed: int
    witnesses: int
    received_by: tuple[str, ...]


def receipts(act_id: UUID) -> Receipts | None:
    """Return the receipts of an act, None when the open scope cannot read it.

    Members whose logs this node hosts read from the same tables: they have received what is logged here.
    """
    row = LoggedAct.objects.filter(id=act_id).first()
    if row is None:
        return None
    log = Log.objects.get(origin=row.origin)
    hosted = (
        Log.objects.filter(hosted=True).exclude(author=row.author).order_by("author").values_list("author", flat=True)
    )
    return Receipts(row.origin, row.index, log.size, 0, 0, tuple(hosted))


def hash_reader(origin: str) -> Callable[[int, int], bytes]:
    """Return a reader of a log's node hashes, as proofs need it: from leaves below level 8, from stored nodes above."""

    def hash_at(level: int, index: int) -> bytes:
        base = level - level % 8
        start, count = index << (level - base), 1 << (level - base)
        if base == 0:
            rows = Leaf.objects.filter(origin=origin, index__range=(start, start + count - 1)).order_by("index")
            hashes = [bytes(h) for h in rows.values_list("leaf_hash", flat=True)]
        else:
            nodes = Node.objects.filter(origin=origin, level=base, index__range=(start, start + count - 1))
            hashes = [bytes(h) for h in nodes.order_by("index").values_list("hash", flat=True)]
        # A complete subtree of 2^k nodes folds like a tree over them: the inner levels are the same.
        return hashes[0] if count == 1 else root(hashes)

    return hash_at


def proof(act_id: UUID) -> tuple[LoggedAct, Log, Leaf, list[bytes]] | None:
    """Return an act's row, its log, its leaf and its inclusion proof in the log's present head."""
    row = LoggedAct.objects.filter(id=act_id).first()
    if row is None:
        return None
    log = Log.objects.get(origin=row.origin)
    leaf = Leaf.objects.get(origin=row.origin, index=row.index)
    return row, log, leaf, inclusion_proof(row.index, log.size, hash_reader(row.origin))

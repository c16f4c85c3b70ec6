# SPDX-License-Identifier: Apache-2.0
"""What one reads from the ledger."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, QuerySet

from hansa.ledger.act import Act
from hansa.ledger.audience import scope_of
from hansa.ledger.models import Leaf, Log, LoggedAct, Node, ParkedLeaf, Reader
from hansa.ledger.publishing import read_act
from hansa.ledger.tlog.merkle import inclusion_proof, root
from hansa.ledger.tlog.strict import to_base64


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


@dataclass(frozen=True, slots=True)
class Proof:
    """That a leaf is in its log: the leaf, the log's head, and the path between them."""

    row: LoggedAct
    log: Log
    leaf: Leaf
    path: list[bytes]

    @property
    def text(self) -> str:
        """The proof as C2SP tlog-proof writes it: index, path, signed head."""
        hashes = "".join(f"{to_base64(h)}\n" for h in self.path)
        return f"c2sp.org/tlog-proof@v1\nindex {self.leaf.index}\n{hashes}\n{self.log.checkpoint}"


def proof(act_id: UUID) -> Proof | None:
    """Return the proof of an act in its log's present head, None when the open scope cannot read the act."""
    row = LoggedAct.objects.filter(id=act_id).first()
    if row is None:
        return None
    log = Log.objects.get(origin=row.origin)
    leaf = Leaf.objects.get(origin=row.origin, index=row.index)
    return Proof(row, log, leaf, inclusion_proof(row.index, log.size, hash_reader(row.origin)))


def authors() -> list[str]:
    """Return the members whose logs this node holds."""
    return list(Log.objects.order_by("author").values_list("author", flat=True))


@dataclass(frozen=True, slots=True)
class StuckLog:
    """A log of which this version of Hansa could not take a leaf: which one, and how many later ones wait behind it."""

    author: str
    index: int
    behind: int


def stuck_logs() -> list[StuckLog]:
    """Return the logs that this node has but cannot take further, by author; empty when all is well."""
    failed = ParkedLeaf.objects.exclude(fault="").values("origin").annotate(first=Min("index")).order_by("origin")
    found = []
    for row in failed:
        behind = ParkedLeaf.objects.filter(waits_for__contains=[f"{row['origin']}!{row['first']}"])
        found.append(StuckLog(row["origin"].split("/")[2], row["first"], behind.count()))
    return found


def readers_of(audience: str) -> list[str]:
    """Return the members that can read an audience; empty for everyone."""
    return list(Reader.objects.filter(name=audience).order_by("reader").values_list("reader", flat=True))


def by_digests(digests: Sequence[str]) -> list[Act]:
    """Return those of the acts with these digests that the open scope may read, in time."""
    return [read_act(row) for row in LoggedAct.objects.filter(digest__in=digests).order_by("at")]


def answers_to(act: Act, most: int = 50) -> list[Act]:
    """Return later acts of the same scope that reference `act`, at most `most`."""
    scope = scope_of(act.audience)
    if scope is None:
        return []
    rows = LoggedAct.objects.filter(scope=scope, at__gte=act.at).exclude(id=act.id)
    # A digest is 64 hexadecimal characters: it occurs in an act's bytes only as a reference to it.
    found = rows.extra(where=["position(convert_to(%s, 'UTF8') in tail) > 0"], params=[act.digest]).order_by("at")[
        :most
    ]
    return [read_act(row) for row in found]

# SPDX-License-Identifier: Apache-2.0
"""The ledger over HTTP: acts that the token's member may read, their receipts, their bytes and their proofs."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from hansa.core.personal import Personal, declare
from hansa.ledger import queries
from hansa.ledger.act import Act
from hansa.ledger.publishing import read_act
from hansa.ledger.tlog.strict import to_base64

router = Router(tags=["ledger"])
_MOST = 200


class ActOut(Schema):
    """An act: its sentence, and what it states."""

    id: UUID
    type: str
    headline: str
    author: str
    office: str
    at: datetime
    audience: str
    exercise: str | None
    charter: str | None
    refs: list[str]
    cites: list[str]
    digest: str
    body: dict[str, Any]
    personal: ClassVar[Personal] = declare(
        none="id type headline author office at audience exercise charter refs cites digest body"
    )


class ReceiptOut(Schema):
    """How far an act has come, with the leaf and the proof that it is in its log's signed head (base64)."""

    origin: str
    index: int
    log_size: int
    witnessed: int
    witnesses: int
    received_by: list[str]
    readers: list[str]
    leaf: str
    proof: str
    personal: ClassVar[Personal] = declare(
        none="origin index log_size witnessed witnesses received_by readers leaf proof"
    )


class Narrow(Schema):
    """Which acts to list; `before` pages backwards in time."""

    author: str = ""
    type: str = ""
    activation: UUID | None = None
    before: datetime | None = None
    limit: int = 50
    personal: ClassVar[Personal] = declare(none="author type activation before limit")


def _out(act: Act) -> ActOut:
    return ActOut(
        id=act.id, type=act.type, headline=str(act.headline), author=act.author, office=act.office, at=act.at,
        audience=act.audience, exercise=act.exercise, charter=act.charter, refs=list(act.refs), cites=list(act.cites),
        digest=act.digest, body=act.body.model_dump(mode="json"),
    )  # fmt: skip


@router.get("/acts", response=list[ActOut], operation_id="ledger_acts", summary="Acts, newest first")
def list_acts(request: HttpRequest, narrow: Query[Narrow]) -> list[ActOut]:
    """Return at most `limit` acts (200 at the most), narrowed by author, type prefix and activation."""
    rows = queries.logged_acts(author=narrow.author, type_prefix=narrow.type, scope=narrow.activation)
    if narrow.before:
        rows = rows.filter(at__lt=narrow.before)
    return [_out(read_act(row)) for row in rows[: max(1, min(narrow.limit, _MOST))]]


@router.get("/acts/{act_id}", response=ActOut, operation_id="ledger_act", summary="One act")
def get_act(request: HttpRequest, act_id: UUID) -> ActOut:
    """Return an act, 404 when the member cannot read it."""
    act = queries.get(act_id)
    if act is None:
        raise Http404
    return _out(act)


@router.get("/acts/{act_id}/receipt", response=ReceiptOut, operation_id="ledger_receipt", summary="Receipt and proof")
def get_receipt(request: HttpRequest, act_id: UUID) -> ReceiptOut:
    """Return how far an act has come, its leaf byte for byte, and its inclusion proof."""
    act, receipts, proof = queries.get(act_id), queries.receipts(act_id), queries.proof(act_id)
    if act is None or receipts is None or proof is None:
        raise Http404
    return ReceiptOut(
        origin=receipts.origin, index=receipts.index, log_size=receipts.log_size, witnessed=receipts.witnessed,
        witnesses=receipts.witnesses, received_by=list(receipts.received_by), readers=queries.readers_of(act.audience),
        leaf=to_base64(bytes(proof.leaf.entry)), proof=to_base64(proof.text.encode()),
    )  # fmt: skip

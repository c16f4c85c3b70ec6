# SPDX-License-Identifier: Apache-2.0
"""The ledger over HTTP: acts that the token's member may read, their receipts, their bytes and their proofs."""

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema
from pydantic import StringConstraints, field_validator

from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.ledger import queries, reading
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


# PostgreSQL keeps no NUL.
_Word = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00]*$")]


class Narrow(Schema):
    """Which acts to list; `before` pages backwards in time."""

    author: _Word = ""
    type: _Word = ""
    activation: UUID | None = None
    before: datetime | None = None
    limit: int = 50
    personal: ClassVar[Personal] = declare(none="author type activation before limit")

    @field_validator("before")
    @classmethod
    def _in_utc(cls, before: datetime | None) -> datetime | None:
        # PostgreSQL takes no zone beyond 15:59, and no time that leaves the calendar on its way to UTC.
        try:
            return before and (before if before.tzinfo else before.replace(tzinfo=UTC)).astimezone(UTC)
        except OverflowError:
            raise ValueError("a time within the calendar") from None


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


class ReaderOut(Schema):
    """A member that was let read a sealed act, who gave it the key later, and what it says of the text."""

    member: str
    given_by: str
    can_read: bool
    answer: str
    personal: ClassVar[Personal] = declare(none="member given_by can_read answer")


class AnswerOut(Schema):
    """What a holder says of a recalled text: destroyed, held or refused."""

    member: str
    state: str
    reason: str
    words: str
    at: datetime
    personal: ClassVar[Personal] = declare(none="member state reason words at")


class RecallOut(Schema):
    """A recall: which act (its id where the member reads it), by when, what each answered, who has not."""

    digest: str
    act: UUID | None
    author: str
    index: int
    reason: str
    deadline: datetime
    answers: list[AnswerOut]
    silent: list[str]
    overdue: bool
    personal: ClassVar[Personal] = declare(none="digest act author index reason deadline answers silent overdue")


class PeriodOut(Schema):
    """A key period of the league, and who has its key."""

    epoch: int
    recipient: str
    opened_by: str
    opened_at: datetime
    in_use: bool
    changes_by: datetime
    holders: list[str]
    personal: ClassVar[Personal] = declare(none="epoch recipient opened_by opened_at in_use changes_by holders")


@router.get("/acts/{act_id}/readers", response=list[ReaderOut], operation_id="ledger_readers", summary="Readers")
def list_readers(request: HttpRequest, act_id: UUID) -> list[ReaderOut]:
    """Return who was let read a sealed act; empty for a public one, 404 when the member cannot read it."""
    act = queries.get(act_id)
    if act is None:
        raise Http404
    return [
        ReaderOut(member=row.member, given_by=row.given.author if row.given else "", can_read=row.can_read,
                  answer=row.answer.state if row.answer else "")
        for row in reading.readers_of_act(act)
    ]  # fmt: skip


@router.get("/recalls", response=list[RecallOut], operation_id="ledger_recalls", summary="Recalls and their answers")
def list_recalls(request: HttpRequest) -> list[RecallOut]:
    """Return every recall, those that somebody has not answered first."""
    return [
        RecallOut(
            digest=state.recall.digest, act=state.act.id if state.act else None, author=state.recall.author,
            index=state.recall.index, reason=state.recall.reason, deadline=state.recall.deadline,
            answers=[AnswerOut(member=a.reader, state=a.state, reason=a.reason, words=a.words, at=a.at)
                     for a in state.answers],
            silent=list(state.silent), overdue=state.overdue,
        )
        for state in reading.recalls(request.auth, clock.now())
    ]  # fmt: skip


@router.get("/epochs", response=list[PeriodOut], operation_id="ledger_epochs", summary="Key periods of the league")
def list_epochs(request: HttpRequest) -> list[PeriodOut]:
    """Return the league's key periods, newest first."""
    return [
        PeriodOut(
            epoch=period.epoch.epoch, recipient=period.epoch.recipient, opened_by=period.epoch.author,
            opened_at=period.epoch.at, in_use=period.newest, changes_by=period.ends, holders=list(period.holders),
        )
        for period in reading.periods()
    ]  # fmt: skip

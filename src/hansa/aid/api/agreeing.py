# SPDX-License-Identifier: Apache-2.0
"""Agreements and the balance over HTTP."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from hansa.activation import queries as activations
from hansa.aid import naming
from hansa.aid.actions import agreement as actions
from hansa.aid.actions import notice as notices
from hansa.aid.actions.agreement import Acceptance, Change
from hansa.aid.acts.terms import REASONS
from hansa.aid.api.saying import Moment, Said, Text, Units, said
from hansa.aid.models import Agreement, AgreementNotice
from hansa.aid.queries import agreement as queries
from hansa.aid.queries import balance as balances
from hansa.aid.queries.agreement import Case
from hansa.aid.rules import agreements as rules
from hansa.aid.rules.notices import Ahead
from hansa.aid.rules.quantities import Balance, violations
from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.people.api_auth import acts, reads

router = Router()
_MOST = 200
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Lines = Annotated[dict[UUID, Units], Field(max_length=200)]


class LineOut(Schema):
    """What an agreement grants of one offer, and where those units are."""

    offer: UUID
    request: UUID
    kind: str
    level: int
    granted: Decimal
    promised: Decimal
    in_transit: Decimal
    received: Decimal
    recalled: Decimal
    cancelled: Decimal
    lost: Decimal
    released: Decimal
    personal: ClassVar[Personal] = declare(
        none="offer request kind level granted promised in_transit received recalled cancelled lost released"
    )


class VersionOut(Schema):
    """One version of the terms: its hash, the document, which sides signed it, which side it waits for."""

    hash: str
    terms: dict
    signed_by: list[str]
    standing: bool
    waiting: str | None
    declined: bool
    personal: ClassVar[Personal] = declare(none="hash terms signed_by standing waiting declined")


class NoticeOut(Schema):
    """A recall, cancellation or release, and when the other side acknowledged it.

    `notice_asked` (by the charter) and `notice_given` are in minutes; both are null where the charter is not held.
    """

    id: UUID
    kind: str
    member: str
    reason: str
    at: datetime
    effective: datetime
    acknowledged_at: datetime | None
    acknowledge_by: datetime | None
    notice_asked: int | None
    notice_given: int | None
    short_notice: bool
    personal: ClassVar[Personal] = declare(
        none="id kind member reason at effective acknowledged_at acknowledge_by notice_asked notice_given short_notice"
    )


class AgreementOut(Schema):
    """An agreement in short."""

    id: UUID
    reference: str
    activation: UUID
    donor: str
    requester: str
    state: str
    hashes: list[str]
    opened_at: datetime
    signed_at: datetime | None
    ends: datetime
    personal: ClassVar[Personal] = declare(
        none="id reference activation donor requester state hashes opened_at signed_at ends"
    )


class CaseOut(AgreementOut):
    """An agreement with all that was said about it."""

    lines: list[LineOut]
    versions: list[VersionOut]
    notices: list[NoticeOut]
    personal: ClassVar[Personal] = declare(
        none="id reference activation donor requester state hashes opened_at signed_at ends lines versions notices"
    )


class AcceptIn(Schema):
    """Take so much of one offer; the same id again is the same signature."""

    offer: UUID
    quantity: Units
    conditions: Text = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="offer quantity conditions id")


class AcceptAllIn(Schema):
    """Take many offers at once, all or none."""

    offers: list[AcceptIn] = Field(min_length=1, max_length=100)
    personal: ClassVar[Personal] = declare(none="offers")


class SignIn(Schema):
    """Sign the version with this hash."""

    hash: Hash
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="hash id")


class AmendIn(Schema):
    """Propose a change; what is left out stays. `quantities` go by offer."""

    reason: Literal[tuple(r for r in REASONS if r)]  # type: ignore[valid-type]
    quantities: Lines | None = None
    ends: Moment | None = None
    deliver_by: Moment | None = None
    cap: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2, allow_inf_nan=False)] | None = None
    conditions: Text | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason quantities ends deliver_by cap conditions id")


class NoticeIn(Schema):
    """Recall, cancel or release; without `lines` everything that was not sent."""

    kind: Literal["recall", "cancellation", "release"]
    reason: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
    lines: Lines | None = None
    effective: Moment | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="kind reason lines effective id")


class AnswerIn(Schema):
    """Acknowledge, or decline a proposed version and say why."""

    note: Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")] = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="note id")


class BalanceOut(Schema):
    """Where the units of one request line are."""

    line: UUID
    reference: str
    kind: str
    units: dict[str, Decimal]
    conflicts: dict[str, Decimal]
    holds: bool
    personal: ClassVar[Personal] = declare(none="line reference kind units conflicts holds")


def _short(row: Agreement) -> dict:
    names = ("id", "activation", "donor", "requester", "state", "hashes", "opened_at", "signed_at", "ends")
    return {name: getattr(row, name) for name in names} | {"reference": naming.reference("A", row.id)}


def _ahead(given: Ahead | None) -> dict:
    minute = timedelta(minutes=1)
    return {
        "notice_asked": given.asked // minute if given else None,
        "notice_given": given.given // minute if given else None,
        "short_notice": bool(given and given.short),
    }


def _whole(case: Case) -> dict:
    lines = []
    for line in case.lines:
        found = case.balances[line.id]
        moved = ("promised", "in_transit", "received", "recalled", "cancelled", "lost", "released")
        lines.append(
            {name: getattr(line, name) for name in ("offer", "request", "kind", "level", "granted")}
            | {name: getattr(found, name) for name in moved}
        )
    versions = [
        {
            "hash": v.hash,
            "terms": v.terms.document,
            "signed_by": sorted(v.signatures),
            "standing": v.standing,
            "waiting": v.waiting,
            "declined": v.declined is not None,
        }
        for v in case.versions
    ]
    said_alone = [
        {name: getattr(seen.notice, name) for name in ("id", "kind", "member", "reason", "at", "effective")}
        | {"acknowledged_at": seen.clock.done, "acknowledge_by": seen.clock.due, **_ahead(seen.ahead)}
        for seen in case.notices
    ]
    return _short(case.agreement) | {"lines": lines, "versions": versions, "notices": said_alone}


def agreement_or_404(agreement: UUID) -> Agreement:
    """Return an agreement that the token's member may read."""
    found = queries.agreement(agreement)
    if found is None:
        raise Http404
    return found


@router.get("/agreements", auth=reads, response=list[AgreementOut], operation_id="aid_agreements")
def agreements(request: HttpRequest, activation: UUID | None = None, offset: Annotated[int, Field(ge=0, le=10**6)] = 0):
    """The agreements that the token's member reads, newest first, 200 at a time."""
    rows = queries.visible_to(request.actor)
    if activation:
        rows = rows.filter(activation=activation)
    return [_short(row) for row in rows[offset : offset + _MOST]]


@router.get("/agreements/{agreement}", auth=reads, response=CaseOut, operation_id="aid_agreement")
def agreement(request: HttpRequest, agreement: UUID):
    """One agreement with its versions, signatures, notices and lines."""
    return _whole(queries.case(agreement_or_404(agreement)))


@router.get("/balance/{activation}", auth=reads, response=list[BalanceOut], operation_id="aid_balance")
def balance(request: HttpRequest, activation: UUID):
    """Where every unit of an activation is, line by line."""
    if activations.get(activation) is None:
        raise Http404
    return [
        {
            "line": one.line.id,
            "reference": naming.reference("R", one.line.id),
            "kind": one.line.kind,
            "units": {name: getattr(one.balance, name) for name in Balance.__slots__},
            "conflicts": one.conflicts,
            "holds": not violations(one.balance),
        }
        for one in balances.activation_balances(activation)
    ]


@router.post("/offers/accept", auth=acts, response=list[Said], operation_id="aid_offers_accept")
def accept(request: HttpRequest, body: AcceptAllIn):
    """Sign terms for offers: one agreement each, all or none; in force once each donor signs the same hash."""
    wanted = [Acceptance(one.offer, one.quantity, one.conditions, one.id) for one in body.offers]
    return [said(done) for done in actions.accept_offers(wanted, actor=request.actor, at=clock.now())]


@router.post("/agreements/{agreement}/sign", auth=acts, response=Said, operation_id="aid_agreement_sign")
def sign(request: HttpRequest, agreement: UUID, body: SignIn):
    """Sign a version that the other side signed."""
    return said(actions.sign_version(agreement_or_404(agreement), body.hash, actor=request.actor, id=body.id))


@router.post("/agreements/{agreement}/amend", auth=acts, response=Said, operation_id="aid_agreement_amend")
def amend(request: HttpRequest, agreement: UUID, body: AmendIn):
    """Sign terms that replace those that stand; they count once the other side signs them."""
    names = ("reason", "quantities", "ends", "deliver_by", "cap", "conditions")
    change = Change(**{name: getattr(body, name) for name in names})
    return said(actions.amend_agreement(agreement_or_404(agreement), change, actor=request.actor, id=body.id))


@router.post("/agreements/{agreement}/decline/{hash}", auth=acts, response=Said, operation_id="aid_agreement_decline")
def decline(request: HttpRequest, agreement: UUID, hash: Hash, body: AnswerIn):
    """Decline a proposed version, and say why."""
    return said(
        notices.answer_amendment(
            agreement_or_404(agreement), hash, actor=request.actor, declined=True, note=body.note, id=body.id
        )
    )


@router.post("/agreements/{agreement}/notice", auth=acts, response=Said, operation_id="aid_agreement_notice")
def notice(request: HttpRequest, agreement: UUID, body: NoticeIn):
    """Recall what was not sent (donor), cancel it, or release early what was received (requester)."""
    kinds = {"recall": rules.RECALL, "cancellation": rules.CANCELLATION, "release": rules.RELEASE}
    return said(
        notices.give_notice(
            agreement_or_404(agreement),
            kinds[body.kind],
            body.reason,
            actor=request.actor,
            at=clock.now(),
            id=body.id,
            lines=body.lines,
            effective=body.effective,
        )
    )


@router.post("/notices/{notice}/acknowledge", auth=acts, response=Said, operation_id="aid_notice_acknowledge")
def acknowledge(request: HttpRequest, notice: UUID, body: AnswerIn):
    """Say that the other side has read a notice."""
    row = AgreementNotice.objects.filter(id=notice).first()
    if row is None:
        raise Http404
    return said(notices.acknowledge_notice(row, actor=request.actor, note=body.note, id=body.id))

# SPDX-License-Identifier: Apache-2.0
"""Offers and one's own stock over HTTP."""

from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema
from pydantic import AfterValidator

from hansa.aid.actions import offer as actions
from hansa.aid.actions import stock as stock_actions
from hansa.aid.actions.offer import Offered
from hansa.aid.acts.offer import Cost
from hansa.aid.api.asking import line_or_404
from hansa.aid.api.saying import Degrees, Moment, Said, Short, Text, Units, said
from hansa.aid.models import Offer
from hansa.aid.queries import offer as queries
from hansa.aid.queries.stock import Lot, lots
from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.people.api_auth import acts, reads

router = Router()


def _plain(costs: list[Cost]) -> list[Cost]:
    """Refuse text that a database cannot hold."""
    if any("\x00" in cost.description for cost in costs):
        raise ValueError("a description holds a character that cannot be kept")
    return costs


class OfferOut(Schema):
    """An offer with what became of it. Quantities are in the unit of the kind, amounts in US dollars."""

    id: UUID
    reference: str
    line: UUID
    donor: str
    requester: str
    kind: str
    level: int
    quantity: Decimal
    waiting: Decimal
    agreed: Decimal
    declined: Decimal
    available_from: Moment
    arrives_at: Moment
    valid_until: Moment
    site: str
    limitations: str
    costs: list[Cost]
    total: Decimal
    status: str
    personal: ClassVar[Personal] = declare(
        none="id reference line donor requester kind level quantity waiting agreed declined available_from arrives_at"
        " valid_until site limitations costs total status"
    )


class OfferIn(Schema):
    """What a member offers on a line; the same id again is the same offer."""

    quantity: Units
    available_from: Moment
    arrives_at: Moment
    valid_until: Moment
    level: int = Field(default=0, ge=0, le=9)
    site: str = Field(default="", max_length=120, pattern=r"^[^\x00]*$")
    lat: Degrees | None = Field(default=None, ge=-90, le=90)
    lon: Degrees | None = None
    limitations: Text = ""
    costs: Annotated[list[Cost], Field(max_length=40), AfterValidator(_plain)] = []
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="quantity available_from arrives_at valid_until level site lat lon limitations costs id"
    )


class WithdrawIn(Schema):
    """Why an offer is withdrawn."""

    reason: Short
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason id")


class OfferDeclineIn(Schema):
    """Why an offer is declined, and how much of it; nothing means all that waits."""

    reason: Short
    note: Short = ""
    quantity: Units | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason note quantity id")


class LotOut(Schema):
    """One stock of the token's own member."""

    id: UUID
    kind: str
    level: int
    site: str
    quantity: Decimal
    reserve: Decimal
    held: Decimal
    above: Decimal
    personal: ClassVar[Personal] = declare(none="id kind level site quantity reserve held above")


class StockIn(Schema):
    """A count of a kind and type at a site; it replaces the last count. No reserve means 30 %, rounded up."""

    kind: Short
    quantity: Units
    level: int = Field(default=0, ge=0, le=9)
    site: str = Field(default="", max_length=120, pattern=r"^[^\x00]*$")
    reserve: Units | None = None
    lat: Degrees | None = Field(default=None, ge=-90, le=90)
    lon: Degrees | None = None
    personal: ClassVar[Personal] = declare(none="kind quantity level site reserve lat lon")


class DeclareIn(Schema):
    """Tell the league what the member could release; the same id again is the same declaration."""

    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="id")


def _out(one: queries.Answered) -> dict:
    offer = one.offer
    own = {"id", "donor", "requester", "kind", "level", "quantity", "available_from", "arrives_at", "valid_until"}
    own |= {"site", "limitations", "costs", "total"}
    about = {"waiting": one.waiting, "agreed": one.agreed, "declined": one.declined, "status": one.status}
    return {name: getattr(offer, name) for name in own} | about | {"line": offer.line_id, "reference": one.reference}


def _offer(offer_id: UUID) -> Offer:
    found = queries.answered(offer_id, clock.now())
    if found is None:
        raise Http404
    return found.offer


def _lot(lot: Lot) -> LotOut:
    row = lot.row
    return LotOut(
        id=row.id, kind=row.kind, level=row.level, site=row.site, quantity=row.quantity, reserve=row.kept,
        held=lot.held, above=lot.above,
    )  # fmt: skip


@router.get("/requests/{line_id}/offers", response=list[OfferOut], auth=reads)
def list_offers(request: HttpRequest, line_id: UUID) -> list[dict]:
    """Return the offers on a line, the first to arrive first."""
    line_or_404(line_id)
    return [_out(one) for one in queries.on_line(line_id, clock.now())]


@router.get("/offers", response=list[OfferOut], auth=reads)
def own_offers(request: HttpRequest, waiting: bool = False) -> list[dict]:
    """Return the member's own offers, newest first, or those that wait for its answer."""
    read = queries.waiting_for if waiting else queries.by_donor
    return [_out(one) for one in read(request.auth.member, clock.now())]


@router.post("/requests/{line_id}/offers", response=Said, auth=acts)
def make_offer(request: HttpRequest, line_id: UUID, body: OfferIn) -> Said:
    """Offer units on a line; the member's stock is held back until `valid_until`."""
    offered = Offered(**{name: getattr(body, name) for name in OfferIn.model_fields if name != "id"})
    line = line_or_404(line_id)
    return said(actions.make_offer(line, offered, actor=request.auth, at=clock.now(), id=body.id))


@router.post("/offers/{offer_id}/withdraw", response=Said, auth=acts)
def withdraw_offer(request: HttpRequest, offer_id: UUID, body: WithdrawIn) -> Said:
    """Take back what nobody agreed to yet."""
    offer = _offer(offer_id)
    return said(actions.withdraw_offer(offer, reason=body.reason, actor=request.auth, at=clock.now(), id=body.id))


@router.post("/offers/{offer_id}/decline", response=Said, auth=acts)
def decline_offer(request: HttpRequest, offer_id: UUID, body: OfferDeclineIn) -> Said:
    """Decline an offer, or a part of it."""
    done = actions.decline_offer(
        _offer(offer_id), reason=body.reason, note=body.note, quantity=body.quantity, actor=request.auth,
        at=clock.now(), id=body.id,
    )  # fmt: skip
    return said(done)


@router.get("/stock", response=list[LotOut], auth=reads)
def list_stock(request: HttpRequest) -> list[LotOut]:
    """Return the member's own stock; nobody else's is ever shown."""
    return [_lot(lot) for lot in lots(request.auth.member, clock.now())]


@router.put("/stock", response=LotOut, auth=acts)
def set_stock(request: HttpRequest, body: StockIn) -> LotOut:
    """Count a kind and type at a site."""
    row = stock_actions.set_stock(**body.dict(), actor=request.auth, at=clock.now())
    found = lots(request.auth.member, clock.now(), kind=body.kind)
    return next(_lot(lot) for lot in found if lot.row.id == row.id)


@router.post("/availability", response=Said, auth=acts)
def declare_availability(request: HttpRequest, body: DeclareIn) -> Said:
    """Tell the league what the member could release now."""
    return said(stock_actions.declare_availability(actor=request.auth, at=clock.now(), id=body.id))

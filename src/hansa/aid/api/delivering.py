# SPDX-License-Identifier: Apache-2.0
"""Shipments over HTTP."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from hansa.aid.actions import shipment as actions
from hansa.aid.actions.shipment import Count, Trip
from hansa.aid.acts.delivery import Condition
from hansa.aid.api.agreeing import Hash, Lines, agreement_or_404
from hansa.aid.api.saying import Moment, Said, Units, said
from hansa.aid.models import Shipment
from hansa.aid.queries import shipment as queries
from hansa.aid.queries.shipment import Journey
from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.people.api_auth import acts, reads

router = Router()
_MOST = 200
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Name = Annotated[str, Field(max_length=120, pattern=r"^[^\x00]*$")]
Note = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Code = Annotated[str, Field(max_length=12, pattern=r"^[^\x00]*$")]


class PositionOut(Schema):
    """So many units of one offer, with whom they are, where, since when."""

    offer: UUID
    quantity: Decimal
    custodian: str
    place: str
    since: datetime
    state: str
    personal: ClassVar[Personal] = declare(none="offer quantity custodian place since state")


class EntryOut(Schema):
    """Something that happened on the way."""

    act: UUID
    kind: str
    happened: datetime
    place: str
    custodian: str
    member: str
    by_code: bool
    personal: ClassVar[Personal] = declare(none="act kind happened place custodian member by_code")


class ShipmentOut(Schema):
    """A shipment: the leg it is on, where every unit is, and its way so far."""

    id: UUID
    reference: str
    agreement: UUID
    activation: UUID
    origin: str
    destination: str
    back: bool
    custodian: str
    bound_for: str
    due_at: datetime
    leg_state: str
    done: bool
    positions: list[PositionOut]
    timeline: list[EntryOut]
    personal: ClassVar[Personal] = declare(
        none="id reference agreement activation origin destination back custodian bound_for due_at leg_state done"
        " positions timeline"
    )


class LegIn(Schema):
    """A leg: who has the goods (a carrier or a member, never a person), from where, to where, due when."""

    custodian: Name
    place: Line
    bound_for: Line
    due: Moment
    happened: Moment | None = None
    personal: ClassVar[Personal] = declare(none="custodian place bound_for due happened")

    def trip(self) -> Trip:
        """Return the leg for the action."""
        return Trip(self.custodian, self.place, self.bound_for, self.due, self.happened)


class SendIn(Schema):
    """Send so much of each offer; `back` returns goods to the donor."""

    quantities: Lines
    leg: LegIn
    back: bool = False
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="quantities leg back id")


class HandOverIn(Schema):
    """The next custodian, and the code of the leg that ends."""

    leg: LegIn
    code: Code = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="leg code id")


class ArrivedIn(Schema):
    """Where the shipment is."""

    place: Line
    happened: Moment | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="place happened id")


class CountIn(Schema):
    """A count of one offer: good units, damaged ones, those that did not come."""

    offer: UUID
    received: Units
    damaged: Units = Decimal(0)
    missing: Units = Decimal(0)
    personal: ClassVar[Personal] = declare(none="offer received damaged missing")


class ReceiveIn(Schema):
    """Counts of a delivery, whole or in part; `proof` is the hash of a file kept as evidence."""

    counts: list[CountIn] = Field(min_length=1, max_length=200)
    place: Line = ""
    code: Code = ""
    note: Note = ""
    proof: Hash | None = None
    condition: Condition = ""
    happened: Moment | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="counts place code note proof condition happened id")


class EndIn(Schema):
    """Units that are lost, or that came home undelivered."""

    quantities: Lines
    place: Line = ""
    note: Note = ""
    happened: Moment | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="quantities place note happened id")


def _shown(journey: Journey) -> dict:
    row, leg = journey.shipment, journey.leg.opened
    names = ("id", "agreement", "activation", "origin", "destination", "back")
    entry = ("act", "kind", "happened", "place", "custodian", "member", "by_code")
    return {name: getattr(row, name) for name in names} | {
        "reference": journey.reference,
        "custodian": leg.custodian,
        "bound_for": leg.bound_for,
        "due_at": leg.due,
        "leg_state": journey.leg.state,
        "done": journey.done,
        "positions": [
            {
                "offer": p.line,
                "quantity": p.quantity,
                "custodian": p.custodian,
                "place": p.place,
                "since": p.since,
                "state": p.state,
            }
            for p in journey.positions
        ],
        "timeline": [{name: getattr(one, name) for name in entry} for one in journey.timeline],
    }


def _shipment(shipment: UUID) -> Shipment:
    found = queries.shipment(shipment)
    if found is None:
        raise Http404
    return found


@router.get("/shipments", auth=reads, response=list[UUID], operation_id="aid_shipments")
def shipments(request: HttpRequest, activation: UUID | None = None, silent: bool = False):
    """The ids of the newest 200 shipments; with `silent`, of those past their time without a word."""
    if silent:
        return list(dict.fromkeys(leg.shipment_id for leg in queries.silent_legs(activation=activation)))[:_MOST]
    rows = queries.of_activation(activation) if activation else Shipment.objects.order_by("-at", "-id")
    return list(rows.values_list("id", flat=True)[:_MOST])


@router.get("/shipments/{shipment}", auth=reads, response=ShipmentOut, operation_id="aid_shipment")
def shipment(request: HttpRequest, shipment: UUID):
    """One shipment with its way and where every unit is."""
    return _shown(queries.journey(_shipment(shipment)))


@router.post("/agreements/{agreement}/send", auth=acts, response=Said, operation_id="aid_shipment_send")
def send(request: HttpRequest, agreement: UUID, body: SendIn):
    """Send goods under an agreement that stands."""
    return said(
        actions.send_shipment(
            agreement_or_404(agreement),
            body.quantities,
            body.leg.trip(),
            actor=request.actor,
            at=clock.now(),
            back=body.back,
            id=body.id,
        )
    )


@router.post("/shipments/{shipment}/hand-over", auth=acts, response=Said, operation_id="aid_shipment_hand_over")
def hand_over(request: HttpRequest, shipment: UUID, body: HandOverIn):
    """Note that the next custodian has the goods."""
    return said(
        actions.hand_over_shipment(
            _shipment(shipment), body.leg.trip(), actor=request.actor, at=clock.now(), code=body.code, id=body.id
        )
    )


@router.post("/shipments/{shipment}/arrived", auth=acts, response=Said, operation_id="aid_shipment_arrived")
def arrived(request: HttpRequest, shipment: UUID, body: ArrivedIn):
    """Say where a shipment is."""
    return said(
        actions.report_arrival(
            _shipment(shipment), body.place, actor=request.actor, at=clock.now(), happened=body.happened, id=body.id
        )
    )


@router.post("/shipments/{shipment}/receive", auth=acts, response=Said, operation_id="aid_shipment_receive")
def receive(request: HttpRequest, shipment: UUID, body: ReceiveIn):
    """Take delivery, whole or in part."""
    counts = [Count(one.offer, one.received, one.damaged, one.missing) for one in body.counts]
    return said(
        actions.receive_shipment(
            _shipment(shipment),
            counts,
            actor=request.actor,
            at=clock.now(),
            place=body.place,
            code=body.code,
            note=body.note,
            proof=body.proof,
            condition=body.condition,
            happened=body.happened,
            id=body.id,
        )
    )


def _ended(request: HttpRequest, shipment: UUID, body: EndIn, action) -> Said:
    return said(
        action(
            _shipment(shipment),
            body.quantities,
            actor=request.actor,
            at=clock.now(),
            place=body.place,
            note=body.note,
            happened=body.happened,
            id=body.id,
        )
    )


@router.post("/shipments/{shipment}/lost", auth=acts, response=Said, operation_id="aid_shipment_lost")
def lost(request: HttpRequest, shipment: UUID, body: EndIn):
    """Report units lost."""
    return _ended(request, shipment, body, actions.report_lost)


@router.post("/shipments/{shipment}/home", auth=acts, response=Said, operation_id="aid_shipment_home")
def home(request: HttpRequest, shipment: UUID, body: EndIn):
    """Note that units came home undelivered."""
    return _ended(request, shipment, body, actions.take_home)

# SPDX-License-Identifier: Apache-2.0
"""Steps on the straight path, for tests: offered, agreed, sent, received."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hansa.aid.actions import agreement as agreements
from hansa.aid.actions import offer as offers
from hansa.aid.actions import shipment as shipments
from hansa.aid.actions.agreement import Acceptance
from hansa.aid.actions.shipment import Count, Trip
from hansa.aid.acts.offer import Cost
from hansa.aid.models import Agreement, Offer, RequestLine, Shipment
from hansa.aid.queries.shipment import handover_code
from hansa.aid.tests.league import League, later, stock_up
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope


def offer_on(line: RequestLine, by: Actor, quantity: int | str = 400, **more) -> Offer:
    """Let a member that has the stock offer on a line."""
    stock_up(by, line.kind, 10_000)
    values = {"available_from": later(hours=1), "arrives_at": later(hours=20), "valid_until": later(hours=40), **more}
    with member_scope(by.member):
        said = offers.Offered(Decimal(quantity), **values)
        return Offer.objects.get(id=offers.make_offer(line, said, actor=by, at=clock.now()).id)


def freight(amount: str = "1200.00") -> tuple[Cost, ...]:
    """Return one cost that the requester is billed."""
    return (Cost(category="travel", description="Freight", terms="bill", amount=Decimal(amount)),)


def accept(league: League, offer: Offer, quantity: int | str | None = None, *, id: UUID | None = None) -> Agreement:
    """Let the requester sign terms for an offer."""
    units = offer.quantity if quantity is None else Decimal(quantity)
    actor = league.actors[offer.requester]
    with member_scope(actor.member):
        act = agreements.accept_offer(Acceptance(offer.id, units, id=id), actor=actor, at=clock.now())
        return Agreement.objects.get(id=act.body.terms.id)


def countersign(league: League, agreement: Agreement) -> Agreement:
    """Let the donor sign what the requester signed."""
    actor = league.actors[agreement.donor]
    with member_scope(actor.member):
        agreements.sign_version(agreement, next(iter(agreement.waiting)), actor=actor)
    return reload(agreement)


def agree(league: League, offer: Offer, quantity: int | str | None = None) -> Agreement:
    """Bring an agreement into force."""
    return countersign(league, accept(league, offer, quantity))


def reload(agreement: Agreement) -> Agreement:
    """Return the row as it is now."""
    with member_scope(agreement.requester):
        return Agreement.objects.get(id=agreement.id)


def trip(custodian: str = "Lake Freight", *, due: datetime | None = None, **more) -> Trip:
    """Return a leg to Chicago."""
    return Trip(custodian, more.pop("place", "Depot"), more.pop("bound_for", "Dock 4"), due or later(hours=12), **more)


def send(league: League, agreement: Agreement, quantity: int | str = 400, *, back: bool = False, **more) -> Shipment:
    """Let the donor send, or the requester send back, so much of the agreement's first line."""
    actor = league.actors[agreement.requester if back else agreement.donor]
    with member_scope(actor.member):
        offer = agreement.lines.get().offer
        act = shipments.send_shipment(
            agreement,
            {offer: Decimal(quantity)},
            more.pop("trip", trip()),
            actor=actor,
            at=clock.now(),
            back=back,
            **more,
        )
        return Shipment.objects.get(id=act.id)


def code_of(league: League, shipment: Shipment, leg: UUID | None = None) -> str:
    """Return the code that the sender keeps."""
    with member_scope(shipment.origin):
        return handover_code(leg or shipment.id)


def receive(league: League, shipment: Shipment, received: int | str, damaged: int = 0, missing: int = 0, **more):
    """Let the receiver count."""
    actor = league.actors[shipment.destination]
    with member_scope(actor.member):
        offer = shipment.lines.get().offer
        counts = [Count(offer, Decimal(received), Decimal(damaged), Decimal(missing))]
        return shipments.receive_shipment(shipment, counts, actor=actor, at=clock.now(), **more)


def soon() -> timedelta:
    """Return a short while."""
    return timedelta(minutes=30)

# SPDX-License-Identifier: Apache-2.0
"""What is done with shipments: send, say where they are, hand over, receive, take home, report lost."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid.actions.notice import submit_about
from hansa.aid.acts.delivery import Condition, Delivered, ShipmentLost, ShipmentReceived, ShipmentReturned
from hansa.aid.acts.shipment import Load, ShipmentArrived, ShipmentSent, ShipmentTransferred
from hansa.aid.models import Agreement, AgreementLine, HandoverCode, Movement, Shipment
from hansa.aid.policy.agreement import may_move, may_receive, may_send, may_take_home
from hansa.aid.queries import shipment as queries
from hansa.aid.queries.balance import agreement_balances
from hansa.aid.queries.catalogue import amount
from hansa.aid.rules import custody
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Text, require
from hansa.ledger import Act, Body, PendingAct

Done = Act | PendingAct
# What happened may be written down a little ahead of the clock of this server, never more.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Trip:
    """A leg as typed: who has the goods, from where, to where, and when they are due."""

    custodian: str
    place: str
    bound_for: str
    due: datetime
    happened: datetime | None = None


def _check_trip(trip: Trip, at: datetime) -> dict[str, Text]:
    errors: dict[str, Text] = {
        name: _("This is empty. Nothing was signed. Fill it in.")
        for name in ("custodian", "place", "bound_for")
        if not getattr(trip, name).strip()
    }
    happened = trip.happened or at
    if happened > at + AHEAD:
        errors["happened"] = _("That time has not come yet. Nothing was signed. Enter when it happened.")
    if trip.due <= happened:
        errors["due"] = _("It is due before it departs. Nothing was signed. Enter a later time.")
    return errors


def _leg(trip: Trip, at: datetime, leg: UUID, code: str) -> dict:
    return {
        "custodian": trip.custodian.strip(),
        "place": trip.place.strip(),
        "bound_for": trip.bound_for.strip(),
        "due": trip.due,
        "happened": trip.happened or at,
        "seal": custody.seal_code(code, leg),
    }


def _keep_code(leg: UUID, code: str) -> None:
    HandoverCode.objects.get_or_create(leg=leg, defaults={"code": code})


@transaction.atomic
def send_shipment(
    agreement: Agreement,
    quantities: Mapping[UUID, Decimal],
    trip: Trip,
    *,
    actor: Actor,
    at: datetime,
    back: bool = False,
    id: UUID | None = None,
) -> Done:
    """Send goods under an agreement that stands; `back` returns what was received. The act's id is the shipment's.

    The first leg's hand-over code is kept for the sender alone.
    """
    id = id or new_id()
    if known := ledger.get(id):
        return known
    require(may_send(actor, agreement, back=back))
    errors = _check_trip(trip, at) | _check_load(agreement, quantities, back)
    if errors:
        raise Invalid(errors)
    code = custody.new_code()
    lines = tuple(Load(offer=offer, quantity=units) for offer, units in sorted(quantities.items()) if units)
    body = ShipmentSent(
        agreement=agreement.id,
        activation=agreement.activation,
        back=back,
        lines=lines,
        destination=agreement.donor if back else agreement.requester,
        **_leg(trip, at, id, code),
    )
    made = submit_about(agreement, body, actor=actor, id=id)
    with member_scope(actor.member):
        _keep_code(id, code)
    return made


def _check_load(agreement: Agreement, quantities: Mapping[UUID, Decimal], back: bool) -> dict[str, Text]:
    lines = list(AgreementLine.objects.select_for_update(no_key=True).filter(agreement=agreement))
    balances = agreement_balances(lines)
    left = {line.offer: balances[line.id].in_use if back else balances[line.id].promised for line in lines}
    kinds = {line.offer: line.kind for line in lines}
    if not any(quantities.values()):
        return {"quantity": _("Nothing is loaded. Nothing was signed. Enter how much is sent.")}
    for offer, units in quantities.items():
        if units < 0:
            return {"quantity": _("A quantity is below zero. Nothing was signed. Enter zero or more.")}
        if units > left.get(offer, Decimal(0)):
            text = _("%(left)s can be sent. Nothing was signed. Enter that many or fewer.")
            return {"quantity": text % {"left": amount(left.get(offer, Decimal(0)), kinds.get(offer, ""))}}
    return {}


def _leg_of(shipment: Shipment) -> Movement:
    """Return the leg that is open now."""
    return queries.current_leg(shipment.id)


def _say(shipment: Shipment, leg: Movement, body: Body, *, actor: Actor, id: UUID | None) -> Done:
    agreement = Agreement.objects.get(id=shipment.agreement)
    refs = tuple(dict.fromkeys((shipment.id, leg.leg)))
    return submit_about(agreement, body, actor=actor, id=id, refs=refs)


def _check_happened(happened: datetime, leg: Movement, at: datetime) -> None:
    if happened > at + AHEAD:
        raise Invalid({"happened": _("That time has not come yet. Nothing was signed. Enter when it happened.")})
    if happened < leg.happened:
        raise Invalid({"happened": _("That is before it departed. Nothing was signed. Enter a later time.")})


def _check_code(code: str, leg: Movement) -> str:
    typed = custody.clean_code(code)
    if typed and not custody.code_fits(typed, leg.leg, leg.seal):
        raise Invalid({"code": _("This is not the code of this leg. Nothing was signed. Ask to have it read again.")})
    return typed


def report_arrival(
    shipment: Shipment,
    place: str,
    *,
    actor: Actor,
    at: datetime,
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Say that a shipment has reached a place, still with the same custodian."""
    if id and (known := ledger.get(id)):
        return known
    leg = _leg_of(shipment)
    require(may_move(actor, shipment, leg, "aid.shipment.arrived"))
    _check_happened(happened or at, leg, at)
    if not place.strip():
        raise Invalid({"place": _("No place is given. Nothing was signed. Say where it is.")})
    body = ShipmentArrived(shipment=shipment.id, leg=leg.leg, place=place.strip(), happened=happened or at)
    return _say(shipment, leg, body, actor=actor, id=id)


@transaction.atomic
def hand_over_shipment(
    shipment: Shipment, trip: Trip, *, actor: Actor, at: datetime, code: str = "", id: UUID | None = None
) -> Done:
    """Note that the next custodian has the goods; the code of the leg that ends proves that both were there."""
    id = id or new_id()
    if known := ledger.get(id):
        return known
    leg = _leg_of(shipment)
    require(may_move(actor, shipment, leg))
    if errors := _check_trip(trip, at):
        raise Invalid(errors)
    _check_happened(trip.happened or at, leg, at)
    typed, fresh = _check_code(code, leg), custody.new_code()
    body = ShipmentTransferred(shipment=shipment.id, leg=leg.leg, code=typed, **_leg(trip, at, id, fresh))
    made = _say(shipment, leg, body, actor=actor, id=id)
    with member_scope(actor.member):
        _keep_code(id, fresh)
    return made


@dataclass(frozen=True, slots=True)
class Count:
    """What was counted of one line at the dock."""

    offer: UUID
    received: Decimal
    damaged: Decimal = Decimal(0)
    missing: Decimal = Decimal(0)


def _check_counts(counts: Iterable[Count], shipment: Shipment) -> Sequence[Count]:
    listed = list(counts)
    sent = dict(shipment.lines.values_list("offer", "quantity"))
    for count in listed:
        numbers = (count.received, count.damaged, count.missing)
        if any(units < 0 for units in numbers):
            raise Invalid({"received": _("A count is below zero. Nothing was signed. Enter zero or more.")})
        if count.offer not in sent:
            raise Invalid({"received": _("The shipment has no such line. Nothing was signed. Reload and count again.")})
    if not any(units for c in listed for units in (c.received, c.damaged, c.missing)):
        raise Invalid({"received": _("Nothing was counted. Nothing was signed. Enter how many there are.")})
    return listed


def receive_shipment(
    shipment: Shipment,
    counts: Iterable[Count],
    *,
    actor: Actor,
    at: datetime,
    place: str = "",
    code: str = "",
    note: str = "",
    proof: str | None = None,
    condition: Condition = "",
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Take delivery, whole or in part. More than was sent is taken as counted, and shows as a conflict to all."""
    if id and (known := ledger.get(id)):
        return known
    require(may_receive(actor, shipment))
    leg = _leg_of(shipment)
    _check_happened(happened or at, leg, at)
    lines = tuple(
        Delivered(offer=c.offer, received=c.received, damaged=c.damaged, missing=c.missing)
        for c in _check_counts(counts, shipment)
    )
    body = ShipmentReceived(
        shipment=shipment.id,
        leg=leg.leg,
        place=place.strip() or leg.bound_for,
        happened=happened or at,
        lines=lines,
        code=_check_code(code, leg),
        note=note.strip(),
        proof=proof,
        condition=condition,
    )
    return _say(shipment, leg, body, actor=actor, id=id)


def _ended(
    shipment: Shipment,
    quantities: Mapping[UUID, Decimal],
    body: type,
    *,
    actor: Actor,
    at: datetime,
    place: str,
    note: str,
    happened: datetime | None,
    id: UUID | None,
) -> Done:
    leg = _leg_of(shipment)
    _check_happened(happened or at, leg, at)
    left = queries.in_transit(shipment)
    wanted = {offer: units for offer, units in quantities.items() if units}
    if not wanted:
        raise Invalid({"quantity": _("Nothing was counted. Nothing was signed. Enter how many it is about.")})
    for offer, units in wanted.items():
        if units < 0:
            raise Invalid({"quantity": _("A quantity is below zero. Nothing was signed. Enter zero or more.")})
        if units > left.get(offer, Decimal(0)):
            raise Invalid({"quantity": _("Fewer are still on the way. Nothing was signed. Enter that many or fewer.")})
    said = body(
        shipment=shipment.id,
        leg=leg.leg,
        place=place.strip() or leg.place,
        happened=happened or at,
        note=note.strip(),
        lines=tuple(Load(offer=offer, quantity=units) for offer, units in sorted(wanted.items())),
    )
    return _say(shipment, leg, said, actor=actor, id=id)


def take_home(
    shipment: Shipment,
    quantities: Mapping[UUID, Decimal],
    *,
    actor: Actor,
    at: datetime,
    place: str = "",
    note: str = "",
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Note that units came home to their sender without being delivered, as after a recall on the way."""
    if id and (known := ledger.get(id)):
        return known
    require(may_take_home(actor, shipment))
    return _ended(
        shipment, quantities, ShipmentReturned, actor=actor, at=at, place=place, note=note, happened=happened, id=id
    )


def report_lost(
    shipment: Shipment,
    quantities: Mapping[UUID, Decimal],
    *,
    actor: Actor,
    at: datetime,
    place: str = "",
    note: str = "",
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Write units off that nobody has. The custodian of the leg stays the last one known; they may still turn up."""
    if id and (known := ledger.get(id)):
        return known
    require(may_move(actor, shipment, _leg_of(shipment), "aid.shipment.lost"))
    return _ended(
        shipment, quantities, ShipmentLost, actor=actor, at=at, place=place, note=note, happened=happened, id=id
    )

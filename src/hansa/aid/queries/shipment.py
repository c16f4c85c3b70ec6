# SPDX-License-Identifier: Apache-2.0
"""Reads of shipments: legs and their clocks, who has what, which leg has gone silent, the clocks of each line."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from hansa.aid.models import HandoverCode, Movement, Receipt, Shipment, ShipmentLine, Tally
from hansa.aid.queries.balance import custody_of
from hansa.aid.rules import custody
from hansa.aid.rules.quantities import ZERO
from hansa.aid.rules.requests import reference
from hansa.core import clock


def shipment(id: UUID) -> Shipment | None:
    """Return a shipment that the open scope may read, or None."""
    return Shipment.objects.filter(id=id).first()


def of_activation(activation: UUID) -> QuerySet[Shipment]:
    """Return the shipments of one activation, newest first."""
    return Shipment.objects.filter(activation=activation).order_by("-at", "-id")


def of_agreement(agreement: UUID) -> QuerySet[Shipment]:
    """Return the shipments under one agreement, the first first."""
    return Shipment.objects.filter(agreement=agreement).order_by("at", "id")


def _opens_leg(kind: str) -> bool:
    return kind in (custody.DEPARTED, custody.HANDED_OVER)


def current_leg(shipment_id: UUID) -> Movement:
    """Return the leg that was opened last, by the time at which it happened."""
    legs = [m for m in Movement.objects.filter(shipment=shipment_id) if _opens_leg(m.kind)]
    return max(legs, key=lambda m: (m.happened, m.kind != custody.DEPARTED, m.id))


def in_transit(row: Shipment) -> dict[UUID, Decimal]:
    """Return the units of each line that nobody has counted yet."""
    sent = dict(row.lines.values_list("offer", "quantity"))
    for offer, units in Tally.objects.filter(shipment=row.id).values_list("offer", "quantity"):
        sent[offer] = max(sent.get(offer, ZERO) - units, ZERO)
    return sent


def handover_code(leg: UUID) -> str | None:
    """Return the code of a leg when the member of the open scope is the one that sent it, else None."""
    return HandoverCode.objects.filter(leg=leg).values_list("code", flat=True).first()


@dataclass(frozen=True)
class LegSeen:
    """A leg of a shipment: who has the goods, when it is due, how it ended, and the state of its clock."""

    opened: Movement
    ended: datetime | None
    state: str
    code: str | None = None

    @property
    def silent(self) -> bool:
        """Whether it is past its time without a word."""
        return self.state == custody.OVERDUE


@dataclass(frozen=True)
class Entry:
    """One line of the timeline: what happened, when, who said so."""

    kind: str
    happened: datetime
    place: str
    custodian: str
    member: str
    at: datetime
    act: UUID
    by_code: bool
    note: str = ""
    counts: tuple[Tally, ...] = ()
    leg: LegSeen | None = None
    office: str = ""
    condition: str = ""
    proof: str = ""


@dataclass(frozen=True)
class Journey:
    """A shipment with its lines, its timeline and where every unit is."""

    shipment: Shipment
    lines: tuple[ShipmentLine, ...]
    timeline: tuple[Entry, ...]
    positions: tuple[custody.Position, ...]
    leg: LegSeen

    @property
    def reference(self) -> str:
        """Its short name."""
        return reference("S", self.shipment.id.int)

    @cached_property
    def left(self) -> dict[UUID, Decimal]:
        """Units that are still on the way, by offer."""
        moving: dict[UUID, Decimal] = defaultdict(Decimal)
        for position in self.positions:
            if position.state in ("in-transit", custody.ARRIVED):
                moving[position.line] += position.quantity
        return dict(moving)

    @property
    def done(self) -> bool:
        """Whether every unit has been counted."""
        return not any(self.left.values())

    @cached_property
    def beyond(self) -> dict[UUID, Decimal]:
        """Units counted beyond what was sent, by offer: a conflict that the two members settle."""
        held: dict[UUID, Decimal] = defaultdict(Decimal)
        for position in self.positions:
            held[position.line] += position.quantity
        return {line.offer: held[line.offer] - line.quantity for line in self.lines if held[line.offer] > line.quantity}


def journey(row: Shipment, *, now: datetime | None = None) -> Journey:
    """Return a shipment with everything that was said about it."""
    now = now or clock.now()
    movements = list(Movement.objects.filter(shipment=row.id))
    receipts = list(Receipt.objects.filter(shipment=row.id))
    tallies: dict[UUID, list[Tally]] = defaultdict(list)
    for tally in Tally.objects.filter(shipment=row.id).order_by("kind", "offer"):
        tallies[tally.act].append(tally)
    lines = tuple(row.lines.order_by("offer"))
    legs = {m.leg: _seen(m, movements, receipts, now) for m in movements if _opens_leg(m.kind)}
    entries = [
        Entry(
            m.kind,
            m.happened,
            m.place,
            m.custodian,
            m.member,
            m.at,
            m.id,
            m.by_code,
            leg=legs[m.leg] if _opens_leg(m.kind) else None,
        )
        for m in movements
    ] + [
        Entry(
            r.kind,
            r.happened,
            r.place,
            r.member,
            r.member,
            r.at,
            r.id,
            r.by_code,
            r.note,
            tuple(tallies[r.id]),
            office=r.office,
            condition=r.condition,
            proof=r.proof,
        )
        for r in receipts
    ]
    entries.sort(key=lambda e: (e.happened, e.kind != custody.DEPARTED, e.act))
    events, counts = custody_of([row.id])
    sent = {line.offer: line.quantity for line in lines}
    where = tuple(custody.positions(sent, events[row.id], counts[row.id]))
    return Journey(row, lines, tuple(entries), where, legs[current_leg(row.id).leg])


def _seen(leg: Movement, movements: Iterable[Movement], receipts: Iterable[Receipt], now: datetime) -> LegSeen:
    ends = [m.happened for m in movements if (m.kind == custody.ARRIVED and m.leg == leg.leg) or m.after == leg.leg]
    ends += [r.happened for r in receipts if r.leg == leg.leg]
    ended = min(ends, default=None)
    state = custody.leg_state(leg.due, leg.happened, ended, now)  # type: ignore[arg-type]  # what opens a leg says when it is due
    return LegSeen(leg, ended, state, handover_code(leg.leg))


def silent_legs(*, activation: UUID | None = None, now: datetime | None = None) -> list[Movement]:
    """Return the legs that are past their time without a word, the longest first. Derived here, stored nowhere."""
    said = Movement.objects.filter(shipment=OuterRef("shipment"))
    rows = Movement.objects.filter(due__lt=now or clock.now()).exclude(
        Exists(said.filter(kind=custody.ARRIVED, leg=OuterRef("leg")))
        | Exists(said.filter(after=OuterRef("leg")))
        | Exists(Receipt.objects.filter(leg=OuterRef("leg")))
    )
    if activation:
        rows = rows.filter(shipment__activation=activation)
    return list(rows.select_related("shipment").order_by("due", "id"))


@dataclass(frozen=True, slots=True)
class Summary:
    """A shipment as lists show it."""

    shipment: Shipment
    leg: Movement
    state: str
    sent: Decimal
    counted: Decimal

    @property
    def reference(self) -> str:
        """Its short name."""
        return reference("S", self.shipment.id.int)


def summaries(rows: Iterable[Shipment], *, now: datetime | None = None) -> list[Summary]:
    """Return shipments for a list: the leg they are on and how far they were counted. Four queries."""
    listed, now = list(rows), now or clock.now()
    ids = [row.id for row in listed]
    movements, receipts = _by_shipment(Movement, ids), _by_shipment(Receipt, ids)
    sent, counted = _sums(ShipmentLine, ids), _sums(Tally, ids)
    found = []
    for row in listed:
        legs = [m for m in movements[row.id] if _opens_leg(m.kind)]
        leg = max(legs, key=lambda m: (m.happened, m.kind != custody.DEPARTED, m.id))
        state = _seen_state(leg, movements[row.id], receipts[row.id], now)
        found.append(Summary(row, leg, state, sent[row.id], counted[row.id]))
    return found


def _seen_state(leg: Movement, movements: Iterable[Movement], receipts: Iterable[Receipt], now: datetime) -> str:
    ended = [m for m in movements if (m.kind == custody.ARRIVED and m.leg == leg.leg) or m.after == leg.leg]
    done = [r.happened for r in receipts if r.leg == leg.leg] + [m.happened for m in ended]
    ended_at = min(done, default=None)
    return custody.leg_state(leg.due, leg.happened, ended_at, now)  # type: ignore[arg-type]  # what opens a leg says when it is due


def _by_shipment(model, ids: list[UUID]) -> Mapping[UUID, list]:
    found = defaultdict(list)
    for row in model.objects.filter(shipment__in=ids):
        found[row.shipment_id].append(row)
    return found


def _sums(model, ids: list[UUID]) -> Mapping[UUID, Decimal]:
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    for shipment_id, units in model.objects.filter(shipment__in=ids).values_list("shipment", "quantity"):
        found[shipment_id] += units
    return found

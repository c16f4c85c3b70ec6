# SPDX-License-Identifier: Apache-2.0
"""Where every unit of an activation is, line by line, and whether the books are right.

The number of queries does not depend on the number of lines.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from hansa.aid.models import (
    AgreementLine,
    Check,
    Demobilisation,
    MissionLine,
    Movement,
    Offer,
    OfferDecline,
    RequestLine,
    ShipmentLine,
    Tally,
)
from hansa.aid.rules import custody, presence
from hansa.aid.rules.quantities import (
    ZERO,
    Agreed,
    Asked,
    Balance,
    Offered,
    Sent,
    agreed_balance,
    balance,
    conflicts,
    violations,
)
from hansa.core import clock


@dataclass(frozen=True, slots=True)
class LineBalance:
    """A request line with its balance, and what in it does not fit together."""

    line: RequestLine
    balance: Balance

    @property
    def conflicts(self) -> Mapping[str, Decimal]:
        """Units that one owner counted and no other accounts for, by name."""
        return conflicts(self.balance)


@dataclass(slots=True)
class _Parts:
    """What was sent under each agreement line, out and back."""

    out: dict[UUID, list[Sent]] = field(default_factory=lambda: defaultdict(list))
    back: dict[UUID, list[Sent]] = field(default_factory=lambda: defaultdict(list))


def _shipped(parts: _Parts, lines: Sequence[ShipmentLine]) -> None:
    counts: dict[tuple[UUID, UUID, str], Decimal] = defaultdict(Decimal)
    totals = Tally.objects.filter(shipment__in={line.shipment_id for line in lines})
    for row in totals.values("shipment", "offer", "kind").annotate(units=Sum("quantity")):
        counts[row["shipment"], row["offer"], row["kind"]] = row["units"]
    for line in lines:
        received, damaged, lost, home = (
            counts[line.shipment_id, line.offer, kind]
            for kind in (custody.RECEIVED, custody.DAMAGED, custody.LOST, custody.CAME_HOME)
        )
        way = parts.back if line.shipment.back else parts.out
        way[line.line].append(Sent(line.quantity, received, damaged, lost, home))


def _deployed(parts: _Parts, lines: Sequence[MissionLine]) -> None:
    ordered: dict[tuple[UUID, UUID, UUID], int] = defaultdict(int)
    for line in lines:
        ordered[line.mission_id, line.offer, line.line] += line.people
    missions = {line.mission_id for line in lines}
    checks: dict[tuple[UUID, UUID], list[presence.Check]] = defaultdict(list)
    for row in Check.objects.filter(mission__in=missions):
        checks[row.mission, row.offer].append(presence.Check(row.act, row.person, row.direction, row.at))
    over = set(Demobilisation.objects.filter(mission__in=missions).values_list("mission", flat=True))
    for (mission, offer, line_id), people in ordered.items():
        arrived, released = presence.arrived_and_released((), checks[mission, offer])
        stayed = max(people - arrived, 0) if mission in over else 0
        parts.out[line_id].append(Sent(Decimal(people), received=Decimal(arrived), came_home=Decimal(stayed)))
        if released:
            parts.back[line_id].append(Sent(Decimal(released), received=Decimal(released)))


def agreed_by_line(lines: Iterable[AgreementLine]) -> dict[UUID, Agreed]:
    """Return what became of each agreement line, by its id. Five queries."""
    lines = list(lines)
    ids = [line.id for line in lines]
    parts = _Parts()
    _shipped(parts, list(ShipmentLine.objects.filter(line__in=ids).select_related("shipment")))
    _deployed(parts, list(MissionLine.objects.filter(line__in=ids)))
    return {
        line.id: Agreed(
            line.granted, line.recalled, line.cancelled, tuple(parts.out[line.id]), tuple(parts.back[line.id])
        )
        for line in lines
    }


def agreement_balances(lines: Iterable[AgreementLine]) -> dict[UUID, Balance]:
    """Return the balance of each agreement line, by its id."""
    return {id: agreed_balance(agreed) for id, agreed in agreed_by_line(lines).items()}


def line_balances(lines: Iterable[RequestLine], *, at: datetime | None = None) -> list[LineBalance]:
    """Return the balance of these request lines as of `at`, which decides which offers have expired."""
    now, lines = at or clock.now(), list(lines)
    offers = list(Offer.objects.filter(line__in=[line.id for line in lines]))
    ids = [offer.id for offer in offers]
    declined = dict(OfferDecline.objects.filter(offer__in=ids).values_list("offer").annotate(Sum("quantity")))
    agreements = list(AgreementLine.objects.filter(offer__in=ids))
    agreed = agreed_by_line(agreements)
    by_offer: dict[UUID, list[Agreed]] = defaultdict(list)
    for row in agreements:
        by_offer[row.offer].append(agreed[row.id])
    by_line: dict[UUID, list[Offered]] = defaultdict(list)
    for offer in offers:
        gone = offer.withdrawn_at is not None or offer.valid_until <= now
        answer = Offered(offer.quantity, declined.get(offer.id, ZERO), gone, tuple(by_offer[offer.id]))
        by_line[offer.line_id].append(answer)
    return [LineBalance(line, balance(_asked(line, by_line[line.id]))) for line in lines]


def _asked(line: RequestLine, offers: Sequence[Offered]) -> Asked:
    dropped = line.quantity if line.cancelled_at else ZERO
    return Asked(line.quantity, dropped, tuple(offers))


def activation_balances(activation: UUID, *, at: datetime | None = None) -> list[LineBalance]:
    """Return the balance of every request line of an activation, the most urgent first."""
    lines = RequestLine.objects.filter(activation=activation).order_by("priority", "needed_by", "id")
    return line_balances(lines, at=at)


def total(lines: Iterable[LineBalance]) -> Balance:
    """Return the sum of balances. Units of different kinds add up: it shows that nothing is lost, not how much."""
    return sum((line.balance for line in lines), Balance())


def balance_violations(activation: UUID | None = None) -> list[str]:
    """Return what is wrong in the books, one line each, for one activation or all: empty when all is well.

    Three independent looks: the six equations of every line; the custody of every shipment, which accounts for all
    that was sent; and the database's own sums of what was sent, against those of the lines.
    """
    rows = RequestLine.objects.all() if activation is None else RequestLine.objects.filter(activation=activation)
    lines = line_balances(rows)
    found = [f"{each.line.id}: {name}" for each in lines for name in violations(each.balance)]
    return found + _custody_violations(activation) + _sum_violations(lines, activation)


def _custody_violations(activation: UUID | None) -> list[str]:
    shipped = ShipmentLine.objects.select_related("shipment")
    if activation is not None:
        shipped = shipped.filter(shipment__activation=activation)
    sent: dict[UUID, dict[UUID, Decimal]] = defaultdict(dict)
    for line in shipped:
        sent[line.shipment_id][line.offer] = line.quantity
    events, counts = custody_of(sent)
    found = []
    for shipment, lines in sent.items():
        if not events[shipment]:
            found.append(f"{shipment}: nobody has custody")
            continue
        where = custody.positions(lines, events[shipment], counts[shipment])
        for offer, quantity in lines.items():
            held = sum((p.quantity for p in where if p.line == offer), ZERO)
            if held < quantity:
                found.append(f"{shipment}: {quantity - held} units of {offer} have no custodian")
    return found


def custody_of(
    shipments: Iterable[UUID],
) -> tuple[Mapping[UUID, list[custody.Event]], Mapping[UUID, list[custody.Count]]]:
    """Return the events and the counts of shipments, by shipment. Two queries."""
    ids = list(shipments)
    events: dict[UUID, list[custody.Event]] = defaultdict(list)
    for row in Movement.objects.filter(shipment__in=ids):
        events[row.shipment_id].append(custody.Event(row.id, row.kind, row.happened, row.custodian, row.place, row.due))
    counts: dict[UUID, list[custody.Count]] = defaultdict(list)
    for one in Tally.objects.filter(shipment__in=ids):
        counts[one.shipment_id].append(
            custody.Count(one.offer, one.kind, one.quantity, one.custodian, one.place, one.happened)
        )
    return events, counts


def _sum_violations(lines: Sequence[LineBalance], activation: UUID | None) -> list[str]:
    shipments, missions = ShipmentLine.objects.all(), MissionLine.objects.all()
    if activation is not None:
        shipments = shipments.filter(shipment__activation=activation)
        missions = missions.filter(mission__activation=activation)
    goods = shipments.filter(shipment__back=False).aggregate(units=Sum("quantity"))["units"] or ZERO
    people = missions.aggregate(units=Sum("people"))["units"] or 0
    counted = sum((each.balance.sent for each in lines), ZERO)
    if goods + people == counted:
        return []
    return [f"{goods + people} units were sent, the lines account for {counted}"]

# SPDX-License-Identifier: Apache-2.0
"""The clocks of a line: requested, offered, signed, shipped, received; when each step happened first and was whole."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Min, Q

from hansa.aid.models import AgreementLine, Check, MissionLine, Movement, Offer, RequestLine, ShipmentLine, Tally
from hansa.aid.rules import custody, presence

REQUESTED, OFFERED, SIGNED, SHIPPED, RECEIVED = "requested", "offered", "signed", "shipped", "received"
STEPS = (REQUESTED, OFFERED, SIGNED, SHIPPED, RECEIVED)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: when it happened first, None while it has not, and how long after the one before."""

    name: str
    at: datetime | None
    took: timedelta | None


def first_steps(lines: Iterable[UUID]) -> Mapping[UUID, dict[str, datetime]]:
    """Return for each line when each step first happened. Eight queries, whatever the number of lines."""
    ids = list(lines)
    found: dict[UUID, dict[str, datetime]] = {id: {} for id in ids}
    offers = dict(Offer.objects.filter(line__in=ids).values_list("id", "line_id"))

    def note(line: UUID | None, step: str, at: datetime | None) -> None:
        if line in found and at is not None:
            found[line][step] = min(at, found[line].get(step, at))

    for line, at in RequestLine.objects.filter(id__in=ids).values_list("id", "opened_at"):
        note(line, REQUESTED, at)
    for line, at in Offer.objects.filter(line__in=ids).values_list("line_id").annotate(Min("offered_at")):
        note(line, OFFERED, at)
    signed = AgreementLine.objects.filter(request__in=ids).select_related("agreement")
    for row in signed:
        note(row.request, SIGNED, row.agreement.signed_at)
    sent = dict(ShipmentLine.objects.filter(offer__in=offers, shipment__back=False).values_list("id", "shipment_id"))
    by_line = {row.id: row.offer for row in ShipmentLine.objects.filter(id__in=sent)}
    departed = dict(
        Movement.objects.filter(shipment__in=set(sent.values()), kind=custody.DEPARTED)
        .values_list("shipment_id")
        .annotate(Min("happened"))
    )
    for line, shipment in sent.items():
        note(offers.get(by_line[line]), SHIPPED, departed.get(shipment))
    counted = Tally.objects.filter(Q(shipment__in=set(sent.values())), kind=custody.RECEIVED)
    for offer, at in counted.values_list("offer").annotate(Min("happened")):
        note(offers.get(offer), RECEIVED, at)
    for offer, at in MissionLine.objects.filter(offer__in=offers).values_list("offer").annotate(Min("mission__at")):
        note(offers.get(offer), SHIPPED, at)
    checks = Check.objects.filter(offer__in=offers, direction=presence.IN)
    for offer, at in checks.values_list("offer").annotate(Min("at")):
        note(offers.get(offer), RECEIVED, at)
    return found


def steps_of(line: RequestLine) -> list[Step]:
    """Return the steps of one line in order, each with the time since the step before it."""
    times = first_steps([line.id])[line.id]
    found, before = [], None
    for name in STEPS:
        at = times.get(name)
        found.append(Step(name, at, at - before if at and before else None))
        before = at or before
    return found

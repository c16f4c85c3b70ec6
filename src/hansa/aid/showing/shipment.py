# SPDX-License-Identifier: Apache-2.0
"""One shipment as its page shows it: the way so far as a vertical timeline, who has what, which leg has gone silent."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from hansa.aid import naming
from hansa.aid.acts.phrases import custodian
from hansa.aid.choices.agreeing import COUNTS, LEG_STATES, MOVEMENTS, POSITIONS
from hansa.aid.choices.condition import CONDITIONS
from hansa.aid.forms.agreement import LineBox
from hansa.aid.models import AgreementLine, Offer, RequestLine
from hansa.aid.policy import agreement as policy
from hansa.aid.queries.catalogue import amount, name_of, number
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.queries.shipment import Entry, Journey, Summary
from hansa.core.actor import Actor
from hansa.people.choices import office_label


@dataclass(frozen=True, slots=True)
class EntrySeen:
    """One line of the timeline in words."""

    entry: Entry
    label: str
    custodian: str
    member: str
    counts: tuple[tuple[str, str], ...]
    look: Any
    office: str
    condition: str


@dataclass(frozen=True, slots=True)
class Where:
    """So many units, with whom, where, since when."""

    what: str
    units: str
    custodian: str
    place: str
    since: Any
    look: Any


def _offers(journey: Journey) -> dict[UUID, Offer]:
    return Offer.objects.in_bulk([line.offer for line in journey.lines])


def zone_of(journey: Journey) -> str:
    """Return the time zone of the request that the goods answer."""
    line = AgreementLine.objects.filter(id__in=[line.line for line in journey.lines]).first()
    row = RequestLine.objects.filter(id=line.request).first() if line else None
    return row.zone if row else "UTC"


def kinds_of(journey: Journey) -> dict[UUID, str]:
    """Return what each line is of, by offer."""
    return {offer: row.kind for offer, row in _offers(journey).items()}


def boxes(journey: Journey, *, filled: bool = True) -> list[LineBox]:
    """Return a quantity box for each line, with what is still on the way."""
    known = _offers(journey)
    found = []
    for line in journey.lines:
        kind, left = known[line.offer].kind, journey.left.get(line.offer, Decimal(0))
        initial = number(left) if filled else ""
        found.append(LineBox(line.offer, find_kind(kind), amount(line.quantity, kind), "", initial))
    return found


def timeline(journey: Journey, known: dict[UUID, Offer]) -> list[EntrySeen]:
    """Return what happened on the way, first to last."""
    return [
        EntrySeen(
            entry,
            str(MOVEMENTS[entry.kind]),
            custodian(entry.custodian),
            naming.member(entry.member),
            tuple((str(COUNTS[t.kind]), amount(t.quantity, known[t.offer].kind)) for t in entry.counts),
            LEG_STATES[entry.leg.state] if entry.leg else None,
            office_label(entry.office) if entry.office else "",
            str(CONDITIONS[entry.condition]) if entry.condition in CONDITIONS and entry.condition else "",
        )
        for entry in journey.timeline
    ]


def shipment_page(journey: Journey, actor: Actor) -> dict[str, Any]:
    """Return everything that the page of a shipment shows."""
    known, row = _offers(journey), journey.shipment
    where = [
        Where(
            name_of(known[p.line].kind),
            number(p.quantity),
            custodian(p.custodian),
            p.place,
            p.since,
            POSITIONS[p.state],
        )
        for p in journey.positions
    ]
    leg = journey.leg.opened
    return {
        "journey": journey,
        "row": row,
        "zone": zone_of(journey),
        "origin": naming.member(row.origin),
        "destination": naming.member(row.destination),
        "what": [amount(line.quantity, known[line.offer].kind) for line in journey.lines],
        "custodian": custodian(leg.custodian),
        "look": LEG_STATES[journey.leg.state],
        "timeline": timeline(journey, known),
        "where": where,
        "beyond": [(name_of(known[offer].kind), number(units)) for offer, units in journey.beyond.items()],
        "agreement": naming.reference("A", row.agreement),
        "may": {
            "receive": policy.may_receive(actor, row),
            "move": policy.may_move(actor, row, leg),
            "home": policy.may_take_home(actor, row),
            "lost": policy.may_move(actor, row, leg, "aid.shipment.lost"),
        },
    }


def summaries(rows: Iterable[Summary]) -> list[dict[str, Any]]:
    """Return shipments as rows of a table."""
    return [
        {
            "row": one,
            "id": one.shipment.id,
            "reference": one.reference,
            "look": LEG_STATES[one.state],
            "origin": naming.member(one.shipment.origin),
            "destination": naming.member(one.shipment.destination),
            "custodian": custodian(one.leg.custodian),
            "bound_for": one.leg.bound_for,
            "due": one.leg.due,
            "left": number(max(one.sent - one.counted, Decimal(0))),
            "sent": number(one.sent),
        }
        for one in rows
    ]

# SPDX-License-Identifier: Apache-2.0
"""The steps of an exercise that move aid: ask, offer, agree, sign, recall, deploy, ship, lose, receive."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from hansa.activation.models import Activation
from hansa.aid.actions import agreement as agreeing
from hansa.aid.actions import mission as missions
from hansa.aid.actions import notice as notices
from hansa.aid.actions import offer as offering
from hansa.aid.actions import request as asking
from hansa.aid.actions import shipment as shipping
from hansa.aid.actions import stock as stocking
from hansa.aid.acts.mission import MissionPart
from hansa.aid.acts.offer import Cost
from hansa.aid.models import Agreement, AgreementLine, AgreementNotice, Mission, RequestLine, Shipment
from hansa.aid.queries import agreement as agreements
from hansa.aid.queries import mission as mission_queries
from hansa.aid.queries import offer as offers
from hansa.aid.queries import request as requests
from hansa.aid.queries import shipment as shipments
from hansa.aid.queries import suggestion
from hansa.aid.queries.balance import agreement_balances
from hansa.aid.queries.catalogue import kinds
from hansa.aid.rules.requests import Wanted
from hansa.people.choices import Office
from hansa.readiness.exercise import cast
from hansa.readiness.exercise.scenario import Scenario, Step

PEOPLE, GOODS = ("service", "team", "task-force"), ("supply", "equipment")
_BATCH = 40
_FIRM = timedelta(days=3)


def fill_stores(scenario: Scenario, *, at: datetime) -> None:
    """Count every holding of the scenario, and let each member declare what it could release."""
    for member, held in groupby(sorted(scenario.holdings, key=lambda h: h.member), key=lambda h: h.member):
        with cast.acting(member, Office.LOGISTICS) as actor:
            for holding in held:
                stocking.set_stock(
                    holding.kind, quantity=holding.quantity, level=holding.level or 0, actor=actor, at=at
                )
            stocking.declare_availability(actor=actor, at=at)


def request(row: Activation, step: Step, at: datetime) -> int:
    """Ask for each of the step's needs at each of its sites, in one sheet."""
    lines = [
        Wanted(
            kind=need["kind"], quantity=Decimal(str(need["each"])), needed_by=at + timedelta(hours=need["hours"]),
            place=site["place"], level=need.get("level", 0), priority=need.get("priority", 3),
            lifeline=need.get("lifeline", ""), note=need.get("note", ""), lat=site["lat"], lon=site["lon"],
            zone=step.details["zone"],
        )
        for site in step.details["sites"]
        for need in step.details["needs"]
    ]  # fmt: skip
    with cast.acting(row.member, Office.LOGISTICS) as actor:
        cast.settle(asking.open_sheet(lines, activation=row, actor=actor, at=at), actor, at=at)
    return len(lines)


def _open_lines(row: Activation, at: datetime) -> list[requests.Covered]:
    others = requests.others_than(row.member, at)
    found = requests.covered(requests.Filter(activation=row.id), others=others, now=at, limit=100_000)
    return [line for line in found if line.status in ("open", "partial")]


def offer(row: Activation, step: Step, at: datetime) -> int:
    """Let the members of the step offer what the suggestion would take from them, nearest first."""
    with cast.acting(row.member, Office.LOGISTICS):
        open_lines = _open_lines(row, at)
        lines = {line.id: line for line in RequestLine.objects.filter(id__in=[c.id for c in open_lines])}
    known = kinds(line.kind for line in lines.values())
    made = 0
    for covered in open_lines:
        line = lines[covered.id]
        left = line.quantity - covered.agreed - covered.offered
        if left > 0:
            made += _offer_on(line, known[line.kind], left, step, at)
    return made


def _offer_on(line: RequestLine, kind, left: Decimal, step: Step, at: datetime) -> int:
    made = 0
    with cast.acting(line.requester, Office.LOGISTICS):
        found = suggestion.suggest(line, kind, missing=left, now=at)
    for donor in found.serving:
        if donor.donor not in step.members:
            continue
        with cast.acting(donor.donor, Office.LOGISTICS) as actor:
            offered = _terms(donor, line, kind, at)
            cast.settle([offering.make_offer(line, offered, actor=actor, at=at)], actor, at=at)
        made += 1
    return made


def _terms(donor: suggestion.Donor, line: RequestLine, kind, at: datetime) -> offering.Offered:
    units = Decimal(donor.reason.units)
    arrives = at + timedelta(hours=max(donor.whole_hours, 1))
    costs = [
        Cost(
            category="travel",
            description="EXERCISE transport",
            terms="bill",
            amount=Decimal("1.50") * donor.whole_hours * 60,
        )
    ]
    if kind.form in PEOPLE:
        costs.append(
            Cost(category="personnel", description="EXERCISE wages", terms="bill", amount=Decimal("480.00") * units)
        )
    return offering.Offered(
        quantity=units, available_from=at + timedelta(minutes=30), arrives_at=arrives,
        valid_until=max(at + _FIRM, arrives), level=line.level, site=donor.site, costs=costs,
    )  # fmt: skip


def agree(row: Activation, step: Step, at: datetime) -> int:
    """Let the member in crisis accept every offer that waits, forty with one touch; `most` limits how many."""
    count = 0
    with cast.acting(row.member, Office.EMERGENCY_MANAGEMENT) as actor:
        waiting = offers.waiting_for(row.member, at, activation=row.id, limit=step.details.get("most", 100_000))
        accepted = [agreeing.Acceptance(found.offer.id, found.waiting) for found in waiting if found.waiting > 0]
        for batch in _batches(accepted):
            cast.settle(agreeing.accept_offers(batch, actor=actor, at=at), actor, at=at)
            count += len(batch)
    return count


def sign(row: Activation, step: Step, at: datetime) -> int:
    """Let each donor of the step sign the terms that wait for it, forty with one touch."""
    count = 0
    for member in step.members:
        with cast.acting(member, Office.EMERGENCY_MANAGEMENT) as actor:
            waiting = [(found, hash, None) for found, hash in agreements.waiting_for(member, activation=row.id)]
            for batch in _batches(waiting):
                cast.settle(agreeing.sign_versions(batch, actor=actor), actor, at=at)
                count += len(batch)
    return count


def recall(row: Activation, step: Step, at: datetime) -> int:
    """Let one of the step's donors recall its newest agreement that was not sent, and the requester acknowledge it."""
    with cast.acting(row.member, Office.LOGISTICS):
        signed = Agreement.objects.filter(activation=row.id, donor__in=step.members, signed_at__isnull=False)
        found = signed.order_by("-id").first()
        if found is None:
            raise ValueError("nobody has an agreement to recall")
    with cast.acting(found.donor, Office.EMERGENCY_MANAGEMENT) as actor:
        act = cast.settle([notices.recall_agreement(found, step.details["reason"], actor=actor, at=at)], actor, at=at)[
            0
        ]
    with cast.acting(row.member, Office.EMERGENCY_MANAGEMENT) as actor:
        told = AgreementNotice.objects.get(id=act.id)
        cast.settle([notices.acknowledge_notice(told, actor=actor)], actor, at=at)
    return 1


@dataclass(frozen=True, slots=True)
class _Due:
    """Units of one line that were promised and have not gone out."""

    agreement: Agreement
    kind: str
    offer: UUID
    units: Decimal


def _due(row: Activation, forms: Sequence[str], donors: Sequence[str]) -> list[tuple[Agreement, list[_Due]]]:
    """Return what these donors still owe of kinds of these forms, by agreement."""
    with cast.acting(row.member, Office.LOGISTICS):
        lines = AgreementLine.objects.filter(agreement__activation=row.id, agreement__donor__in=donors, granted__gt=0)
        listed = list(lines.select_related("agreement").order_by("agreement_id", "offer"))
        known, balances = kinds(line.kind for line in listed), agreement_balances(listed)
    found = [
        _Due(line.agreement, line.kind, line.offer, balances[line.id].promised)
        for line in listed
        if known[line.kind].form in forms and balances[line.id].promised > 0
    ]
    return [(group[0].agreement, group) for _, rows in groupby(found, key=lambda due: due.agreement.id)
            if (group := list(rows))]  # fmt: skip


def deploy(row: Activation, step: Step, at: datetime) -> int:
    """Let donors order their people out, name them, and let them check in where they are needed."""
    standing = _due(row, PEOPLE, step.members)
    for agreement, due in standing:
        _deploy(agreement, due, row, at)
    return len(standing)


def _deploy(agreement: Agreement, due: Sequence[_Due], row: Activation, at: datetime) -> None:
    parts = [MissionPart(offer=one.offer, role=one.kind, people=int(one.units)) for one in due]
    order = missions.Order(
        title=f"EXERCISE support to {cast.place_name(row.member)}", task="EXERCISE: help where the duty desk says.",
        lines=parts, report_to="EXERCISE duty desk", report_at=at + timedelta(hours=4), ends=at + timedelta(days=10),
        legal_status="Employees of the sending member (charter, clause 1.4).",
        conduct="Lawful and non-violent (clause 1.3).",
    )  # fmt: skip
    with cast.acting(agreement.donor, Office.EMERGENCY_MANAGEMENT) as actor:
        act = cast.settle([missions.order_mission(agreement, order, actor=actor)], actor, at=at)[0]
        mission = Mission.objects.get(id=act.id)
        named = [
            missions.Named(f"Exercise {one.kind.replace('-', ' ')} {n + 1}", one.kind, one.offer)
            for one in due
            for n in range(int(one.units))
        ]
        cast.settle([missions.name_roster(mission, named, actor=actor)], actor, at=at)
    with cast.acting(row.member, Office.EMERGENCY_MANAGEMENT) as actor:
        people = [entry.person for entry in mission_queries.roster(mission.id)]
        cast.settle([missions.check_in(mission, people, actor=actor, at=at)], actor, at=at)


def ship(row: Activation, step: Step, at: datetime) -> int:
    """Let donors send the goods that were agreed and are not on their way yet."""
    standing = _due(row, GOODS, step.members)
    for agreement, due in standing:
        with cast.acting(agreement.donor, Office.LOGISTICS) as actor:
            trip = shipping.Trip(
                custodian=f"Exercise driver, {cast.place_name(agreement.donor)}",
                place=cast.place_name(agreement.donor), bound_for=cast.place_name(row.member),
                due=at + timedelta(hours=20),
            )  # fmt: skip
            load = {one.offer: one.units for one in due}
            cast.settle([shipping.send_shipment(agreement, load, trip, actor=actor, at=at)], actor, at=at)
    return len(standing)


def _on_the_way(row: Activation) -> list[Shipment]:
    return [one for one in shipments.of_activation(row.id).order_by("id") if any(shipments.in_transit(one).values())]


def lose(row: Activation, step: Step, at: datetime) -> int:
    """Lose one leg: the carrier took over, and the sender reports that a part never came."""
    with cast.acting(row.member, Office.LOGISTICS):
        found = next(one for one in _on_the_way(row) if one.origin in step.members)
    with cast.acting(found.origin, Office.LOGISTICS) as actor:
        trip = shipping.Trip(
            "Exercise carrier 2", "Exercise relay yard", cast.place_name(row.member), at + timedelta(hours=8)
        )
        cast.settle([shipping.hand_over_shipment(found, trip, actor=actor, at=at)], actor, at=at)
        lost = {
            offer: max(Decimal(1), (units / 4).to_integral_value())
            for offer, units in shipments.in_transit(found).items()
        }
        note = step.details["reason"]
        cast.settle([shipping.report_lost(found, lost, actor=actor, at=at, note=note)], actor, at=at)
    return 1


def receive(row: Activation, step: Step, at: datetime) -> int:
    """Let the member in crisis count and confirm whatever is on its way."""
    with cast.acting(row.member, Office.LOGISTICS) as actor:
        arrived = _on_the_way(row)
        for found in arrived:
            counts = [shipping.Count(offer, units) for offer, units in shipments.in_transit(found).items() if units]
            cast.settle([shipping.receive_shipment(found, counts, actor=actor, at=at)], actor, at=at)
    return len(arrived)


def _batches(items: Iterable) -> Iterable[list]:
    listed = list(items)
    return (listed[start : start + _BATCH] for start in range(0, len(listed), _BATCH))


STEPS: dict[str, Callable[[Activation, Step, datetime], int]] = {
    "request": request, "offer": offer, "agree": agree, "sign": sign, "recall": recall, "deploy": deploy, "ship": ship,
    "lose": lose, "receive": receive,
}  # fmt: skip

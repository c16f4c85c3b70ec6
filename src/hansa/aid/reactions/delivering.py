# SPDX-License-Identifier: Apache-2.0
"""What follows from acts of shipments and missions at the members hosted here: what to receive, what left the stock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.activation import bylaws, fulfilment
from hansa.aid import naming
from hansa.aid.actions.stock import bring_back, take_out
from hansa.aid.models import Agreement, Check, Mission, Movement, Offer, Shipment
from hansa.aid.queries import mission as missions
from hansa.aid.queries import shipment as shipments
from hansa.aid.reactions.agreeing import ask_to_send, hosted, office_for
from hansa.aid.rules import custody, presence
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import Act

RECEIVE, CHECK_IN = "aid.receive", "aid.check-in"
ENDINGS = ("aid.shipment.received", "aid.shipment.returned", "aid.shipment.lost")
ON_THE_WAY = ("aid.shipment.arrived", "aid.shipment.transferred")
LEFT = ("aid.mission.departed", "aid.mission.demobilised")
# How long after the goods are due the count may take where the charter names no clock.
COUNT_WITHIN = timedelta(hours=24)

fulfilment.obligations_met_by("confirm-receipt", "aid.shipment.received")
fulfilment.obligations_met_by("hand-over", "aid.shipment.transferred")
fulfilment.moments_started_by("received", "aid.shipment.arrived")

TO_RECEIVE = gettext_noop("Receive and count the shipment %(shipment)s from %(other)s")
TO_CHECK_IN = gettext_noop("Check in the people of %(other)s, mission %(mission)s")
TELL = {
    "aid.shipment.arrived": gettext_noop("The shipment %(shipment)s of %(other)s arrived at a stop"),
    "aid.shipment.transferred": gettext_noop("The shipment %(shipment)s of %(other)s was handed over"),
    "aid.shipment.received": gettext_noop("%(other)s received the shipment %(shipment)s"),
    "aid.shipment.returned": gettext_noop("The shipment %(shipment)s of %(other)s came home undelivered"),
    "aid.shipment.lost": gettext_noop("A part of the shipment %(shipment)s was reported lost by %(other)s"),
}
TELL_MISSION = {
    "aid.mission.arrived": gettext_noop("People of the mission %(mission)s checked in"),
    "aid.mission.departed": gettext_noop("People of the mission %(mission)s checked out"),
    "aid.mission.demobilised": gettext_noop("%(other)s demobilised the mission %(mission)s"),
}


def _shipment_id(act: Act) -> UUID:
    return act.id if act.type == "aid.shipment.sent" else act.body.shipment


def shipment_parties(act: Act) -> Iterable[str]:
    """Return sender and receiver of the shipment that an act is about, as far as they are hosted here."""
    row = Shipment.objects.filter(id=_shipment_id(act)).first()
    return hosted(row.origin, row.destination) if row else []


def mission_parties(act: Act) -> Iterable[str]:
    """Return donor and requester of the mission that an act is about, as far as they are hosted here."""
    row = Mission.objects.filter(id=act.id if act.type == "aid.mission.ordered" else act.body.mission).first()
    return hosted(row.donor, row.requester) if row else []


def _about(row: Shipment) -> About:
    return About(row.id, reverse("aid:shipment-detail", args=[row.id]), row.activation)


def _about_mission(row: Mission) -> About:
    return About(row.id, reverse("aid:mission-detail", args=[row.id]), row.activation)


def _by_kind(units: Mapping[UUID, Decimal]) -> dict[tuple[str, int], Decimal]:
    """Return units by kind and type, given by offer: a stock moves once per kind and act."""
    total: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for offer in Offer.objects.filter(id__in=list(units)):
        total[offer.kind, offer.level] += units[offer.id]
    return dict(total)


def _count_by(row: Shipment, leg: Movement):
    agreement = Agreement.objects.get(id=row.agreement)
    term = bylaws.obligation(agreement.charter, "confirm-receipt")
    within = term.within if term else COUNT_WITHIN
    return leg.due + within  # type: ignore[operator]  # what opens a leg says when it is due


@ledger.on("aid.shipment.sent", name="sent", members=shipment_parties)
def follow_departure(act: Act, member: str) -> None:
    """Take the goods out of the donor's stock, end its duty to send, ask the receiver to receive."""
    row = Shipment.objects.get(id=act.id)
    agreement = Agreement.objects.get(id=row.agreement)
    if member == row.destination:
        title = Wording(TO_RECEIVE, {"shipment": naming.reference("S", row.id), "other": naming.member(row.origin)})
        office = office_for(member, "aid.shipment.received", agreement.charter)
        due = _count_by(row, shipments.current_leg(row.id))
        duty.open_duty(RECEIVE, office, title, _about(row), due_at=due, opened_at=act.at)
    if member == agreement.donor and not row.back:
        for (kind, level), units in _by_kind({line.offer: line.quantity for line in act.body.lines}).items():
            take_out(member, kind, level, units, source=act.id, at=act.at)
        ask_to_send(agreement, act)


@ledger.on(*ON_THE_WAY, name="on-the-way", members=shipment_parties)
def follow_movement(act: Act, member: str) -> None:
    """Tell the other side where the goods are, and move the receiver's clock to when they are due now."""
    row = Shipment.objects.get(id=act.body.shipment)
    _tell(act, member, row)
    if member == row.destination:
        duty.move_due(row.id, RECEIVE, due_at=_count_by(row, shipments.current_leg(row.id)))


def _tell(act: Act, member: str, row: Shipment) -> None:
    if member != act.author:
        words = {"shipment": naming.reference("S", row.id), "other": naming.member(act.author)}
        duty.tell(act.type, Wording(TELL[act.type], words), _about(row), key=f"{act.type}:{act.id}", at=act.at)


@ledger.on(*ENDINGS, name="endings", members=shipment_parties)
def follow_ending(act: Act, member: str) -> None:
    """Tell the other side; end the duty to receive once every unit was counted; bring home what came back."""
    row = Shipment.objects.get(id=act.body.shipment)
    agreement = Agreement.objects.get(id=row.agreement)
    _tell(act, member, row)
    if member == row.destination and not any(shipments.in_transit(row).values()):
        duty.close_duties(row.id, RECEIVE, at=act.at)
    home = act.author == member == agreement.donor and act.type != "aid.shipment.lost"
    if home:
        counts = act.body.counts()
        units = {offer: n for offer, kind, n in counts if kind in (custody.RECEIVED, custody.CAME_HOME) and n > 0}
        for (kind, level), quantity in _by_kind(units).items():
            bring_back(member, kind, level, quantity, source=act.id, at=act.at)


@ledger.on("aid.mission.ordered", name="ordered", members=mission_parties)
def follow_order(act: Act, member: str) -> None:
    """Take the people out of what the donor can promise, end its duty, ask the requester to check them in."""
    row = Mission.objects.get(id=act.id)
    agreement = Agreement.objects.get(id=row.agreement)
    if member == row.requester:
        title = Wording(TO_CHECK_IN, {"mission": naming.reference("M", row.id), "other": naming.member(row.donor)})
        office = office_for(member, "aid.mission.arrived", agreement.charter)
        duty.open_duty(CHECK_IN, office, title, _about_mission(row), due_at=row.report_at, opened_at=act.at)
    if member == row.donor:
        units = {offer: Decimal(people) for offer, people in missions.ordered(row.id).items()}
        for (kind, level), quantity in _by_kind(units).items():
            take_out(member, kind, level, quantity, source=act.id, at=act.at)
        ask_to_send(agreement, act)


@ledger.on("aid.mission.arrived", *LEFT, name="presence", members=mission_parties)
def follow_presence(act: Act, member: str) -> None:
    """Tell the other side; end the duty once everyone has checked in; bring home who was released."""
    row = Mission.objects.get(id=act.body.mission)
    if member != act.author:
        words = {"mission": naming.reference("M", row.id), "other": naming.member(act.author)}
        key = f"{act.type}:{act.id}"
        duty.tell(act.type, Wording(TELL_MISSION[act.type], words), _about_mission(row), key=key, at=act.at)
    if member == row.requester and (act.type == "aid.mission.demobilised" or _all_arrived(row)):
        duty.close_duties(row.id, CHECK_IN, at=act.at)
    if member == row.donor and act.type in LEFT:
        for (kind, level), quantity in _by_kind(_gone_home(act, row)).items():
            bring_back(member, kind, level, quantity, source=act.id, at=act.at)


def _all_arrived(row: Mission) -> bool:
    arrived = Check.objects.filter(mission=row.id, direction=presence.IN).values("person").distinct().count()
    return arrived >= sum(missions.ordered(row.id).values())


def _gone_home(act: Act, row: Mission) -> dict[UUID, Decimal]:
    """Return who this act sends home, by offer: not those checked out before, but those who never came."""
    before = set(
        Check.objects.filter(mission=row.id, direction=presence.OUT)
        .exclude(act=act.id)
        .values_list("person", flat=True)
    )
    units: dict[UUID, Decimal] = defaultdict(Decimal)
    for present in act.body.people:
        units[present.offer] += present.person not in before
    if act.type == "aid.mission.demobilised":
        arrived: dict[UUID, set[UUID]] = defaultdict(set)
        for check in Check.objects.filter(mission=row.id, direction=presence.IN):
            arrived[check.offer].add(check.person)
        for offer, people in missions.ordered(row.id).items():
            units[offer] += max(people - len(arrived[offer]), 0)
    return {offer: count for offer, count in units.items() if count}

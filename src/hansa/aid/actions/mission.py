# SPDX-License-Identifier: Apache-2.0
"""What is done with missions: order, name the people, check them in and out, demobilise."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid.actions.notice import submit_about
from hansa.aid.acts.mission import (
    MissionArrived,
    MissionDemobilised,
    MissionDeparted,
    MissionOrdered,
    MissionPart,
    MissionRostered,
    Present,
    Rostered,
)
from hansa.aid.models import Agreement, AgreementLine, Mission
from hansa.aid.policy.agreement import may_check, may_demobilise, may_name_roster, may_order_mission
from hansa.aid.queries import mission as queries
from hansa.aid.queries.balance import agreement_balances
from hansa.aid.rules import custody, presence
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, Text, require
from hansa.ledger import Act, PendingAct

Done = Act | PendingAct
# A check may be written down a little after it happened, never before.
AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Order:
    """What a mission order says, as typed. `lines` are roles with people, each out of one offer."""

    title: str
    task: str
    lines: Sequence[MissionPart]
    report_to: str
    report_at: datetime
    ends: datetime
    legal_status: str
    conduct: str
    insurance: str = ""
    radio: str = ""


def _check_order(order: Order, agreement: Agreement) -> None:
    errors: dict[str, Text] = {
        name: _("This is empty. Nothing was signed. Fill it in.")
        for name in ("title", "task", "report_to", "legal_status", "conduct")
        if not getattr(order, name).strip()
    }
    if order.ends <= order.report_at:
        errors["ends"] = _("The mission ends before it starts. Nothing was signed. Enter a later end.")
    if not order.lines:
        errors["lines"] = _("Nobody is ordered. Nothing was signed. Enter how many people go.")
    wanted: dict[UUID, int] = {}
    for line in order.lines:
        wanted[line.offer] = wanted.get(line.offer, 0) + line.people
    left = {line.offer: b.promised for line, b in _balances(agreement)}
    for offer, people in wanted.items():
        if people > left.get(offer, Decimal(0)):
            errors["lines"] = _("%(left)s people are left to be ordered under this agreement. Nothing was signed.") % {
                "left": int(left.get(offer, Decimal(0)))
            }
    if errors:
        raise Invalid(errors)


def _balances(agreement: Agreement):
    lines = list(AgreementLine.objects.select_for_update(no_key=True).filter(agreement=agreement))
    balances = agreement_balances(lines)
    return [(line, balances[line.id]) for line in lines]


@transaction.atomic
def order_mission(agreement: Agreement, order: Order, *, actor: Actor, id: UUID | None = None) -> Done:
    """Order people out under an agreement that stands. The act's id is the mission's."""
    if id and (known := ledger.get(id)):
        return known
    require(may_order_mission(actor, agreement))
    _check_order(order, agreement)
    body = MissionOrdered(
        agreement=agreement.id,
        hash=agreement.hashes[0],
        activation=agreement.activation,
        requester=agreement.requester,
        title=order.title.strip(),
        task=order.task.strip(),
        lines=tuple(order.lines),
        report_to=order.report_to.strip(),
        report_at=order.report_at,
        ends=order.ends,
        legal_status=order.legal_status.strip(),
        insurance=order.insurance.strip(),
        conduct=order.conduct.strip(),
        radio=order.radio.strip(),
    )
    return submit_about(agreement, body, actor=actor, id=id)


@dataclass(frozen=True, slots=True)
class Named:
    """One person as typed; `person` is known for someone who is on the roster already."""

    name: str
    role: str
    offer: UUID
    credential: str = ""
    removed: bool = False
    person: UUID | None = None


def name_roster(
    mission: Mission, people: Iterable[Named], *, actor: Actor, home_contact: str = "", id: UUID | None = None
) -> Done:
    """Name people of a mission, to the requester alone. No more than were ordered on each line."""
    if id and (known := ledger.get(id)):
        return known
    require(may_name_roster(actor, mission))
    listed = list(people)
    if not listed and not home_contact.strip():
        raise Invalid({"": _("Nobody is named. Nothing was sent. Enter at least one person.")})
    if any(not one.name.strip() or not one.role.strip() for one in listed):
        raise Invalid({"name": _("A person has no name or no role. Nothing was sent. Fill in both.")})
    _check_room(mission, listed)
    body = MissionRostered(
        mission=mission.id,
        home_contact=home_contact.strip(),
        people=tuple(
            Rostered(
                person=one.person or new_id(),
                offer=one.offer,
                name=one.name.strip(),
                role=one.role.strip(),
                credential=one.credential.strip(),
                removed=one.removed,
            )
            for one in listed
        ),
    )
    agreement = Agreement.objects.get(id=mission.agreement)
    audience = ledger.named([mission.donor, mission.requester])
    return submit_about(agreement, body, actor=actor, id=id, refs=(mission.id,), audience=audience)


def _check_room(mission: Mission, listed: Sequence[Named]) -> None:
    people = {row.person: row.offer for row in queries.roster(mission.id) if not row.removed}
    for one in listed:
        if one.person:
            people.pop(one.person, None)
    taken = [*people.values(), *(one.offer for one in listed if not one.removed)]
    for offer, ordered in queries.ordered(mission.id).items():
        if taken.count(offer) > ordered:
            raise Invalid(
                {
                    "": _("%(count)s people are ordered here. Nothing was sent. Take someone out, or order more.")
                    % {"count": ordered}
                }
            )


def _check(
    mission: Mission,
    people: Iterable[UUID],
    body: type,
    *,
    actor: Actor,
    at: datetime,
    happened: datetime | None,
    id: UUID | None,
) -> Done:
    if id and (known := ledger.get(id)):
        return known
    require(may_check(actor, mission))
    when = happened or at
    if when > at + AHEAD:
        raise Invalid({"happened": _("That time has not come yet. Nothing was noted. Enter when it happened.")})
    offers = {row.person: row.offer for row in queries.roster(mission.id) if not row.removed}
    wanted = list(dict.fromkeys(people))
    if not wanted:
        raise Invalid({"people": _("Nobody is chosen. Nothing was noted. Choose who it is.")})
    if not set(wanted) <= set(offers):
        raise Invalid({"people": _("Someone is not on the roster of this mission. Nothing was noted. Look again.")})
    said = body(mission=mission.id, at=when, people=tuple(Present(person=p, offer=offers[p]) for p in wanted))
    return submit_about(Agreement.objects.get(id=mission.agreement), said, actor=actor, id=id, refs=(mission.id,))


def check_in(
    mission: Mission,
    people: Iterable[UUID],
    *,
    actor: Actor,
    at: datetime,
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Note that people are there."""
    return _check(mission, people, MissionArrived, actor=actor, at=at, happened=happened, id=id)


def check_out(
    mission: Mission,
    people: Iterable[UUID],
    *,
    actor: Actor,
    at: datetime,
    happened: datetime | None = None,
    id: UUID | None = None,
) -> Done:
    """Note that people have left and are on their way home."""
    return _check(mission, people, MissionDeparted, actor=actor, at=at, happened=happened, id=id)


def check_in_by_code(mission: Mission, code: str, *, actor: Actor, at: datetime, id: UUID | None = None) -> Done:
    """Check one person in by the code on their order, or out when they are there already."""
    wanted = custody.clean_code(code)
    found = [
        row for row in queries.roster(mission.id) if not row.removed and queries.check_in_code(row.person) == wanted
    ]
    if not found:
        raise Invalid({"code": _("No one of this mission has this code. Nothing was noted. Read it again.")})
    state = queries.states(mission.id)[found[0].person]
    act = check_out if state == presence.PRESENT else check_in
    return act(mission, [found[0].person], actor=actor, at=at, id=id)


def demobilise_mission(mission: Mission, *, actor: Actor, at: datetime, note: str = "", id: UUID | None = None) -> Done:
    """Let the whole mission go: who is still there is checked out, who never came is no longer expected."""
    if id and (known := ledger.get(id)):
        return known
    require(may_demobilise(actor, mission))
    there = [person for person, state in queries.states(mission.id).items() if state == presence.PRESENT]
    offers = queries.offers_of(mission.id)
    people = tuple(Present(person=person, offer=offers[person]) for person in there)
    body = MissionDemobilised(mission=mission.id, people=people, note=note.strip(), at=at)
    return submit_about(Agreement.objects.get(id=mission.agreement), body, actor=actor, id=id, refs=(mission.id,))

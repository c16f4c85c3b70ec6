# SPDX-License-Identifier: Apache-2.0
"""Missions over HTTP. Names of people are told to the two parties, and are read on their pages only."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from hansa.aid import naming
from hansa.aid.actions import mission as actions
from hansa.aid.actions.mission import Named, Order
from hansa.aid.acts.mission import MissionPart
from hansa.aid.api.agreeing import agreement_or_404
from hansa.aid.api.delivering import Code, Line, Name, Note
from hansa.aid.api.saying import Moment, Said, Short, said
from hansa.aid.models import Mission
from hansa.aid.queries import mission as missions
from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.people.api_auth import acts, reads

router = Router()
Long = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]


class MissionOut(Schema):
    """A mission in numbers. Names stay with the two parties, on their pages."""

    id: UUID
    reference: str
    agreement: UUID
    activation: UUID
    donor: str
    requester: str
    title: str
    report_to: str
    report_at: datetime
    ends: datetime
    ordered: int
    arrived: int
    there: int
    released: int
    over: bool
    personal: ClassVar[Personal] = declare(
        none="id reference agreement activation donor requester title report_to report_at ends ordered arrived there"
        " released over"
    )


class PartIn(Schema):
    """So many people in one role, out of one offer."""

    offer: UUID
    role: Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00]*$")]
    people: Annotated[int, Field(gt=0, le=100_000)]
    personal: ClassVar[Personal] = declare(none="offer role people")


class OrderIn(Schema):
    """A mission order."""

    title: Line
    task: Long
    lines: list[PartIn] = Field(min_length=1, max_length=100)
    report_to: Line
    report_at: Moment
    ends: Moment
    legal_status: Long
    conduct: Long
    insurance: Long = ""
    radio: Short = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="title task lines report_to report_at ends legal_status conduct insurance radio id"
    )


class PersonIn(Schema):
    """One person to name, for the two parties only."""

    name: Name
    role: Name
    offer: UUID
    credential: Name = ""
    personal: ClassVar[Personal] = declare(
        none="offer",
        staff="name role credential",
        purpose="mission order and accountability",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )


class RosterIn(Schema):
    """People of a mission, and a desk at home that answers at any hour."""

    people: list[PersonIn] = Field(max_length=500)
    home_contact: Line = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="id",
        staff="people",
        contact="home_contact",
        purpose="mission order and accountability",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )


class CheckIn(Schema):
    """Check one person in, or out when they are there, by the code on their order."""

    code: Code
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="code id")


class DemobiliseIn(Schema):
    """Let the whole mission go."""

    note: Note = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="note id")


def _mission(mission: UUID) -> Mission:
    found = missions.mission(mission)
    if found is None:
        raise Http404
    return found


@router.get("/missions/{mission}", auth=reads, response=MissionOut, operation_id="aid_mission")
def mission(request: HttpRequest, mission: UUID):
    """One mission in numbers."""
    found = missions.deployment(_mission(mission))
    row = found.mission
    names = ("id", "agreement", "activation", "donor", "requester", "title", "report_to", "report_at", "ends")
    counts = ("reference", "ordered", "arrived", "there", "released")
    return (
        {name: getattr(row, name) for name in names}
        | {name: getattr(found, name) for name in counts}
        | {"over": found.over is not None, "reference": naming.reference("M", row.id)}
    )


@router.post("/agreements/{agreement}/order", auth=acts, response=Said, operation_id="aid_mission_order")
def order(request: HttpRequest, agreement: UUID, body: OrderIn):
    """Order people out under an agreement that stands."""
    lines = [MissionPart(offer=one.offer, role=one.role, people=one.people) for one in body.lines]
    names = ("title", "task", "report_to", "report_at", "ends", "legal_status", "conduct", "insurance", "radio")
    wanted = Order(lines=lines, **{name: getattr(body, name) for name in names})
    return said(actions.order_mission(agreement_or_404(agreement), wanted, actor=request.actor, id=body.id))


@router.post("/missions/{mission}/roster", auth=acts, response=Said, operation_id="aid_mission_roster")
def roster(request: HttpRequest, mission: UUID, body: RosterIn):
    """Name people of a mission, to the requester alone."""
    people = [Named(one.name, one.role, one.offer, one.credential) for one in body.people]
    return said(
        actions.name_roster(_mission(mission), people, actor=request.actor, home_contact=body.home_contact, id=body.id)
    )


@router.post("/missions/{mission}/check", auth=acts, response=Said, operation_id="aid_mission_check")
def check(request: HttpRequest, mission: UUID, body: CheckIn):
    """Check one person in or out by code."""
    return said(actions.check_in_by_code(_mission(mission), body.code, actor=request.actor, at=clock.now(), id=body.id))


@router.post("/missions/{mission}/demobilise", auth=acts, response=Said, operation_id="aid_mission_demobilise")
def demobilise(request: HttpRequest, mission: UUID, body: DemobiliseIn):
    """Let the whole mission go."""
    return said(
        actions.demobilise_mission(_mission(mission), actor=request.actor, at=clock.now(), note=body.note, id=body.id)
    )

# SPDX-License-Identifier: Apache-2.0
"""Alerts, how people are asked, and emergency contacts over HTTP, for the token's member."""

from datetime import datetime, time
from typing import ClassVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from hansa.core.personal import Personal, declare
from hansa.core.verdicts import Invalid
from hansa.duty.actions import alarm as actions
from hansa.duty.alarm_forms import AlarmPlanForm
from hansa.duty.models import AlarmPlan, Alert
from hansa.duty.queries import alarm as queries
from hansa.people.api_auth import acts, reads

router = Router(tags=["duty"])
_MOST = 200


class AlertOut(Schema):
    """An alert of the member: what, who is asked now, and who has it."""

    id: UUID
    title: str
    office: str
    subject: UUID
    url: str
    opened_at: datetime
    due_at: datetime | None
    unanswered_at: datetime | None
    ended_at: datetime | None
    end: str
    asking: list[UUID]
    taken_by: UUID | None
    taken_via: str
    personal: ClassVar[Personal] = declare(
        none="id title office subject url opened_at due_at unanswered_at ended_at end taken_via",
        holder="asking taken_by", purpose="to know who is asked and who has it", sealed="the member",
        purge="not kept: an answer",
    )  # fmt: skip


class AnswerOut(Schema):
    """What taking an alert did: taken, already, locked, expired or ended; the alert as it is then."""

    answer: str
    alert: AlertOut
    personal: ClassVar[Personal] = declare(none="answer alert")


class PlanOut(Schema):
    """How the member's people are asked: minutes, rounds, quiet hours on the wall in `zone`."""

    call_after: int = 2
    next_after: int = 3
    rounds: int = 2
    together: bool = False
    quiet_from: time | None = None
    quiet_until: time | None = None
    zone: str = "UTC"
    personal: ClassVar[Personal] = declare(none="call_after next_after rounds together quiet_from quiet_until zone")


class ContactIn(Schema):
    """One person whom the league phones; numbers in E.164."""

    name: str
    title: str
    phone: str
    other_phone: str | None = None
    email: str | None = None
    personal: ClassVar[Personal] = declare(
        holder="name title phone other_phone email", purpose="to be phoned when their government gives no sign",
        sealed="the league", purge="when the member files another list, or recalls it",
    )  # fmt: skip


class ContactsIn(Schema):
    """Two contacts, in the order in which to phone them. The same id again is the same act."""

    contacts: list[ContactIn] = Field(min_length=2, max_length=2)
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="id", holder="contacts", purpose="to be phoned when their government gives no sign", sealed="the league",
        purge="when the member files another list, or recalls it",
    )  # fmt: skip


class FiledOut(Schema):
    """The act that filed contacts. The contacts themselves are answered nowhere."""

    act: UUID
    at: datetime
    personal: ClassVar[Personal] = declare(none="act at")


def _shown(alert: Alert) -> AlertOut:
    given = {name: getattr(alert, name) for name in AlertOut.model_fields if name != "title"}
    return AlertOut(**given, title=alert.words)


def _found(alert_id: UUID) -> Alert:
    alert = queries.get_alert(alert_id)
    if alert is None:
        raise Http404
    return alert


@router.get("/alerts", response=list[AlertOut], auth=reads)
def list_alerts(request: HttpRequest) -> list[AlertOut]:
    """Return the newest 200 alerts of the member."""
    return [_shown(alert) for alert in queries.alerts()[:_MOST]]


@router.get("/alerts/{alert_id}", response=AlertOut, auth=reads)
def get_alert(request: HttpRequest, alert_id: UUID) -> AlertOut:
    """Return one alert."""
    return _shown(_found(alert_id))


@router.post("/alerts/{alert_id}/take", response=AnswerOut, auth=acts)
def take_alert(request: HttpRequest, alert_id: UUID) -> AnswerOut:
    """Take an alert: seen, and taken by. It attests, offers and signs nothing."""
    answered = actions.take_by_page(_found(alert_id), actor=request.auth)
    return AnswerOut(answer=answered.answer.value, alert=_shown(_found(alert_id)))


@router.get("/alarm-plan", response=PlanOut, auth=reads)
def get_plan(request: HttpRequest) -> AlarmPlan:
    """Return how the member's people are asked."""
    return queries.plan()


@router.put("/alarm-plan", response=PlanOut, auth=acts)
def change_plan(request: HttpRequest, said: PlanOut) -> AlarmPlan:
    """Set how the member's people are asked, and its quiet hours."""
    form = AlarmPlanForm({name: value for name, value in said.model_dump().items() if value is not None})
    if not form.is_valid():
        raise Invalid({name: str(faults[0]) for name, faults in form.errors.items()})
    return actions.change_plan(request.auth, **form.cleaned_data)


@router.post("/contacts", response=FiledOut, auth=acts)
def file_contacts(request: HttpRequest, said: ContactsIn) -> FiledOut:
    """File the member's two emergency contacts, sealed to the league."""
    act = actions.file_contacts([contact.model_dump() for contact in said.contacts], actor=request.auth, id=said.id)
    return FiledOut(act=act.id, at=act.at)

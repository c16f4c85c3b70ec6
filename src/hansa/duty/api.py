# SPDX-License-Identifier: Apache-2.0
"""Duties, notices, log lines and hand-overs over HTTP, for the token's member."""

from datetime import datetime
from typing import ClassVar, TypeVar
from uuid import UUID

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import require
from hansa.duty import actions, alarm_api, brief, policy, queries, rota_api
from hansa.duty.models import Duty, Handover, LogLine
from hansa.people.api_auth import acts, reads

router = Router(tags=["duty"])
router.add_router("", alarm_api.router)
router.add_router("", rota_api.router)
Row = TypeVar("Row")


class DutyOut(Schema):
    """A duty of the member: what, by when, who has it, and where its clock stands."""

    id: UUID
    kind: str
    office: str
    person: UUID | None
    subject: UUID
    title: str
    url: str
    opened_at: datetime
    due_at: datetime | None
    done_at: datetime | None
    state: str
    personal: ClassVar[Personal] = declare(
        none="id kind office subject title url opened_at due_at done_at state", holder="person",
        purpose="to know who does it", sealed="the member", purge="not kept: an answer",
    )  # fmt: skip


class NoticeOut(Schema):
    """Something to know; `ids` are folded into one line."""

    ids: list[UUID]
    title: str
    url: str
    at: datetime
    personal: ClassVar[Personal] = declare(none="ids title url at")


class Read(Schema):
    """Notices to mark as read."""

    ids: list[UUID]
    personal: ClassVar[Personal] = declare(none="ids")


class LineOut(Schema):
    """A log line of the member."""

    id: UUID
    text: str
    happened_at: datetime
    at: datetime
    shared: UUID | None
    personal: ClassVar[Personal] = declare(none="id text happened_at at shared")


class HandoverIn(Schema):
    """A brief to hand over; the same id again is the same hand-over."""

    text: str
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="text id")


class HandoverOut(Schema):
    """A hand-over and whether its relief has accepted it."""

    id: UUID
    office: str
    since: datetime
    at: datetime
    text: str
    accepted_at: datetime | None
    personal: ClassVar[Personal] = declare(none="id office since at text accepted_at")


def _shown(duty: Duty) -> DutyOut:
    given = {name: getattr(duty, name) for name in DutyOut.model_fields if name not in ("title", "state")}
    return DutyOut(**given, title=duty.words, state=duty.clock.state(clock.now()))


def _found(row: Row | None) -> Row:
    if row is None:
        raise Http404
    return row


@router.get("/duties", response=list[DutyOut], auth=reads)
def list_duties(request: HttpRequest) -> list[DutyOut]:
    """Return the duties of the actor's offices by clock: late, soon, ahead, then done in the last day."""
    groups = queries.by_clock(request.auth, clock.now())
    return [_shown(duty) for group in groups for duty in group.duties]


@router.post("/duties/{duty_id}/take", response=DutyOut, auth=acts)
def take(request: HttpRequest, duty_id: UUID) -> DutyOut:
    """Make a duty one's own."""
    return _shown(actions.take_duty(_found(queries.get_duty(duty_id)), actor=request.auth))


@router.post("/duties/{duty_id}/release", response=DutyOut, auth=acts)
def release(request: HttpRequest, duty_id: UUID) -> DutyOut:
    """Give a duty back to the office."""
    return _shown(actions.release_duty(_found(queries.get_duty(duty_id)), actor=request.auth))


@router.get("/notices", response=list[NoticeOut], auth=reads)
def list_notices(request: HttpRequest) -> list[NoticeOut]:
    """Return what there is to know and nobody has read, newest first, floods folded."""
    return [
        NoticeOut(ids=fold.ids, title=fold.newest.words, url=fold.newest.url, at=fold.newest.at)
        for fold in queries.to_know(request.auth.person)
    ]


@router.post("/notices/read", response={204: None}, auth=acts)
def read_notices(request: HttpRequest, said: Read):
    """Mark notices as read for the whole member."""
    actions.mark_read(said.ids, actor=request.auth)
    return 204, None


@router.get("/lines", response=list[LineOut], auth=reads)
def list_lines(request: HttpRequest) -> list[LogLine]:
    """Return the newest 200 log lines of the member."""
    return list(queries.lines()[:200])


@router.get("/handovers", response=list[HandoverOut], auth=reads)
def list_handovers(request: HttpRequest) -> list[Handover]:
    """Return the newest 50 hand-overs of the actor's offices."""
    return list(queries.handovers(request.auth)[:50])


@router.get("/handovers/draft", response=HandoverIn, auth=reads)
def draft_handover(request: HttpRequest) -> HandoverIn:
    """Return the draft of a brief for the actor's office."""
    require(policy.may_hand_over(request.auth))
    return HandoverIn(text=brief.draft(request.auth, clock.now()))


@router.post("/handovers", response=HandoverOut, auth=acts)
def hand_over(request: HttpRequest, said: HandoverIn) -> Handover:
    """Hand the shift over."""
    return actions.hand_over(said.text, actor=request.auth, id=said.id)


@router.post("/handovers/{handover_id}/accept", response=HandoverOut, auth=acts)
def accept_handover(request: HttpRequest, handover_id: UUID) -> Handover:
    """Take the shift over."""
    return actions.accept_handover(_found(queries.get_handover(handover_id)), actor=request.auth)

# SPDX-License-Identifier: Apache-2.0
"""Records over HTTP, for the token's member: the schedule, holds, requests, the exemption log.

Who asked for records is in no answer: counsel looks at one request at a time, in the browser, and says what for. What
takes two people is confirmed in the browser, too.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import require
from hansa.evidence import policy
from hansa.evidence.actions import requests as request_actions
from hansa.evidence.models import RecordsRequest
from hansa.evidence.queries import holds, requests, schedules
from hansa.people.api_auth import acts, reads

router = Router(tags=["evidence"])


class LineOut(Schema):
    """How long a kind of records is kept now: `days` null for ever, `law` empty for Hansa's own default."""

    kind: str
    label: str
    days: int | None
    law: str
    since: date | None
    held: bool
    personal: ClassVar[Personal] = declare(none="kind label days law since held")


class HoldOut(Schema):
    """A legal hold: what it names, until which review, how many sealed acts counsel keeps under it."""

    id: UUID
    law: str
    acts: list[UUID]
    kinds: list[str]
    since: date | None
    until: date | None
    review_on: date
    state: str
    kept: int
    placed_at: datetime
    released_at: datetime | None
    personal: ClassVar[Personal] = declare(
        none="id law acts kinds since until review_on state kept placed_at released_at"
    )


class RequestOut(Schema):
    """A subpoena or a request for records, without who asked."""

    id: UUID
    reference: str
    kind: str
    asks: str
    law: str
    received_on: date
    due_on: date
    state: str
    outcome: str
    personal: ClassVar[Personal] = declare(none="id reference kind asks law received_on due_on state outcome")


class RequestIn(Schema):
    """A subpoena or a request to log; the same id again is the same one."""

    id: UUID | None = None
    kind: str
    asks: str
    law: str
    requester: str
    contact: str = ""
    received_on: date
    due_on: date
    personal: ClassVar[Personal] = declare(
        none="id kind asks law received_on due_on", contact="requester contact", purpose="to answer who asked",
        sealed="the member's counsel", purge="90 days after the answer",
    )  # fmt: skip


class ExemptionOut(Schema):
    """A record that counsel withheld, in part or whole, by which law and why."""

    request: str
    title: str
    decision: str
    law: str
    reason: str
    decided_at: datetime | None
    personal: ClassVar[Personal] = declare(none="request title decision law reason decided_at")


def _request(row: RecordsRequest) -> RequestOut:
    given = {name: getattr(row, name) for name in RequestOut.model_fields if name != "state"}
    return RequestOut(**given, state=row.state(clock.now()))


@router.get("/schedule", response=list[LineOut], auth=reads)
def list_schedule(request: HttpRequest) -> list[LineOut]:
    """Return how long each kind of records is kept."""
    require(policy.may_read(request.auth))
    return [
        LineOut(
            kind=line.kind.code, label=str(line.kind.label), days=line.days, held=line.held,
            law=line.now.law if line.now else "", since=line.now.from_on if line.now else None,
        )
        for line in schedules.lines(clock.now(), holds.kinds_held())
    ]  # fmt: skip


@router.get("/holds", response=list[HoldOut], auth=reads)
def list_holds(request: HttpRequest) -> list[HoldOut]:
    """Return the member's holds, those in force first."""
    require(policy.may_read(request.auth))
    now = clock.now()
    names = [name for name in HoldOut.model_fields if name != "state"]
    return [
        HoldOut(**{name: getattr(hold, name) for name in names}, state=hold.state(now)) for hold in holds.all_holds()
    ]


@router.get("/requests", response=list[RequestOut], auth=reads)
def list_requests(request: HttpRequest) -> list[RequestOut]:
    """Return the newest 200 subpoenas and requests, those that are open first."""
    require(policy.may_see_requests(request.auth))
    return [_request(row) for row in requests.all_requests()[:200]]


@router.post("/requests", response=RequestOut, auth=acts)
def log_request(request: HttpRequest, said: RequestIn) -> RequestOut:
    """Log a subpoena or a request for records."""
    return _request(request_actions.log_request(actor=request.auth, at=clock.now(), **said.model_dump()))


@router.get("/exemptions", response=list[ExemptionOut], auth=reads)
def list_exemptions(request: HttpRequest) -> list[ExemptionOut]:
    """Return the newest 500 records that counsel withheld."""
    require(policy.may_see_requests(request.auth))
    return [
        ExemptionOut(
            request=row.request.reference, title=row.title, decision=row.decision, law=row.law, reason=row.reason,
            decided_at=row.decided_at,
        )
        for row in requests.exemptions()[:500]
    ]  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Messages over HTTP: what became of the member's, and how each channel is. Addresses are covered, never exported."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Schema

from hansa.core import clock
from hansa.core.personal import Personal, declare
from hansa.core.verdicts import require
from hansa.notify import policy, queries
from hansa.notify.models import Delivery

router = Router(tags=["notify"])
_MOST = 200


class AttemptOut(Schema):
    """One try."""

    id: UUID
    began_at: datetime
    ended_at: datetime | None
    outcome: str
    reason: str
    personal: ClassVar[Personal] = declare(none="id began_at ended_at outcome reason")


class DeliveryOut(Schema):
    """A message on its way to one person by one channel. `address` is covered."""

    id: UUID
    event: str
    person: UUID
    channel: str
    address: str
    round: int
    state: str
    reason: str
    resent_identically: int
    queued_at: datetime
    changed_at: datetime
    attempts: list[AttemptOut]
    personal: ClassVar[Personal] = declare(
        none="id event channel round state reason resent_identically queued_at changed_at attempts",
        holder="person address", purpose="to know what became of a message", sealed="the member",
        purge="not kept: an answer",
    )  # fmt: skip


class ChannelOut(Schema):
    """Whether a channel of this node works."""

    channel: str
    works: bool
    failing_since: datetime | None
    reason: str
    worked_at: datetime | None
    probed_at: datetime | None
    personal: ClassVar[Personal] = declare(none="channel works failing_since reason worked_at probed_at")


class Narrow(Schema):
    """Which deliveries to list; `before` pages backwards in time."""

    state: Literal[
        "", "trouble", "queued", "sending", "accepted", "expired", "failed", "delivered", "acknowledged"
    ] = ""  # fmt: skip
    event: str = ""
    before: datetime | None = None
    limit: int = 50
    personal: ClassVar[Personal] = declare(none="state event before limit")


def _out(row: Delivery) -> DeliveryOut:
    return DeliveryOut(
        id=row.id, event=row.message.event, person=row.message.person, channel=row.channel,
        address=queries.shown(row.address).masked, round=row.round, state=row.state, reason=row.reason,
        resent_identically=row.resent_identically, queued_at=row.queued_at, changed_at=row.changed_at,
        attempts=[
            AttemptOut(id=each.id, began_at=each.began_at, ended_at=each.ended_at, outcome=each.outcome,
                       reason=each.reason)
            for each in row.attempts.all()
        ],
    )  # fmt: skip


@router.get(
    "/deliveries", response=list[DeliveryOut], operation_id="notify_deliveries", summary="What became of messages"
)
def list_deliveries(request: HttpRequest, narrow: Query[Narrow]) -> list[DeliveryOut]:
    """Return at most `limit` deliveries of the member (200 at the most), newest first."""
    require(policy.may_see_deliveries(request.auth))
    rows = queries.deliveries(narrow.state)
    if narrow.event:
        rows = rows.filter(message__event=narrow.event)
    if narrow.before:
        rows = rows.filter(changed_at__lt=narrow.before)
    return [_out(row) for row in rows[: max(1, min(narrow.limit, _MOST))]]


@router.get(
    "/channels", response=list[ChannelOut], operation_id="notify_channels", summary="Whether each channel works"
)
def list_channels(request: HttpRequest) -> list[ChannelOut]:
    """Return the channels of this node."""
    require(policy.may_see_deliveries(request.auth))
    now = clock.now()
    return [
        ChannelOut(channel=row.channel, works=not row.red(now), failing_since=row.failing_since, reason=row.reason,
                   worked_at=row.worked_at, probed_at=row.probed_at)
        for row in queries.health()
    ]  # fmt: skip

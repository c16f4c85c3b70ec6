# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that duty keeps, and what waits for someone because of records: a block of "My duties"."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.duty.blocks import register_block
from hansa.duty.models import Handover, LogLine, Notice
from hansa.evidence import policy
from hansa.evidence.kinds import RecordKind, register
from hansa.evidence.queries import holds, requests
from hansa.people import joint


def forget_lines(before: datetime) -> int:
    """Delete the log lines noted before a moment; return how many. What was shared stays in the ledger."""
    return LogLine.objects.filter(at__lt=before).delete()[0]


def forget_handovers(before: datetime) -> int:
    """Delete the hand-overs that were accepted before a moment; return how many."""
    return Handover.objects.filter(accepted_at__lt=before).delete()[0]


def forget_notices(before: datetime) -> int:
    """Delete the notices of before a moment; return how many."""
    return Notice.objects.filter(at__lt=before).delete()[0]


def waiting(actor: Actor) -> dict[str, Any] | None:
    """Return the steps that the actor could confirm, and to counsel reviews and requests that are due; None if none."""
    now = clock.now()
    steps = [(step, joint.kind_of(step), step.state(now)) for step in joint.waiting_for(actor, now)]
    counsel = policy.may_place_hold(actor).ok
    reviews = [(hold, hold.state(now)) for hold in holds.reviews_due(now)] if counsel else []
    due = [(item, item.state(now)) for item in requests.due(now)] if counsel else []
    return {"steps": steps, "reviews": reviews, "requests": due} if steps or reviews or due else None


register(RecordKind("duty.lines", _("Log lines"), _("from the line"), days=None, forget=forget_lines))
register(
    RecordKind("duty.handovers", _("Hand-over briefs"), _("from the hand-over"), days=None, forget=forget_handovers)
)
register(RecordKind("duty.notices", _("Notices"), _("from the notice"), days=None, forget=forget_notices))
register_block(20, (), "duty/_records_block.html", waiting)

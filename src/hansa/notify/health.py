# SPDX-License-Identifier: Apache-2.0
"""Whether each channel works: what traffic shows, and test messages to a loop-back mailbox or number.

A channel that fails turns red by itself and stops nobody: each has its own queue, its own slots in the worker, its own
row here. A test message goes out every ten minutes; when it has not come back after ten more, the channel is red.
"""

import re
from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.notify.channel import Accepted, ChannelDown, Outcome, Outgoing, Refused, Transport, Unknown
from hansa.notify.choices import Urgency
from hansa.notify.models import ChannelHealth
from hansa.notify.reasons import coded
from hansa.notify.registry import channels

_SELDOM = timedelta(seconds=30)
_EVERY = timedelta(minutes=10)
_PATIENCE = timedelta(minutes=10)
_MARK = re.compile(r"\btest ([0-9a-f]{32})\b", re.IGNORECASE)


def _row(channel: str):
    """Return the query for a channel's row, which is there."""
    rows = ChannelHealth.objects.filter(channel=channel)
    if not rows.exists():
        ChannelHealth.objects.bulk_create([ChannelHealth(channel=channel)], ignore_conflicts=True)
    return rows


def note(channel: str, down: str, *, worked: bool) -> None:
    """Note what a batch showed: that the channel is down (why), or that something was accepted."""
    if not down and not worked:
        return
    now = clock.now()
    with transaction.atomic():
        rows = _row(channel)
        if down:
            rows.update(failing_since=Coalesce(F("failing_since"), now), reason=down[:300])
        else:
            # Not every batch writes: what worked a moment ago works.
            known = Q(failing_since=None) & Q(worked_at__gt=now - _SELDOM) & Q(worked_at__lte=now)
            rows.exclude(known).update(failing_since=None, reason="", worked_at=now)


def probe_due(now: datetime) -> list[Transport]:
    """Return the channels that are due for a test message to their own loop-back address."""
    recent = set(
        ChannelHealth.objects.filter(probed_at__gt=now - _EVERY, probed_at__lte=now).values_list("channel", flat=True)
    )
    return [each for name, each in channels.items() if name not in recent and each.configured() and each.loopback()]


def probe(transport: Transport) -> bool:
    """Send a test message to a channel's loop-back address; return whether it was accepted."""
    number, now = new_id(), clock.now()
    waits = _row(transport.name).filter(probe_due_at__isnull=False)
    # A test message that is still out keeps its time: only its return ends the wait.
    if not waits.update(probe=number, probed_at=now):
        _row(transport.name).update(probe=number, probed_at=now, probe_due_at=now + _PATIENCE)
    down, worked = "", False
    try:
        with closing(transport.send([_test_message(transport, number)])) as sent:  # type: ignore[type-var]
            for _marker, outcome in sent:
                worked = isinstance(outcome, Accepted)
                down = _reason(outcome)
    except ChannelDown as broken:
        down = str(broken)
    note(transport.name, down, worked=worked)
    return worked


def _reason(outcome: Outcome) -> str:
    match outcome:
        case Accepted():
            return ""
        case Refused(code, words):
            return coded(code, words)
        case Unknown(reason):
            return reason


def _test_message(transport: Transport, number: UUID) -> Outgoing:
    return Outgoing(
        id=number, delivery=number, message=number, member="", address=transport.loopback(),
        headline=_("Hansa test %(number)s") % {"number": number.hex}, text="", url="", code="", language="en",
        urgency=Urgency.LOW, expires_at=clock.now() + _PATIENCE, exercise="", message_id=f"<{number}@test.hansa>",
        topic="hansa-test",
    )  # fmt: skip


def returned(channel: str, text: str) -> bool:
    """Note a test message that came back, by the text in which it did; return whether it was one."""
    found = _MARK.search(text)
    if not found:
        return False
    rows = ChannelHealth.objects.filter(channel=channel, probe=UUID(found[1]))
    return bool(rows.update(probe_due_at=None, failing_since=None, reason="", worked_at=clock.now()))

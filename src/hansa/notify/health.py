# SPDX-License-Identifier: Apache-2.0
"""Whether each channel works: what traffic shows, and test messages to a loop-back mailbox or number.

A channel that fails turns red by itself and stops nobody: each has its own queue, its own slots in the worker, its own
row here.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from hansa.core import clock
from hansa.notify.models import ChannelHealth

_SELDOM_SECONDS = 30


def note(channel: str, down: str, *, worked: bool) -> None:
    """Note what a batch showed: that the channel is down (why), or that something was accepted."""
    now = clock.now()
    with transaction.atomic():
        rows = ChannelHealth.objects.filter(channel=channel)
        if not rows.exists():
            ChannelHealth.objects.bulk_create([ChannelHealth(channel=channel)], ignore_conflicts=True)
        if down:
            rows.update(failing_since=Coalesce(F("failing_since"), now), reason=down[:300])
        elif worked:
            seldom = Q(worked_at=None) | ~Q(failing_since=None) | ~Q(worked_at__range=_recent(now))
            rows.filter(seldom).update(failing_since=None, reason="", worked_at=now)


def _recent(now):
    return now - timedelta(seconds=_SELDOM_SECONDS), now

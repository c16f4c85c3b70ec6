# SPDX-License-Identifier: Apache-2.0
"""Jobs that empty an outbox: one per channel and transaction, written in the transaction that has something to send."""

from datetime import UTC, datetime

from django.db import transaction
from procrastinate.contrib.django import app

from hansa.core.statements import ask
from hansa.notify.registry import channels

DRAIN = "notify.drain"
QUEUE = "notify-"
PROBES = "notify-probes"
_BUCKET = 5
_OF_THIS_TRANSACTION = b"""
SELECT t.lock, EXISTS (SELECT 1 FROM procrastinate_jobs j WHERE j.queueing_lock = t.lock AND j.status = 'todo')
FROM (SELECT $1 || pg_current_xact_id()::text AS lock) t
"""


def wake(channel: str) -> None:
    """Have a channel's outbox emptied once this transaction commits."""
    if channel not in channels:
        return
    # A queueing lock that is taken would abort the transaction. Nobody else has one of this transaction: ask first.
    ((lock, known),) = ask(_OF_THIS_TRANSACTION, f"{DRAIN} {channel} ")
    if known == b"f":
        _defer(channel, (lock or b"").decode())


def wake_at(channel: str, moment: datetime) -> None:
    """Have a channel's outbox emptied at a time, when something is to be tried again; one job for five seconds."""
    bucket = int(moment.timestamp()) // _BUCKET + 1
    _once(channel, f"{DRAIN} {channel} at {bucket}", schedule_at=datetime.fromtimestamp(bucket * _BUCKET, UTC))


def wake_more(channel: str) -> None:
    """Have somebody else help to empty an outbox whose rows are committed; one such job waits at a time."""
    _once(channel, f"{DRAIN} {channel} more")


def _once(channel: str, lock: str, **when) -> None:
    """Write a job unless one with this lock waits; whoever writes the same at this moment goes first or second."""
    with transaction.atomic():
        ask(b"SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", lock)
        if not ask(b"SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = $1 AND status = 'todo'", lock):
            _defer(channel, lock, **when)


def _defer(channel: str, lock: str, **when) -> None:
    app.configure_task(DRAIN, queue=f"{QUEUE}{channel}", queueing_lock=lock, **when).defer(channel=channel)

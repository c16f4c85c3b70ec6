# SPDX-License-Identifier: Apache-2.0
"""Jobs of the part: one that empties a channel's outbox, and the sweep by which nothing waits for a lost job."""

from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.notify import actions, checking, health, outbox
from hansa.notify.email import mailbox
from hansa.notify.waking import DRAIN, PROBES


@app.task(name=DRAIN)
def drain(channel: str) -> int:
    """Send what is due over one channel; return how many deliveries were tried."""
    return outbox.drain(channel)


@app.periodic(cron="* * * * *")
@app.task(name="notify.sweep", queueing_lock="notify.sweep")
def sweep(timestamp: int) -> int:
    """Give back what a dead worker held, and wake the channels that have something due; return what was given back.

    `timestamp` says for which minute this run was planned.
    """
    return outbox.tidy()


@app.periodic(cron="* * * * *")
@app.task(name="notify.probe", queue=PROBES, queueing_lock="notify.probe")
def probe(timestamp: int) -> int:
    """Send test messages over the channels that are due for one; return how many. In a queue of its own: they block."""
    return sum(health.probe(transport) for transport in health.probe_due(clock.now()))


@app.periodic(cron="* * * * *")
@app.task(name="notify.read-mailbox", queue=PROBES, queueing_lock="notify.read-mailbox")
def read_mailbox(timestamp: int) -> int:
    """Take returned letters and test messages out of the node's mailbox; return how many letters there were."""
    return mailbox.read()


@app.periodic(cron="11 17 * * *")
@app.task(name="notify.check-browsers", queueing_lock="notify.check-browsers")
def check_browsers(timestamp: int) -> int:
    """Ask browsers that showed nothing for a week, by day in the Americas; return how many were looked at."""
    return checking.check_browsers(at=clock.now())


@app.periodic(cron="23 4 * * *")
@app.task(name="notify.purge", queueing_lock="notify.purge")
def purge(timestamp: int) -> int:
    """Destroy what is older than a year; `timestamp` says for which day this run was planned."""
    return actions.purge_messages(at=clock.now())

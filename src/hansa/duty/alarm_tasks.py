# SPDX-License-Identifier: Apache-2.0
"""Jobs of the part: open a member's alerts, look at those that are due, tell, end. Each goes from member to member."""

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.duty import alarms, raising

_RETRY = RetryStrategy(max_attempts=8, wait=5)


@app.task(name=alarms.RAISE, queue=alarms.QUEUE, retry=_RETRY)
def raise_alarm(alarm: dict[str, Any], members: list[str]) -> None:
    """Have an alarm's alerts opened in batches, so that several workers share them."""
    raising.spread(alarm, members)


@app.task(name=alarms.OPEN, queue=alarms.QUEUE, retry=_RETRY)
def open_alerts(alarm: dict[str, Any], members: list[str]) -> int:
    """Open the alert of each of these members and ask the first on its ladder; return how many were opened."""
    return raising.open_alerts(alarm, members, at=clock.now())


@app.task(name=alarms.TELL, queue=alarms.QUEUE, retry=_RETRY)
def tell_members(alarm: dict[str, Any], members: list[str], urgent: bool) -> None:
    """Tell each of these members."""
    raising.tell_members(alarm, members, urgent=urgent, at=clock.now())


@app.task(name=alarms.END, queue=alarms.QUEUE, retry=_RETRY)
def end_alerts(key: str, members: list[str]) -> None:
    """End the alert of each of these members."""
    raising.end_alerts(key, members, at=clock.now())


@app.task(name=alarms.CLIMB, queue=alarms.QUEUE, retry=_RETRY)
def climb() -> int:
    """Look at every alert of the node that is due; return how many that were."""
    return raising.climb(at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="duty.sweep", queueing_lock="duty.sweep")
def sweep(timestamp: int) -> int:
    """Look at what is due although its own job was lost; `timestamp` says for which minute this run was planned."""
    return raising.climb(at=clock.now())

# SPDX-License-Identifier: Apache-2.0
"""What the worker does for aid by the clock."""

from procrastinate.contrib.django import app

from hansa.aid.actions import purging
from hansa.core import clock


# Every hour, so that a node that is not always on still gets to it; the limit is in days.
@app.periodic(cron="41 * * * *")
@app.task(name="aid.purge-rosters", queueing_lock="aid.purge-rosters")
def purge_rosters(timestamp: int) -> int:
    """Destroy rosters whose time is over; `timestamp` says for which hour this run was planned."""
    return purging.purge_rosters(at=clock.now())

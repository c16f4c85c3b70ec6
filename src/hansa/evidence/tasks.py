# SPDX-License-Identifier: Apache-2.0
"""What the worker does for records by the clock."""

from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.evidence.actions import keeping


# Every hour, so that a node that is not always on still gets to it; the limits are in days.
@app.periodic(cron="23 * * * *")
@app.task(name="evidence.destroy-run-out", queueing_lock="evidence.destroy-run-out")
def destroy_run_out(timestamp: int) -> int:
    """Destroy what has run out and what a promise says; `timestamp` says for which hour this run was planned."""
    return keeping.destroy_everywhere(at=clock.now())

# SPDX-License-Identifier: Apache-2.0
"""What the worker does for records by the clock."""

from uuid import UUID

from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.evidence import holding
from hansa.evidence.actions import keeping


@app.task(name=holding.COPY)
def copy_held(hold: str, member: str) -> None:
    """Put the next copies of a hold aside for counsel; the job after this one is written with them."""
    with member_scope(member):
        holding.copy_on(UUID(hold), member, clock.now())


# Every hour, so that a node that is not always on still gets to it; the limits are in days.
@app.periodic(cron="23 * * * *")
@app.task(name="evidence.destroy-run-out", queueing_lock="evidence.destroy-run-out")
def destroy_run_out(timestamp: int) -> int:
    """Destroy what has run out and what a promise says; `timestamp` says for which hour this run was planned."""
    return keeping.destroy_everywhere(at=clock.now())

# SPDX-License-Identifier: Apache-2.0
"""What the worker does for duty by the clock."""

from procrastinate.contrib.django import app

from hansa import ledger
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.actions import watch


@app.periodic(cron="*/5 * * * *")
@app.task(name="duty.watch-rotas", queueing_lock="duty.watch-rotas")
def watch_rotas(timestamp: int) -> int:
    """Look for gaps, and tell who comes on duty, for each member here; `timestamp` is when this run was planned."""
    told = 0
    for member in ledger.hosted_members():
        with member_scope(member):
            told += watch.watch_member(at=clock.now())
    return told

# SPDX-License-Identifier: Apache-2.0
"""What the worker destroys by the clock, for every member on the node."""

from datetime import datetime

from hansa.core.rls import member_scope
from hansa.evidence import holding
from hansa.evidence.actions import requests, schedules
from hansa.ledger.purging import purge_for
from hansa.ledger.reacting import hosted_members


def destroy_everywhere(*, at: datetime) -> int:
    """Destroy, member by member, who asked for records long ago and what has run out; return how many rows and acts.

    Copies for counsel that stood still go on.
    """
    total, over = 0, {}
    for member in hosted_members():
        with member_scope(member):
            total += requests.forget_requesters(at=at) + sum(schedules.destroy_run_out(at=at).values())
            holding.resume(at)
            over[member] = schedules.acts_over(at=at)
    return total + purge_for(over)

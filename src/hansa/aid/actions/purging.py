# SPDX-License-Identifier: Apache-2.0
"""What aid destroys when its time is over: the names, credentials and contacts of missions that ended."""

from datetime import datetime

from hansa import ledger
from hansa.aid.queries import mission as queries


def purge_rosters(*, at: datetime) -> int:
    """Destroy the rosters of missions that ended long enough ago; return how many acts were purged. No one asks for it.

    The counts stay: checks name people by ids that nobody can resolve any more.
    """
    due = queries.rosters_to_purge(at)
    return ledger.purge(due) if due else 0

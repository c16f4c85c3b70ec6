# SPDX-License-Identifier: Apache-2.0
"""Looks at every open activation whose crisis member this node hosts, for members that give no sign."""

from datetime import datetime

from hansa import ledger
from hansa.activation import phoning, queries
from hansa.activation.models import Activation
from hansa.core.rls import member_scope, node_scope


def look_everywhere(*, at: datetime) -> int:
    """Open the duties to phone whoever is silent; return how many members that are."""
    hosted = set(ledger.hosted_members())
    with node_scope():
        rows = [row for row in Activation.objects.order_by("at") if row.member in hosted]
        open_ = [found.activation for found in queries.pictures(rows, at) if found.standing.open]
    count = 0
    for row in open_:
        with member_scope(row.member):
            count += len(phoning.ask_to_phone(row.id, at=at))
    return count

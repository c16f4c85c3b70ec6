# SPDX-License-Identifier: Apache-2.0
"""The alerts on "My duties": what is asked now and has nobody, and whether the league knows whom to phone."""

from typing import Any

from hansa.core.actor import Actor
from hansa.duty import alarm_policy
from hansa.duty.blocks import register_block
from hansa.duty.queries import alarm as queries

_MOST = 5


def fill(actor: Actor) -> dict[str, Any]:
    """Return the open alerts, and for offices that file contacts whether some are filed."""
    files = bool(alarm_policy.may_file(actor))
    return {
        "alerts": queries.open_alerts()[:_MOST],
        "no_contacts": files and queries.contacts_of(actor.member) is None,
    }


register_block(5, (), "duty/_alert_block.html", fill)

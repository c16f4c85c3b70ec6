# SPDX-License-Identifier: Apache-2.0
"""What each office sees second on "My duties": the open activations, with what is unanswered."""

from typing import Any

from hansa.activation import queries
from hansa.activation.choices import PHASES
from hansa.activation.wording import names_kept
from hansa.core.actor import Actor
from hansa.duty.blocks import register_block


def open_activations(actor: Actor) -> dict[str, Any] | None:
    """Return the open activations with how many members have acknowledged; None when there is none."""
    with names_kept():
        found = queries.open_activations(actor)
        rows = [
            {
                "found": item,
                "title": item.title,
                "look": PHASES[item.standing.phase],
                "answered": item.answered("acknowledge"),
            }
            for item in found
        ]
    return {"rows": rows} if rows else None


register_block(10, (), "activation/_open_block.html", open_activations)

# SPDX-License-Identifier: Apache-2.0
"""Search over activations."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.activation import queries
from hansa.activation.wording import member_name, names_kept, trigger_name
from hansa.core.actor import Actor
from hansa.core.search import Found, register

_MOST = 20


def find(actor: Actor, query: str) -> list[Found]:
    """Return the activations whose situation, place, needs or member match."""
    rows = queries.matching(actor, query, _MOST)
    with names_kept({row.member for row in rows}):
        return [
            Found(
                f"{member_name(row.member)}: {trigger_name(row.charter, row.trigger)}",
                reverse("activation:activation-board", args=[row.id]),
                f"{row.place}. {row.situation[:160]}",
            )
            for row in rows
        ]


register("activation", _("Activations"), find)

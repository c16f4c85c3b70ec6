# SPDX-License-Identifier: Apache-2.0
"""Finding an act by its id or its verification code."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.search import Found, register
from hansa.ledger.models import LoggedAct
from hansa.ledger.publishing import read_act

MOST = 20


def find_acts(actor: Actor, query: str) -> list[Found]:
    """Return acts whose id or verification code begins with `query` (at least six characters)."""
    text = query.lower()
    if len(text) < 6 or set(text) - set("0123456789abcdef-"):
        return []
    rows = LoggedAct.objects.filter(digest__startswith=text)
    try:
        rows = rows | LoggedAct.objects.filter(id=UUID(text))
    except ValueError:
        pass
    return [
        Found(act.headline, reverse("ledger:act-detail", args=[act.id]), act.type)
        for act in (read_act(row) for row in rows[:MOST])
    ]


register("ledger", _("Acts"), find_acts)

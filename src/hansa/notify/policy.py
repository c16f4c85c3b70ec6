# SPDX-License-Identifier: Apache-2.0
"""Who may: persons keep their own addresses, administrators see what became of messages."""

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.notify.models import Address

ADMINISTRATOR = "administrator"


def may_keep_addresses(actor: Actor | None) -> Verdict:
    """Say whether the actor may keep addresses: every person, for themselves only."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."))
    return ALLOW


def may_change(actor: Actor | None, address: Address) -> Verdict:
    """Say whether the actor may confirm or remove an address: its holder does; an administrator may not."""
    if actor and actor.person == address.person:
        return ALLOW
    return refuse(_("Only the person whose address it is changes it."))


def may_see_deliveries(actor: Actor | None) -> Verdict:
    """Say whether the actor may see what became of the member's messages."""
    if actor and actor.holds(ADMINISTRATOR):
        return ALLOW
    return refuse(_("What became of messages is shown to administrators."), ADMINISTRATOR)

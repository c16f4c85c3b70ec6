# SPDX-License-Identifier: Apache-2.0
"""What people do with the pact, for the page that says who may."""

from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import Verdict
from hansa.pact import policy, queries
from hansa.people.deeds import deed

_PACT = _("The pact")


def _may_propose(actor: Actor) -> Verdict:
    return policy.may_propose(actor, queries.charter_in_force(), clock.now())


def _may_invite_guest(actor: Actor) -> Verdict:
    return policy.may_invite_guest(actor, queries.charter_in_force(), clock.now())


deed("pact.charter.proposed", _PACT, _("Propose an amendment to the charter"), _may_propose,
     page="pact:amendment-propose")  # fmt: skip
deed("pact.guest.invited", _PACT, _("Invite a guest"), _may_invite_guest, page="pact:guest-invite")

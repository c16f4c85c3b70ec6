# SPDX-License-Identifier: Apache-2.0
"""What people do in a crisis, for the page that says who may."""

from django.utils.translation import gettext_lazy as _

from hansa.activation import bylaws, policy
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import Verdict
from hansa.pact import queries
from hansa.pact.charter import Charter
from hansa.people.deeds import deed

_CRISIS = _("Activations")


def _charter() -> Charter | None:
    version = queries.charter_in_force()
    return version.charter if version else None


def _may_invoke(actor: Actor) -> Verdict:
    return policy.may_invoke(actor, _charter(), bylaws.league(clock.now()))


def _may_report(actor: Actor) -> Verdict:
    return policy.may_report(actor, _charter(), bylaws.league(clock.now()))


deed("activation.crisis.invoked", _CRISIS, _("Invoke the pact"), _may_invoke, page="activation:activation-invoke")
deed("activation.crisis.reported", _CRISIS, _("Report what someone asks by phone"), _may_report,
     page="activation:activation-report")  # fmt: skip
deed("activation.crisis.consulted", _CRISIS, _("Consult the league"), policy.may_consult,
     page="activation:activation-consult")  # fmt: skip

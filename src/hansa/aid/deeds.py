# SPDX-License-Identifier: Apache-2.0
"""What people do with aid, for the page that says who may."""

from django.utils.translation import gettext_lazy as _

from hansa.aid.policy import agreement as agreement  # grants what belongs to agreements
from hansa.aid.policy import request as policy
from hansa.core.verdicts import Text
from hansa.pact import queries
from hansa.people.deeds import act, deed

_AID = _("Aid")


def _in_force() -> str | None:
    version = queries.charter_in_force()
    return version.digest if version else None


def _act(act_type: str, label: Text, page: str) -> None:
    act(act_type, _AID, label, page=page, charter=_in_force)


_act("aid.request.opened", _("Request aid"), "aid:request-new")
_act("aid.offer.made", _("Make an offer"), "aid:request-list")
_act("aid.agreement.signed", _("Sign an agreement"), "aid:agreement-list")
_act("aid.agreement.recalled", _("Recall what was promised"), "aid:agreement-list")
_act("aid.mission.ordered", _("Order people to a mission"), "aid:agreement-list")
_act("aid.shipment.sent", _("Send a shipment"), "aid:agreement-list")
_act("aid.shipment.received", _("Receive a shipment"), "aid:shipment-list")
deed("aid.stock", _AID, _("Count stock"), policy.may_keep_stock, page="aid:stock-new")
deed("aid.kind.defined", _AID, _("Add a kind to the catalogue"), policy.may_define_kind, page="aid:kind-define")

# SPDX-License-Identifier: Apache-2.0
"""States of agreements, missions and shipments, with the words and looks that pages show."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hansa.aid.choices.asking import Look
from hansa.aid.rules import agreements, custody, presence

AGREEMENT_STATES = {
    agreements.PROPOSED: Look(_("Waiting for a signature"), "soon"),
    agreements.IN_FORCE: Look(_("In force"), "done"),
    agreements.CONFLICT: Look(_("Two versions stand: sign one that replaces both"), "late"),
    agreements.RECALLED: Look(_("Recalled"), "waived"),
    agreements.CANCELLED: Look(_("Cancelled"), "waived"),
}
NOTICES = {
    agreements.RECALL: _("Recall by the donor"),
    agreements.CANCELLATION: _("Cancellation by the requester"),
    agreements.RELEASE: _("Early release by the requester"),
}
AMENDMENT_REASONS = {
    "scope": _("What is sent changes"),
    "cost": _("The cost changes"),
    "extension": _("It lasts longer"),
    "early-release": _("It ends earlier"),
    "correction": _("A mistake is corrected"),
    "conflict": _("It replaces two versions"),
}
WHO_PAYS = {
    "receiving": _("The requester pays"),
    "sending": _("The donor pays"),
    "split": _("Both pay a share"),
}
SIDES = {agreements.DONOR: _("Donor"), agreements.REQUESTER: _("Requester")}
MOVEMENTS = {
    custody.DEPARTED: _("Departed"),
    custody.ARRIVED: _("Arrived"),
    custody.HANDED_OVER: _("Handed over"),
    custody.RECEIVED: pgettext_lazy("goods", "Received"),
    custody.CAME_HOME: _("Came home"),
    custody.LOST: _("Lost"),
}
COUNTS = {
    custody.RECEIVED: pgettext_lazy("goods", "Received"),
    custody.DAMAGED: _("Damaged"),
    custody.LOST: _("Lost"),
    custody.CAME_HOME: _("Came home"),
}
POSITIONS = {
    "in-transit": Look(_("On the way"), "soon"),
    custody.ARRIVED: Look(_("At a stop"), "soon"),
    custody.RECEIVED: Look(pgettext_lazy("goods", "Received"), "done"),
    custody.DAMAGED: Look(_("Damaged"), "late"),
    custody.LOST: Look(_("Lost"), "late"),
    custody.CAME_HOME: Look(_("Came home"), "waived"),
}
LEG_STATES = {
    custody.AHEAD: Look(_("On time"), "ahead"),
    custody.SOON: Look(_("Due soon"), "soon"),
    custody.OVERDUE: Look(_("No word since it was due"), "late"),
    custody.DONE: Look(_("Done"), "done"),
}
PRESENCE = {
    presence.EXPECTED: Look(_("Expected"), "soon"),
    presence.PRESENT: Look(_("There"), "done"),
    presence.RELEASED: Look(_("Released"), "waived"),
}
# The columns of the balance, in the order of a unit's life; conflicts come last.
BALANCE = {
    "asked": pgettext_lazy("units", "Asked"),
    "open": _("Still missing"),
    "offered": _("Offered"),
    "waiting": _("Waiting for an answer"),
    "declined": _("Declined"),
    "withdrawn": _("Withdrawn or expired"),
    "agreed": _("Agreed"),
    "promised": _("To be sent"),
    "recalled": _("Recalled"),
    "cancelled": _("Cancelled"),
    "sent": _("Sent"),
    "in_transit": _("In transit"),
    "received": pgettext_lazy("goods", "Received"),
    custody.DAMAGED: _("Damaged"),
    "lost": _("Lost"),
    "came_home": _("Came home undelivered"),
    "in_use": _("In use"),
    "returning": _("On the way back"),
    "released": _("Released"),
    "lost_returning": _("Lost on the way back"),
    "dropped": _("No longer asked"),
    "sent_back": _("Sent back"),
}
CONFLICTS = {
    "surplus": _("More than asked"),
    "beyond_offer": _("Agreed beyond the offer"),
    "beyond_agreement": _("Sent beyond the agreement"),
    "beyond_shipment": _("Counted more than was sent"),
    "beyond_received": _("Sent back more than was received"),
    "beyond_return": _("Counted more than was sent back"),
}
EQUATIONS = {
    "asked": _("Asked = still missing + no longer asked + to be sent + in transit + received"),
    "offered": _("Offered = waiting + declined + withdrawn + agreed"),
    "agreed": _("Agreed = to be sent + recalled + cancelled + sent"),
    "sent": _("Sent = in transit + received + damaged + lost + came home"),
    "received": _("Received = in use + sent back"),
    "returned": _("Sent back = on the way back + released + lost on the way back"),
}
STEPS = {
    "requested": pgettext_lazy("units", "Asked"),
    "offered": _("First offer"),
    "signed": _("Signed by both"),
    "shipped": _("Sent"),
    "received": pgettext_lazy("goods", "Received"),
}

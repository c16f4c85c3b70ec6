# SPDX-License-Identifier: Apache-2.0
"""Who may sign, change, recall and cancel agreements, order missions, and move shipments.

Which office signs is the charter's to say; where it says nothing, the offices below do. A refusal names them.
"""

from django.utils.translation import gettext_lazy as _

from hansa.aid.models import Agreement, Mission, Movement, Shipment
from hansa.aid.rules import agreements as rules
from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.people.choices import Office
from hansa.people.policy import grant, may_publish

_CHIEF, _MANAGER, _LOGISTICS, _DUTY = (
    Office.CHIEF_EXECUTIVE.value,
    Office.EMERGENCY_MANAGEMENT.value,
    Office.LOGISTICS.value,
    Office.DUTY_OFFICER.value,
)
GRANTS = {
    "aid.agreement.signed": (_CHIEF, _MANAGER),
    "aid.agreement.amended": (_CHIEF, _MANAGER),
    "aid.agreement.recalled": (_CHIEF, _MANAGER),
    "aid.agreement.cancelled": (_CHIEF, _MANAGER),
    "aid.agreement.released": (_MANAGER, _LOGISTICS, _CHIEF),
    "aid.agreement.acknowledged": (_MANAGER, _LOGISTICS, _DUTY, _CHIEF),
    "aid.mission.ordered": (_MANAGER, _LOGISTICS, _CHIEF),
    "aid.mission.rostered": (_MANAGER, _LOGISTICS),
    "aid.mission.arrived": (_DUTY, _LOGISTICS, _MANAGER),
    "aid.mission.departed": (_DUTY, _LOGISTICS, _MANAGER),
    "aid.mission.demobilised": (_MANAGER, _LOGISTICS),
    "aid.shipment.sent": (_LOGISTICS, _MANAGER),
    "aid.shipment.arrived": (_LOGISTICS, _DUTY, _MANAGER),
    "aid.shipment.transferred": (_LOGISTICS, _DUTY, _MANAGER),
    "aid.shipment.received": (_LOGISTICS, _DUTY, _MANAGER),
    "aid.shipment.returned": (_LOGISTICS, _MANAGER),
    "aid.shipment.lost": (_LOGISTICS, _MANAGER),
}
for _type, _offices in GRANTS.items():
    grant(_type, *_offices)

_NOTICE_TYPES = {
    rules.RECALL: "aid.agreement.recalled",
    rules.CANCELLATION: "aid.agreement.cancelled",
    rules.RELEASE: "aid.agreement.released",
}


def _of(actor: Actor | None, members: set[str], act_type: str, reason: Text, charter: str = "") -> Verdict:
    allowed = may_publish(actor, act_type, charter or None)
    if actor is None or not allowed.ok:
        return allowed
    return ALLOW if actor.member in members else refuse(reason)


def may_accept(actor: Actor | None, requester: str, charter: str = "") -> Verdict:
    """The requester accepts an offer by signing the terms."""
    reason = _("Only the member that asked accepts an offer. Yours can offer too.")
    return _of(actor, {requester}, "aid.agreement.signed", reason, charter)


def may_sign(actor: Actor | None, agreement: Agreement) -> Verdict:
    """Both parties sign, by the offices that the charter names."""
    reason = _("Only the donor and the requester sign this. Your member can read it.")
    return _of(actor, {agreement.donor, agreement.requester}, "aid.agreement.signed", reason, agreement.charter)


def may_amend(actor: Actor | None, agreement: Agreement) -> Verdict:
    """Both parties propose changes, once something stands that can be changed."""
    allowed = may_sign(actor, agreement)
    if allowed.ok and not agreement.hashes:
        return refuse(_("Nothing stands yet that could be changed. Sign the terms, or decline the offer."))
    return allowed


def may_notice(actor: Actor | None, agreement: Agreement, kind: str) -> Verdict:
    """The donor recalls; the requester cancels and releases. Always possible once the terms stand."""
    donor = rules.NOTICE_SIDE[kind] == rules.DONOR
    reason = (
        _("Only the donor recalls what it promised. Your member can cancel what it does not need.")
        if donor
        else _("Only the requester does this. Your member can recall what it promised.")
    )
    member = agreement.donor if donor else agreement.requester
    allowed = _of(actor, {member}, _NOTICE_TYPES[kind], reason, agreement.charter)
    if allowed.ok and not agreement.hashes:
        return refuse(_("Nothing stands yet. An offer that was not agreed is withdrawn or declined instead."))
    return allowed


def may_acknowledge(actor: Actor | None, agreement: Agreement, author: str) -> Verdict:
    """The side that did not say it."""
    others = {agreement.donor, agreement.requester} - {author}
    reason = _("The other party acknowledges this. Your member said it, or is not a party.")
    return _of(actor, others, "aid.agreement.acknowledged", reason, agreement.charter)


def _standing(allowed: Verdict, agreement: Agreement) -> Verdict:
    if allowed.ok and not agreement.hashes:
        return refuse(_("Not both sides have signed yet. Nothing leaves before they have."))
    return allowed


def may_order_mission(actor: Actor | None, agreement: Agreement) -> Verdict:
    """The donor, out of an agreement that stands."""
    reason = _("Only the donor orders its own people.")
    return _standing(_of(actor, {agreement.donor}, "aid.mission.ordered", reason, agreement.charter), agreement)


def may_name_roster(actor: Actor | None, mission: Mission) -> Verdict:
    """The donor names its own people."""
    return _of(actor, {mission.donor}, "aid.mission.rostered", _("Only the donor names its own people."))


def may_check(actor: Actor | None, mission: Mission) -> Verdict:
    """Either party checks people in and out: the donor for its own, the requester's check-in officer for all."""
    reason = _("Only the two parties check people of this mission in and out.")
    return _of(actor, {mission.donor, mission.requester}, "aid.mission.arrived", reason)


def may_demobilise(actor: Actor | None, mission: Mission) -> Verdict:
    """The requester lets the mission go."""
    return _of(actor, {mission.requester}, "aid.mission.demobilised", _("Only the requester demobilises the mission."))


def may_send(actor: Actor | None, agreement: Agreement, *, back: bool = False) -> Verdict:
    """The donor sends, the requester sends back."""
    member = agreement.requester if back else agreement.donor
    reason = _("The donor sends, and the requester sends back. Your member does not do this one.")
    return _standing(_of(actor, {member}, "aid.shipment.sent", reason, agreement.charter), agreement)


def may_move(
    actor: Actor | None, shipment: Shipment, leg: Movement, act_type: str = "aid.shipment.transferred"
) -> Verdict:
    """Sender, receiver, and the member that has custody say where a shipment is."""
    reason = _("Only those who send, carry or receive this shipment say where it is.")
    return _of(actor, {shipment.origin, shipment.destination, leg.custodian}, act_type, reason)


def may_receive(actor: Actor | None, shipment: Shipment) -> Verdict:
    """The receiver counts."""
    reason = _("Only the member to which it was sent receives it.")
    return _of(actor, {shipment.destination}, "aid.shipment.received", reason)


def may_take_home(actor: Actor | None, shipment: Shipment) -> Verdict:
    """The sender takes back what was not delivered."""
    return _of(actor, {shipment.origin}, "aid.shipment.returned", _("Only the sender takes its goods home."))

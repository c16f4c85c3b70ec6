# SPDX-License-Identifier: Apache-2.0
"""What follows on this node from acts about an activation: duties for the members it hosts, notices, their end.

Registers here, too, which act meets which obligation of the charter.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.activation import alarming as alarming
from hansa.activation import blocks as blocks
from hansa.activation import fulfilment, queries
from hansa.activation import phoning as phoning
from hansa.activation import reaching as reaching
from hansa.activation.acts import OPENERS
from hansa.activation.fulfilment import duty_kind
from hansa.activation.owed import OUTLIVES, Obligation
from hansa.activation.wording import member_name
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import Act
from hansa.people.models import Appointment
from hansa.people.queries import running

fulfilment.obligations_met_by("acknowledge", "activation.answer.acknowledged")
fulfilment.obligations_met_by("attest", "activation.crisis.attested", "activation.crisis.objected")
fulfilment.obligations_met_by("offer-or-decline", "activation.answer.declined")
fulfilment.obligations_met_by("confirm-in-writing", "activation.crisis.adopted")

TITLES = {
    "acknowledge": gettext_noop("Acknowledge the activation by %(member)s"),
    "attest": gettext_noop("Attest or object to the activation by %(member)s"),
    "offer-or-decline": gettext_noop("Offer aid to %(member)s, or decline"),
    "confirm-in-writing": gettext_noop("Confirm in writing that %(member)s invoked the pact"),
    "review": gettext_noop("Say what you learned from the activation by %(member)s"),
}
OTHER = gettext_noop("What the charter asks in the activation by %(member)s")
PAGES = {
    "acknowledge": "activation:activation-acknowledge",
    "attest": "activation:activation-attest",
    "confirm-in-writing": "activation:activation-adopt",
}
NOTICES = {
    "activation.crisis.attested": gettext_noop("%(author)s attested the activation by %(member)s"),
    "activation.crisis.objected": gettext_noop("%(author)s objected to the activation by %(member)s"),
    "activation.crisis.adopted": gettext_noop("%(author)s confirmed its activation in writing"),
    "activation.answer.acknowledged": gettext_noop("%(author)s acknowledged the activation by %(member)s"),
    "activation.answer.declined": gettext_noop("%(author)s can send nothing to %(member)s"),
    "activation.level.changed": gettext_noop("%(author)s asked for another level"),
    "activation.crisis.extended": gettext_noop("%(author)s extended its activation"),
    "activation.crisis.ended": gettext_noop("%(author)s stood down its activation"),
}
# The member in crisis wants to know who answered; the others, what changed.
_TO_CRISIS = ("activation.answer.acknowledged", "activation.answer.declined", "activation.crisis.attested")
_MOVES = (
    *OPENERS,
    "activation.crisis.attested",
    "activation.crisis.objected",
    "activation.crisis.adopted",
    "activation.level.changed",
    "activation.crisis.extended",
    "activation.crisis.ended",
)


def every_hosted(act: Act) -> Iterable[str]:
    """Return all members that this node hosts."""
    return ledger.hosted_members()


def activation_id(act: Act) -> UUID:
    """Return the activation that an act opens or is about."""
    return act.id if act.type in OPENERS else act.body.activation


def _about(activation: UUID, page: str = "activation:activation-board") -> About:
    return About(activation, reverse(page, args=[activation]), activation)


@ledger.on(*_MOVES, name="duties", members=every_hosted)
def keep_duties(act: Act, member: str) -> None:
    """Bring the member's duties in line with what it owes after this act: opened, due anew, or waived."""
    bring_in_line(act, activation_id(act), member)


@lru_cache(maxsize=1)
def _picture_after(activation: UUID, digest: str, at: datetime) -> queries.Picture | None:
    """Return the activation as the act with this digest left it: the same for every member of the node."""
    return queries.picture(activation, at)


def bring_in_line(act: Act, activation: UUID, member: str) -> None:
    """Open, move and waive the member's duties in an activation as its obligations stand after this act."""
    picture = _picture_after(activation, act.digest, act.at)
    if picture is None:
        return
    owed = picture.owed_by(member)
    held = set(Appointment.objects.filter(running(act.at), member=member).values_list("office", flat=True))
    for item in owed:
        # The first office that the charter names and that someone holds: a vacant one would see to nothing.
        office = next((office for office in item.term.offices if office in held), item.term.offices[0])
        _keep(picture, item, office)
    if not picture.standing.open:
        duty.waive_scope(picture.id, keep=[duty_kind(item.term.code) for item in owed if item.term.starts in OUTLIVES])


def _keep(picture: queries.Picture, item: Obligation, office: str) -> None:
    code, kind = item.term.code, duty_kind(item.term.code)
    if item.clock.done or item.clock.waived:
        return
    title = Wording(TITLES.get(code, OTHER), {"member": member_name(picture.activation.member)})
    about = _about(picture.id, PAGES.get(code, "activation:activation-board"))
    opened = duty.open_duty(kind, office, title, about, due_at=item.clock.due, opened_at=item.clock.opened)
    if opened.due_at != item.clock.due:
        duty.move_due(picture.id, kind, due_at=item.clock.due)


@ledger.on(*NOTICES, name="notices", members=every_hosted)
def tell_members(act: Act, member: str) -> None:
    """Tell the member in crisis who answered, and everyone else what changed; nobody about their own act."""
    row = queries.get(activation_id(act))
    if row is None or member == act.author or (act.type in _TO_CRISIS and member != row.member):
        return
    names = {"author": member_name(act.author), "member": member_name(row.member)}
    about = _about(row.id)
    duty.tell(act.type, Wording(NOTICES[act.type], names), about, key=f"{act.type}:{act.id}", at=act.at)

# SPDX-License-Identifier: Apache-2.0
"""What follows on this node from acts about an activation: duties for the members it hosts, notices, their end.

Registers here, too, which act meets which obligation of the charter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import cache, lru_cache, partial
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
from hansa.activation.owed import OUTLIVES
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


@ledger.on_for_all(*_MOVES, name="duties", members=every_hosted)
def keep_duties(act: Act, members: Sequence[str], step: Callable[[str], None]) -> None:
    """Bring the members' duties in line with what they owe after this act: opened, due anew, or waived."""
    bring_in_line(act, activation_id(act), members, step)


@lru_cache(maxsize=1)
def _picture_after(activation: UUID, digest: str, at: datetime) -> queries.Picture | None:
    """Return the activation as the act with this digest left it: the same for every member of the node."""
    return queries.picture(activation, at)


def bring_in_line(act: Act, activation: UUID, members: Sequence[str], step: Callable[[str], None]) -> None:
    """Open, move and waive the members' duties in an activation as its obligations stand after this act."""
    step(members[0])
    picture = _picture_after(activation, act.digest, act.at)
    if picture is None:
        return
    held: dict[str, set[str]] = defaultdict(set)
    running_terms = Appointment.objects.filter(running(act.at), member__in=members)
    for member, office in running_terms.values_list("member", "office"):
        held[member].add(office)
    about = cache(partial(_about, picture.id))
    titles = cache(lambda code: Wording(TITLES.get(code, OTHER), {"member": member_name(picture.activation.member)}))
    owed: dict[str, list[duty.Due]] = {member: [] for member in members}
    for item in picture.obligations:
        term, clock = item.term, item.clock
        if item.member not in owed or clock.done or clock.waived:
            continue
        # The first office that the charter names and that someone holds: a vacant one would see to nothing.
        office = next((office for office in term.offices if office in held[item.member]), term.offices[0])
        page = PAGES.get(term.code, "activation:activation-board")
        owed[item.member].append(
            duty.Due(duty_kind(term.code), office, titles(term.code), about(page), clock.due, clock.opened)
        )
    duty.keep_duties(owed)
    for member in members if not picture.standing.open else ():
        step(member)
        keep = [duty_kind(item.term.code) for item in picture.owed_by(member) if item.term.starts in OUTLIVES]
        duty.waive_scope(picture.id, keep=keep)


@ledger.on(*NOTICES, name="notices", members=every_hosted)
def tell_members(act: Act, member: str) -> None:
    """Tell the member in crisis who answered, and everyone else what changed; nobody about their own act."""
    row = queries.get(activation_id(act))
    if row is None or member == act.author or (act.type in _TO_CRISIS and member != row.member):
        return
    names = {"author": member_name(act.author), "member": member_name(row.member)}
    about = _about(row.id)
    duty.tell(act.type, Wording(NOTICES[act.type], names), about, key=f"{act.type}:{act.id}", at=act.at)

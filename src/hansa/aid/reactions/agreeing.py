# SPDX-License-Identifier: Apache-2.0
"""What follows from acts of an agreement at the members hosted here: what to sign, to send, to read."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.activation import fulfilment
from hansa.activation.board import register_panel
from hansa.aid import naming
from hansa.aid.acts.settling import derived_id
from hansa.aid.models import Acknowledgement, Agreement
from hansa.aid.policy.agreement import GRANTS
from hansa.aid.queries import agreement as queries
from hansa.aid.queries.balance import agreement_balances
from hansa.aid.queries.notice import acknowledge_by
from hansa.aid.showing.ways import ways_panel
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import Act
from hansa.people.policy import offices_for

SIGN, SEND, ORDER, ACKNOWLEDGE = "aid.sign", "aid.send", "aid.order", "aid.acknowledge"
SIGNING = ("aid.agreement.signed", "aid.agreement.amended")
NOTICES = ("aid.agreement.recalled", "aid.agreement.cancelled", "aid.agreement.released")

fulfilment.obligations_met_by("sign-agreement", *SIGNING)
register_panel(20, "aid/_ways_panel.html", ways_panel)

TITLES = {
    "aid.agreement.signed": gettext_noop("Sign the agreement %(agreement)s with %(other)s"),
    "aid.agreement.amended": gettext_noop("Sign or decline a change of %(agreement)s by %(other)s"),
    "aid.agreement.recalled": gettext_noop("Acknowledge that %(other)s recalled aid of %(agreement)s"),
    "aid.agreement.cancelled": gettext_noop("Acknowledge that %(other)s cancelled aid of %(agreement)s"),
    "aid.agreement.released": gettext_noop("Acknowledge that %(other)s releases aid of %(agreement)s early"),
}
TO_SEND = gettext_noop("Send %(other)s what you agreed in %(agreement)s")
TO_ORDER = gettext_noop("Order your people to %(other)s under %(agreement)s")
DECLINED = gettext_noop("%(other)s declined your change of %(agreement)s")
ACKNOWLEDGED = gettext_noop("%(other)s acknowledged your notice about %(agreement)s")


def page_of(agreement: UUID) -> str:
    """Return the address of an agreement's page."""
    return reverse("aid:agreement-detail", args=[agreement])


def about(agreement: Agreement, subject: UUID | None = None) -> About:
    """Return what a duty about an agreement points to."""
    return About(subject or agreement.id, page_of(agreement.id), agreement.activation)


def names(agreement: Agreement, other: str) -> dict[str, str]:
    """Return what the titles name."""
    return {"agreement": naming.reference("A", agreement.id), "other": naming.member(other)}


def hosted(*members: str) -> list[str]:
    """Return those of the members that this node hosts."""
    here = set(ledger.hosted_members())
    return [member for member in dict.fromkeys(members) if member in here]


def both_parties(act: Act) -> Iterable[str]:
    """Return the parties of the agreement that an act is about, as far as they are hosted here."""
    body = act.body
    id = body.terms.id if act.type in SIGNING else body.agreement
    found = Agreement.objects.filter(id=id).first()
    return hosted(found.donor, found.requester) if found else []


def office_for(member: str, act_type: str, charter: str) -> str:
    """Return the office whose duty it is: the first that the charter names, else the first that is granted."""
    offices = offices_for(member, act_type, charter or None) or GRANTS[act_type]
    return offices[0]


@ledger.on(*SIGNING, name="signatures", members=both_parties)
def follow_signature(act: Act, member: str) -> None:
    """Ask the other side to sign; once both have, ask the donor to send or to order its people."""
    agreement = Agreement.objects.get(id=act.body.terms.id)
    version = derived_id("version", act.body.hash)
    if member == act.author:
        duty.close_duties(version, SIGN, at=act.at)
    elif agreement.waiting.get(act.body.hash) == act.body.terms.side(member):
        title = Wording(TITLES[act.type], names(agreement, act.author))
        due = queries.sign_by(agreement.charter, act.at)
        office = office_for(member, "aid.agreement.signed", agreement.charter)
        duty.open_duty(SIGN, office, title, about(agreement, version), due_at=due, opened_at=act.at)
    if member == agreement.donor:
        ask_to_send(agreement, act)


def ask_to_send(agreement: Agreement, act: Act) -> None:
    """Bring the donor's duties to send goods and to order people in line with what is promised and not yet sent."""
    lines = list(agreement.lines.all())
    balances = agreement_balances(lines)
    left = {True: False, False: False}
    for line in lines:
        left[queries.is_people(line.kind)] |= balances[line.id].promised > 0
    for people, kind, title, act_type in (
        (False, SEND, TO_SEND, "aid.shipment.sent"),
        (True, ORDER, TO_ORDER, "aid.mission.ordered"),
    ):
        if not left[people]:
            duty.close_duties(agreement.id, kind, at=act.at)
        elif agreement.hashes:
            terms = queries.read_terms(agreement.document)
            words = Wording(title, names(agreement, agreement.requester))
            office = office_for(agreement.donor, act_type, agreement.charter)
            key = f"{kind}:{agreement.id}:{agreement.hashes[0]}"
            # Signed after the day on which it should have begun: nobody is late with what was not agreed yet.
            due = terms.starts if terms.starts > act.at else terms.deliver_by
            duty.open_duty(kind, office, words, about(agreement), due_at=due, opened_at=act.at, key=key)


@ledger.on(*NOTICES, name="notices", members=both_parties)
def follow_notice(act: Act, member: str) -> None:
    """Ask the other side to acknowledge a notice; what was taken back need not be sent any more."""
    agreement = Agreement.objects.get(id=act.body.agreement)
    if member != act.author:
        title = Wording(TITLES[act.type], names(agreement, act.author))
        office = office_for(member, "aid.agreement.acknowledged", agreement.charter)
        due = acknowledge_by(agreement.charter, act.at)
        duty.open_duty(ACKNOWLEDGE, office, title, about(agreement, act.id), due_at=due, opened_at=act.at)
    if member == agreement.donor:
        ask_to_send(agreement, act)


@ledger.on("aid.agreement.acknowledged", name="acknowledgements", members=both_parties)
def follow_acknowledgement(act: Act, member: str) -> None:
    """End the duty of who acknowledged, and tell the other side."""
    body = act.body
    agreement = Agreement.objects.get(id=body.agreement)
    if member == act.author:
        subject, kind = (body.notice, ACKNOWLEDGE) if body.notice else (derived_id("version", body.hash), SIGN)
        if body.notice or body.declined:
            duty.close_duties(subject, kind, at=act.at)
        return
    row = Acknowledgement.objects.get(id=act.id)
    title = Wording(DECLINED if row.declined else ACKNOWLEDGED, names(agreement, act.author))
    duty.tell(act.type, title, about(agreement), key=f"{act.type}:{act.id}", at=act.at)

# SPDX-License-Identifier: Apache-2.0
"""Who may ask, offer, answer and keep stock. The charter's signing table goes before what is granted here."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.activation.models import Activation
from hansa.aid.models import Offer, RequestLine
from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.pact import queries as pact
from hansa.people.choices import Office
from hansa.people.policy import grant, in_office, may_publish

HANDLERS = (Office.LOGISTICS, Office.EMERGENCY_MANAGEMENT, Office.CHIEF_EXECUTIVE)
# Whoever answers the phone at night files what a caller asks for, and answers for their own member.
ANSWERERS = (*HANDLERS, Office.DUTY_OFFICER)

for _type in ("aid.request.opened", "aid.request.declined"):
    grant(_type, *ANSWERERS)
for _type in (
    "aid.request.amended", "aid.request.cancelled", "aid.request.adopted", "aid.offer.made", "aid.offer.withdrawn",
    "aid.offer.declined", "aid.kind.defined", "aid.availability.declared",
):  # fmt: skip
    grant(_type, *HANDLERS)

ENDED = _("This activation was stood down. Nothing was sent. Requests belong to an open one.")
OUTSIDE = _("Your government is not a member of the league. Its charter says who may do this.")


def _belongs(actor: Actor, right: str, activation: UUID) -> Verdict:
    """Allow members, and guests of the activation to whom the charter gives this right."""
    if actor.member in pact.members() or pact.guest_may(actor.member, right, activation):
        return ALLOW
    return refuse(OUTSIDE)


def may_open_request(actor: Actor | None, activation: Activation, *, ended: bool = False) -> Verdict:
    """Allow the offices that ask, in an activation that was not stood down."""
    allowed = may_publish(actor, "aid.request.opened", activation.charter)
    if not allowed.ok or actor is None:
        return allowed
    return refuse(ENDED) if ended else _belongs(actor, "request", activation.id)


def may_ask(actor: Actor | None, league: Iterable[str]) -> bool:
    """Whether the page should offer to ask for aid: to members, and to guests whom a charter lets ask."""
    if actor is None or not actor.office:
        return False
    stays = (row for row in pact.guests() if row.guest == actor.member)
    return actor.member in league or any(pact.guest_may(actor.member, "request", row.activation) for row in stays)


def may_change_request(actor: Actor | None, line: RequestLine, act_type: str = "aid.request.amended") -> Verdict:
    """Allow the offices that ask, of the member that filed a line or needs it, while it stands."""
    if actor is not None and actor.member not in (line.author, line.requester):
        return refuse(_("Only the member that asked changes its request."))
    if line.cancelled_at:
        return refuse(_("This request was cancelled. Nothing was changed. Ask anew instead."))
    return may_publish(actor, act_type, line.charter or None)


def may_adopt_request(actor: Actor | None, line: RequestLine) -> Verdict:
    """Allow the member for which another filed a line, while it has not adopted it."""
    if actor is not None and (actor.member != line.requester or line.author == line.requester):
        return refuse(_("Only the member that called can confirm this."))
    if line.adopted_at:
        return refuse(_("This was confirmed in writing already."))
    return may_publish(actor, "aid.request.adopted", line.charter or None)


def _answers(actor: Actor | None, line: RequestLine, act_type: str) -> Verdict:
    if actor is not None and actor.member == line.requester:
        return refuse(_("This is your own request. Other members answer it."))
    if line.cancelled_at:
        return refuse(_("This request was cancelled. Nothing was sent. Nothing more is needed here."))
    return may_publish(actor, act_type, line.charter or None)


def may_decline_request(actor: Actor | None, line: RequestLine) -> Verdict:
    """Allow the offices that answer, of every other member."""
    return _answers(actor, line, "aid.request.declined")


def may_make_offer(actor: Actor | None, line: RequestLine) -> Verdict:
    """Allow the offices that offer, of every other member and of guests whom the charter lets offer."""
    allowed = _answers(actor, line, "aid.offer.made")
    return _belongs(actor, "offer", line.activation) if allowed.ok and actor else allowed


def may_withdraw_offer(actor: Actor | None, offer: Offer) -> Verdict:
    """Allow the offices that offer, of the donor, while it stands."""
    if actor is not None and actor.member != offer.donor:
        return refuse(_("Only the member that made an offer can withdraw it."))
    if offer.withdrawn_at:
        return refuse(_("This offer was withdrawn already."))
    return may_publish(actor, "aid.offer.withdrawn", offer.charter or None)


def may_decline_offer(actor: Actor | None, offer: Offer) -> Verdict:
    """Allow the offices that ask, of the requester, while the offer stands."""
    if actor is not None and actor.member != offer.requester:
        return refuse(_("Only the member that asked can decline an offer."))
    if offer.withdrawn_at:
        return refuse(_("This offer was withdrawn already."))
    return may_publish(actor, "aid.offer.declined", offer.charter or None)


def may_keep_stock(actor: Actor | None) -> Verdict:
    """Allow the offices that handle a member's goods."""
    return in_office(actor, *HANDLERS)


def may_declare_availability(actor: Actor | None) -> Verdict:
    """Allow the offices that may tell the league what the member could release."""
    return may_publish(actor, "aid.availability.declared")


def may_define_kind(actor: Actor | None) -> Verdict:
    """Allow the offices that may add to the catalogue."""
    return may_publish(actor, "aid.kind.defined")

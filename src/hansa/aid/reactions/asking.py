# SPDX-License-Identifier: Apache-2.0
"""What follows from requests and offers at the members hosted here: an offer to answer, an offer that is gone.

A request makes no duty of its own: the charter's obligation to offer or decline covers all of an activation, and
hundreds of lines must not become hundreds of duties for every member. Only one that was spoken asks its member to
confirm it in writing.
"""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.activation import fulfilment
from hansa.activation.board import register_panel
from hansa.aid import naming
from hansa.aid.board import requests_panel
from hansa.aid.models import Offer, RequestLine
from hansa.aid.policy.request import HANDLERS
from hansa.aid.queries.request import paper_by
from hansa.aid.reactions.agreeing import hosted
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import Act

ANSWER = "aid.answer-offer"
CONFIRM = "aid.confirm-request"
TO_CONFIRM = gettext_noop("Confirm in writing the request %(request)s, which %(author)s filed for you")
TO_ANSWER = gettext_noop("Answer the offer of %(donor)s on %(request)s")
WITHDRAWN = gettext_noop("%(donor)s withdrew its offer on %(request)s")
DECLINED = gettext_noop("%(requester)s declined your offer on %(request)s")
CANCELLED = gettext_noop("%(requester)s cancelled its request %(request)s, on which you had offered")

fulfilment.obligations_met_by("offer-or-decline", "aid.offer.made")
fulfilment.moments_started_by("requested", "aid.request.opened")
fulfilment.moments_started_by("offered", "aid.offer.made")
register_panel(10, "aid/_board_panel.html", requests_panel)


def _about(offer: Offer) -> About:
    return About(offer.id, reverse("aid:offer-detail", args=[offer.id]), offer.activation)


def _names(offer: Offer) -> dict[str, str]:
    return {
        "donor": naming.member(offer.donor), "requester": naming.member(offer.requester),
        "request": naming.reference("R", offer.line_id),
    }  # fmt: skip


def _offer(id: UUID) -> Offer | None:
    return Offer.objects.filter(id=id).first()


def _requester(act: Act) -> Iterable[str]:
    line = RequestLine.objects.filter(id=act.body.line).first()
    return hosted(line.requester) if line else []


@ledger.on("aid.offer.made", name="answer", members=_requester)
def ask_for_answer(act: Act, member: str) -> None:
    """Ask the requester to answer an offer before it lapses."""
    offer = Offer.objects.get(id=act.id)
    title = Wording(TO_ANSWER, _names(offer))
    duty.open_duty(ANSWER, str(HANDLERS[0]), title, _about(offer), due_at=offer.valid_until, opened_at=act.at)


def _line(line: RequestLine) -> About:
    return About(line.id, reverse("aid:request-detail", args=[line.id]), line.activation)


def _spoken_for(act: Act) -> Iterable[str]:
    return hosted(act.body.requester) if act.body.requester not in (None, act.author) else []


@ledger.on("aid.request.opened", name="spoken", members=_spoken_for)
def ask_for_paper(act: Act, member: str) -> None:
    """Ask the member that called to confirm in writing what another filed for it, by the charter's clock."""
    line = RequestLine.objects.get(id=act.id)
    title = Wording(TO_CONFIRM, {"author": naming.member(act.author), "request": naming.reference("R", act.id)})
    due = paper_by(line.charter, act.at)
    duty.open_duty(CONFIRM, str(HANDLERS[0]), title, _line(line), due_at=due, opened_at=act.at)


def _confirmer(act: Act) -> Iterable[str]:
    line = RequestLine.objects.filter(id=act.body.line).first()
    return hosted(line.requester) if line and line.author != line.requester else []


@ledger.on("aid.request.adopted", "aid.request.cancelled", name="confirmed", members=_confirmer)
def close_confirmation(act: Act, member: str) -> None:
    """What was confirmed or cancelled needs no confirmation any more."""
    duty.close_duties(act.body.line, CONFIRM, at=act.at)


def _parties(act: Act) -> Iterable[str]:
    offer = _offer(act.body.offer)
    return hosted(offer.donor, offer.requester) if offer else []


@ledger.on("aid.offer.withdrawn", "aid.offer.declined", name="ended", members=_parties)
def follow_end(act: Act, member: str) -> None:
    """An offer that is gone needs no answer; the other side is told."""
    offer = Offer.objects.get(id=act.body.offer)
    if member == offer.requester:
        whole = act.type == "aid.offer.withdrawn" or act.body.quantity >= offer.quantity
        if whole:
            duty.close_duties(offer.id, ANSWER, at=act.at)
    if member != act.author:
        words = WITHDRAWN if act.type == "aid.offer.withdrawn" else DECLINED
        duty.tell(act.type, Wording(words, _names(offer)), _about(offer), key=f"{act.type}:{act.id}", at=act.at)


def _signer(act: Act) -> Iterable[str]:
    return hosted(act.author) if act.author == act.body.terms.requester else []


@ledger.on("aid.agreement.signed", name="answered", members=_signer)
def follow_agreement(act: Act, member: str) -> None:
    """An offer that the requester signed terms for is answered."""
    for line in act.body.terms.lines:
        duty.close_duties(line.offer, ANSWER, at=act.at)


def _donors(act: Act) -> Iterable[str]:
    return hosted(*Offer.objects.filter(line_id=act.body.line, withdrawn_at=None).values_list("donor", flat=True))


@ledger.on("aid.request.cancelled", name="cancelled", members=_donors)
def follow_cancellation(act: Act, member: str) -> None:
    """Who had offered is told that nothing more is needed."""
    for offer in Offer.objects.filter(line_id=act.body.line, donor=member, withdrawn_at=None):
        key = f"{act.type}:{offer.id}"
        duty.tell(act.type, Wording(CANCELLED, _names(offer)), _about(offer), key=key, at=act.at)


@ledger.on("aid.request.cancelled", name="closed", members=lambda act: hosted(act.author))
def close_answers(act: Act, member: str) -> None:
    """Offers on a cancelled request need no answer."""
    for offer in Offer.objects.filter(line_id=act.body.line):
        duty.close_duties(offer.id, ANSWER, at=act.at)

# SPDX-License-Identifier: Apache-2.0
"""What can be done with offers: make one, withdraw it, decline one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid.actions.drawing import draw
from hansa.aid.acts.offer import Cost, OfferDeclined, OfferMade, OfferWithdrawn
from hansa.aid.choices import OFFER_DECLINE_REASONS, problem_text
from hansa.aid.models import Offer, RequestLine
from hansa.aid.policy.request import may_decline_offer, may_make_offer, may_withdraw_offer
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.queries.offer import answered
from hansa.aid.queries.stock import above_reserve
from hansa.aid.rules.offers import MOST_COST, check_offer
from hansa.aid.rules.requests import Problem, check_level, degrees
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, PendingAct

Outcome = Act | PendingAct


@dataclass(frozen=True, slots=True)
class Offered:
    """What a member offers on a line. Quantity in the kind's unit, times aware, costs in US dollars."""

    quantity: Decimal
    available_from: datetime
    arrives_at: datetime
    valid_until: datetime
    level: int = 0
    site: str = ""
    lat: float | None = None
    lon: float | None = None
    limitations: str = ""
    costs: Sequence[Cost] = ()


def _problems(offered: Offered, line: RequestLine, actor: Actor, at: datetime) -> list[Problem]:
    kind = find_kind(line.kind)
    if kind is None:
        return [Problem("quantity", "kind-unknown", (("text", line.kind),))]
    above = above_reserve(actor.member, line.kind, offered.level, at, lock=True)
    problems = check_offer(
        quantity=offered.quantity, above=above, integral=kind.integral, form=kind.form, now=at,
        available_from=offered.available_from, arrives_at=offered.arrives_at, valid_until=offered.valid_until,
    )  # fmt: skip
    if unknown := check_level(offered.level, kind.types):
        problems.append(unknown)
    if sum((cost.amount for cost in offered.costs), Decimal(0)) > MOST_COST:
        problems.append(Problem("costs", "cost-absurd"))
    return problems


def make_offer(line: RequestLine, offered: Offered, *, actor: Actor, at: datetime, id: UUID | None = None) -> Outcome:
    """Offer units on a request line, firm until `valid_until`; the member's stock is held back as long.

    Two offers of one kind stand in line at the stock's rows, so that nothing is promised twice. Raises `Refused`, or
    `Invalid` with what is above the reserve.
    """
    if id and (known := ledger.get(id)):
        return known
    require(may_make_offer(actor, line))
    if line.level and not 0 < offered.level <= line.level:
        raise Invalid({"level": _("The request asks for type %(level)s or better. Nothing was signed. Choose such a "
        "one.")
                       % {"level": line.level}})  # fmt: skip
    errors: dict = {}
    for problem in _problems(offered, line, actor, at):
        errors.setdefault(problem.field, problem_text(problem))
    if errors:
        raise Invalid(errors)
    body = draw(
        OfferMade, line=line.id, kind=line.kind, level=offered.level, quantity=offered.quantity,
        available_from=offered.available_from,
        arrives_at=offered.arrives_at, valid_until=offered.valid_until, site=offered.site,
        lat=degrees(offered.lat), lon=degrees(offered.lon), limitations=offered.limitations, costs=tuple(offered.costs),
    )  # fmt: skip
    return ledger.submit(
        actor, body, id=id, refs=(line.id,), audience=ledger.league_scope(line.activation),
        charter=line.charter or None,
        exercise=line.exercise or None,
    )  # fmt: skip


def _about(offer: Offer, *refs: UUID) -> dict:
    return {
        "refs": refs, "audience": ledger.league_scope(offer.activation), "charter": offer.charter or None,
        "exercise": offer.exercise or None,
    }  # fmt: skip


def withdraw_offer(offer: Offer, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None) -> Outcome:
    """Take back what nobody agreed to yet; the stock is free again. An agreement is recalled instead."""
    if id and (known := ledger.get(id)):
        return known
    require(may_withdraw_offer(actor, offer))
    if not reason.strip():
        raise Invalid({"reason": _("No reason is given. Nothing was withdrawn. Say why, in a few words.")})
    return ledger.submit(
        actor, draw(OfferWithdrawn, offer=offer.id, reason=reason.strip()), id=id, **_about(offer, offer.id)
    )


def decline_offer(
    offer: Offer, *, reason: str, actor: Actor, at: datetime, quantity: Decimal | None = None, note: str = "",
    id: UUID | None = None,
) -> Outcome:  # fmt: skip
    """Decline an offer, or a part of it; those units are free again at the donor. None declines all that waits."""
    if id and (known := ledger.get(id)):
        return known
    require(may_decline_offer(actor, offer))
    if reason not in OFFER_DECLINE_REASONS:
        raise Invalid({"reason": _("No reason is chosen. Nothing was sent. Choose one.")})
    found = answered(offer.id, at)
    waiting = found.waiting if found else Decimal(0)
    units = waiting if quantity is None else quantity
    if not 0 < units <= waiting:
        raise Invalid({"quantity": _("%(waiting)s of this offer wait for your answer. Nothing was sent. Enter that or "
        "fewer.")
                       % {"waiting": f"{waiting.normalize():f}"}})  # fmt: skip
    body = draw(OfferDeclined, offer=offer.id, quantity=units, reason=reason, note=note)
    return ledger.submit(actor, body, id=id, **_about(offer, offer.id, offer.line_id))

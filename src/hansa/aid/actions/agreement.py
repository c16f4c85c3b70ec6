# SPDX-License-Identifier: Apache-2.0
"""What the two parties do with an agreement: accept offers, sign, amend.

Each returns the act, or the pending act that waits for passkeys. The same `id` again returns what the first call made.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hansa import ledger
from hansa.activation.models import Activation
from hansa.aid import naming
from hansa.aid.acts.agreement import AgreementAmended, AgreementSigned
from hansa.aid.acts.terms import CostLine, Terms, TermsLine
from hansa.aid.models import Agreement, Offer, Signature
from hansa.aid.policy.agreement import may_accept, may_amend, may_sign
from hansa.aid.queries import agreement as queries
from hansa.aid.queries.catalogue import amount
from hansa.aid.queries.offer import Answered, with_answers
from hansa.aid.queries.offer import answered as answer_to
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, PendingAct
from hansa.pact import queries as pact

Done = Act | PendingAct
# How long aid stays where the request names no end: the usual length of a mission (mutual-aid reference, section 3).
USUAL_STAY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The requester takes so much of one offer; `id` comes from the form."""

    offer: UUID
    quantity: Decimal
    conditions: str = ""
    id: UUID | None = None


def cost_share(who_pays: str, receiving_percent: int | None) -> int:
    """Return the percent of billed costs that the receiving member pays by the charter's cost rule."""
    return {"receiving": 100, "sending": 0}.get(who_pays, receiving_percent or 0)


def draft_terms(offer: Offer, quantity: Decimal, *, seed: UUID, conditions: str = "") -> Terms:
    """Return first terms for so much of an offer: costs in proportion, the cost rule of the activation's charter."""
    costs = pact.charter(_activation(offer.activation).charter).costs
    line = offer.line
    lines = [TermsLine(offer=offer.id, request=line.id, kind=offer.kind, level=offer.level, quantity=quantity)]
    share = quantity / offer.quantity
    billed = [_cost(offer.id, row, share) for row in offer.costs]
    until = line.until if line.until and line.until > offer.arrives_at else offer.arrives_at + USUAL_STAY
    terms = Terms(
        seed=seed,
        activation=offer.activation,
        donor=offer.donor,
        requester=offer.requester,
        lines=tuple(lines),
        costs=tuple(billed),
        who_pays=costs.who_pays,  # type: ignore[arg-type]  # the charter's reader takes only these words
        clause=costs.clause,
        cap=Decimal(0),
        place=line.place,
        receiving_percent=cost_share(costs.who_pays, costs.receiving_percent),
        starts=offer.available_from,
        deliver_by=max(offer.arrives_at, offer.available_from),
        ends=until,
        conditions="\n".join(text for text in (line.conditions, offer.limitations, conditions.strip()) if text)[:2000],
    )
    return terms.model_copy(update={"cap": terms.total})


def _cost(offer: UUID, row: Mapping[str, str], share: Decimal) -> CostLine:
    amount_due = (Decimal(row["amount"]) * share).quantize(Decimal("0.01"))
    return CostLine(
        offer=offer,
        category=row["category"],
        description=row["description"][:200],
        terms=row["terms"],
        amount=amount_due,
    )


def _activation(id: UUID) -> Activation:
    found = Activation.objects.filter(id=id).first()
    if found is None:
        raise Invalid({"": _("This activation is not known here. Nothing was signed. Reload and try again.")})
    return found


def check_cap(terms: Terms, charter: str) -> None:
    """Raise `Invalid` when the billed total is above the agreement's cap, or the cap above the charter's."""
    costs = pact.charter(charter).costs
    if terms.total > terms.cap:
        raise Invalid(
            {
                "cap": _("The costs come to %(total)s. Nothing was signed. Enter a cap of at least that.")
                % {"total": naming.money(terms.total)}
            }
        )
    if terms.cap > costs.agreement_cap:
        raise Invalid(
            {
                "cap": _("One agreement may cost at most %(most)s (clause %(clause)s). Nothing was signed.")
                % {"most": naming.money(costs.agreement_cap), "clause": costs.clause}
            }
        )


def _check_units(offer: Answered, quantity: Decimal) -> None:
    """Raise `Invalid` unless so many units of an offer are still there to be agreed."""
    own = queries.units_proposed(offer.offer.id)
    left = max(offer.waiting - own, Decimal(0))
    if quantity <= 0:
        raise Invalid({"quantity": _("The quantity is zero or less. Nothing was signed. Enter a number above zero.")})
    if quantity > left:
        names = {"left": amount(left, offer.offer.kind)}
        if own:
            raise Invalid({"quantity": _("You have signed for part of this offer already; %(left)s are left.") % names})
        raise Invalid(
            {"quantity": _("%(left)s are left of this offer. Nothing was signed. Enter that many or fewer.") % names}
        )


def _acceptable(accepted: Acceptance, actor: Actor, at: datetime) -> Offer:
    """Return the offer, locked, when the actor may take this much of it now. Raises `Refused` or `Invalid`."""
    Offer.objects.select_for_update(no_key=True).filter(id=accepted.offer).first()
    found = answer_to(accepted.offer, at)
    if found is None:
        raise Invalid({"": _("This offer is not known here. Nothing was signed. Reload and try again.")})
    offer = found.offer
    require(may_accept(actor, offer.requester, _activation(offer.activation).charter))
    if offer.withdrawn_at:
        raise Invalid({"": _("The donor withdrew this offer. Nothing was signed. Look at the other offers.")})
    if offer.valid_until <= at:
        raise Invalid({"": _("This offer is no longer firm. Nothing was signed. Ask the donor to offer anew.")})
    if offer.line.cancelled_at:
        raise Invalid({"": _("You cancelled this request. Nothing was signed. Ask anew instead.")})
    _check_units(found, accepted.quantity)
    return offer


def accept_offer(accepted: Acceptance, *, actor: Actor, at: datetime) -> Done:
    """Sign terms for an offer, or for a part of it. In force once the donor signs the same hash."""
    return accept_offers([accepted], actor=actor, at=at)[0]


@transaction.atomic
def accept_offers(accepted: Sequence[Acceptance], *, actor: Actor, at: datetime) -> list[Done]:
    """Sign terms for many offers at once, all or none: one agreement for each, one approval for all of them.

    `Invalid` names every offer of several that does not fit, by its id.
    """
    wanted = [(one.id or new_id(), one) for one in accepted]
    if len({one.offer for one in accepted}) != len(wanted):
        raise Invalid({"": _("An offer stands twice in the list. Nothing was signed. Take one out.")})
    done: dict[UUID, Done] = {id: known for id, _one in wanted if (known := ledger.get(id))}
    said, wrong = [], {}
    for id, one in sorted(wanted, key=lambda w: w[1].offer):
        if id in done:
            continue
        try:
            said.append((id, _terms_for(one, id, actor, at)))
        except Invalid as invalid:
            if len(wanted) == 1:
                raise
            wrong[str(one.offer)] = " ".join(str(message) for message in invalid.errors.values())
    if wrong:
        raise Invalid(wrong)
    done |= _sign_all(said, AgreementSigned, actor)
    return [done[id] for id, _one in wanted]


def _terms_for(accepted: Acceptance, id: UUID, actor: Actor, at: datetime) -> Terms:
    offer = _acceptable(accepted, actor, at)
    terms = draft_terms(offer, accepted.quantity, seed=id, conditions=accepted.conditions)
    check_cap(terms, _activation(offer.activation).charter)
    return terms


def _sign_all(said: Iterable[tuple[UUID, Terms]], body: type, actor: Actor) -> dict[UUID, Done]:
    """Submit signatures, by activation: acts of one batch share audience and charter."""
    by_activation: dict[UUID, list[tuple[UUID, Terms]]] = {}
    for id, terms in said:
        by_activation.setdefault(terms.activation, []).append((id, terms))
    made: dict[UUID, Done] = {}
    for activation_id, batch in by_activation.items():
        activation = _activation(activation_id)
        acts = ledger.submit_all(
            actor,
            [
                ledger.say(
                    body(hash=terms.hash, terms=terms),
                    id,
                    refs=_grounds(terms),
                    charter=activation.charter,
                    exercise=activation.exercise,
                )
                for id, terms in batch
            ],
            audience=ledger.league_scope(activation_id),
        )
        made |= {act.id: act for act in acts}
    return made


def _grounds(terms: Terms) -> tuple[UUID, ...]:
    """Return the acts that terms rest on: the offers, the requests that they answer, the versions they replace."""
    named = [line.offer for line in terms.lines] + [line.request for line in terms.lines]
    return tuple(dict.fromkeys([*named, *queries.acts_that_signed(terms.parents)]))


def sign_version(agreement: Agreement, hash: str, *, actor: Actor, id: UUID | None = None) -> Done:
    """Sign the version with this hash, which the other side signed. Both have then signed the same bytes."""
    return sign_versions([(agreement, hash, id)], actor=actor)[0]


@transaction.atomic
def sign_versions(wanted: Sequence[tuple[Agreement, str, UUID | None]], *, actor: Actor) -> list[Done]:
    """Sign many versions of many agreements at once, all or none; one approval for all of them."""
    listed = [(agreement, hash, id or new_id()) for agreement, hash, id in wanted]
    done: dict[UUID, Done] = {}
    for amends, body in ((False, AgreementSigned), (True, AgreementAmended)):
        said = []
        for agreement, hash, id in listed:
            if known := ledger.get(id):
                done[id] = known
                continue
            terms = _signable(agreement, hash, actor)
            if bool(terms.parents) is amends:
                said.append((id, terms))
        done |= _sign_all(said, body, actor)
    return [done[id] for _agreement, _hash, id in listed]


def _signable(agreement: Agreement, hash: str, actor: Actor) -> Terms:
    require(may_sign(actor, agreement))
    row = Signature.objects.filter(agreement=agreement.id, hash=hash).order_by("at", "id").first()
    if row is None:
        raise Invalid({"hash": _("This version is not known here. Nothing was signed. Reload and look again.")})
    terms = queries.read_terms(row.document)
    if actor.member == terms.donor and not terms.parents:
        _check_promise(terms)
    return terms


def _check_promise(terms: Terms) -> None:
    """Raise `Invalid` when the donor would agree to more of an offer than it made: what it signed first counts."""
    Offer.objects.select_for_update(no_key=True).filter(id__in=[line.offer for line in terms.lines]).count()
    offers = {o.id: o for o in with_answers(Offer.objects.filter(id__in=[line.offer for line in terms.lines]))}
    for line in terms.lines:
        offer = offers[line.offer]
        if offer.withdrawn_at:
            raise Invalid({"": _("Your member withdrew this offer. Nothing was signed. Make a new one.")})
        if offer.granted + offer.declined + line.quantity > offer.quantity:
            left = max(offer.quantity - offer.granted - offer.declined, Decimal(0))
            raise Invalid(
                {
                    "": _("%(left)s are left of this offer, and this asks for more. Nothing was signed.")
                    % {"left": amount(left, offer.kind)}
                }
            )


@dataclass(frozen=True, slots=True)
class Change:
    """What an amendment changes; None leaves it. A quantity of zero takes a line out."""

    reason: str
    quantities: Mapping[UUID, Decimal] | None = None
    ends: datetime | None = None
    deliver_by: datetime | None = None
    cap: Decimal | None = None
    conditions: str | None = None


@transaction.atomic
def amend_agreement(agreement: Agreement, change: Change, *, actor: Actor, id: UUID | None = None) -> Done:
    """Sign terms that replace every version that stands. In force once the other side signs them too."""
    id = id or new_id()
    if known := ledger.get(id):
        return known
    require(may_amend(actor, agreement))
    before = queries.standing_terms(agreement)
    terms = changed_terms(before, change, seed=id)
    if (
        terms.model_copy(
            update={
                "seed": before[0].seed,
                "parents": before[0].parents,
                "agreement": before[0].agreement,
                "reason": before[0].reason,
            }
        )
        == before[0]
        and len(before) == 1
    ):
        raise Invalid({"": _("Nothing is different from what stands. Nothing was signed. Change something.")})
    check_cap(terms, agreement.charter)
    return _sign_all([(id, terms)], AgreementAmended, actor)[id]


def changed_terms(before: Sequence[Terms], change: Change, *, seed: UUID) -> Terms:
    """Return the terms that `change` makes of those that stand; the first of several is the base."""
    base = before[0]
    lines = []
    for line in base.lines:
        quantity = (change.quantities or {}).get(line.offer, line.quantity)
        if quantity < 0:
            raise Invalid({"quantity": _("A quantity is below zero. Nothing was signed. Enter zero or more.")})
        if quantity:
            lines.append(line.model_copy(update={"quantity": quantity}))
    offers = dict(Offer.objects.filter(id__in=[line.offer for line in lines]).values_list("id", "quantity"))
    for line in lines:
        if line.quantity > offers.get(line.offer, Decimal(0)):
            raise Invalid(
                {
                    "quantity": _("The offer is for %(most)s. Nothing was signed. Enter that many or fewer.")
                    % {"most": amount(offers.get(line.offer, Decimal(0)), line.kind)}
                }
            )
    kept = {line.offer for line in lines}
    ends, deliver_by = change.ends or base.ends, change.deliver_by or base.deliver_by
    if ends <= base.starts:
        raise Invalid({"ends": _("It ends before it starts. Nothing was signed. Enter a later end.")})
    if deliver_by < base.starts:
        raise Invalid({"deliver_by": _("It would arrive before it starts. Nothing was signed. Enter a later time.")})
    return base.model_copy(
        update={
            "seed": seed,
            "agreement": base.id,
            "parents": tuple(sorted(terms.hash for terms in before)),
            "reason": change.reason,
            "lines": tuple(lines),
            "ends": ends,
            "deliver_by": deliver_by,
            "costs": tuple(cost for cost in base.costs if cost.offer in kept),
            "cap": base.cap if change.cap is None else change.cap,
            "conditions": base.conditions if change.conditions is None else change.conditions[:2000],
        }
    )

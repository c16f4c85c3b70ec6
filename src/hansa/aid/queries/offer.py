# SPDX-License-Identifier: Apache-2.0
"""Reads of offers with what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from hansa.aid.models import AgreementLine, Offer, OfferDecline
from hansa.aid.rules import offers as rules
from hansa.aid.rules.requests import reference

ZERO = Decimal(0)
_UNITS = DecimalField(max_digits=20, decimal_places=3)


def _total(rows: QuerySet, key: str, value) -> Coalesce:
    summed = rows.filter(**{key: OuterRef("id")}).values(key).annotate(total=Sum(value)).values("total")
    return Coalesce(Subquery(summed, output_field=_UNITS), ZERO, output_field=_UNITS)


def with_answers(offers: QuerySet[Offer]) -> QuerySet[Offer]:
    """Return offers, each with the units that the requester declined (`declined`), that both granted (`granted`) and
    that stand agreed (`agreed`)."""
    return offers.annotate(
        declined=_total(OfferDecline.objects.all(), "offer", "quantity"),
        granted=_total(AgreementLine.objects.all(), "offer", "granted"),
        agreed=_total(AgreementLine.objects.all(), "offer", F("granted") - F("recalled") - F("cancelled")),
    )


@dataclass(frozen=True, slots=True)
class Answered:
    """An offer as pages show it."""

    offer: Offer
    status: str
    waiting: Decimal
    agreed: Decimal
    declined: Decimal

    @property
    def reference(self) -> str:
        """Its short name."""
        return reference("O", self.offer.id.int)


def _answered(offer: Offer, now: datetime) -> Answered:
    about = {
        "quantity": offer.quantity, "declined": offer.declined, "valid_until": offer.valid_until, "now": now,
    }  # fmt: skip
    withdrawn = offer.withdrawn_at is not None
    status = rules.status(granted=offer.granted, agreed=offer.agreed, withdrawn=withdrawn, **about)
    # Nothing waits for an answer where nothing is needed any more.
    over = withdrawn or offer.line.cancelled_at is not None
    return Answered(
        offer, status, rules.waiting(agreed=offer.granted, withdrawn=over, **about), offer.agreed, offer.declined
    )


def on_line(line: UUID, now: datetime) -> list[Answered]:
    """Return the offers on a line, the first to arrive first. One query."""
    rows = with_answers(Offer.objects.filter(line_id=line).select_related("line")).order_by("arrives_at", "id")
    return [_answered(offer, now) for offer in rows]


def answered(offer_id: UUID, now: datetime) -> Answered | None:
    """Return one offer with what became of it, None when the open scope cannot read it."""
    offer = with_answers(Offer.objects.filter(id=offer_id).select_related("line")).first()
    return _answered(offer, now) if offer else None


def by_donor(donor: str, now: datetime, *, limit: int = 200) -> Sequence[Answered]:
    """Return a member's own offers, newest first."""
    rows = with_answers(Offer.objects.filter(donor=donor).select_related("line")).order_by("-offered_at", "id")[:limit]
    return [_answered(offer, now) for offer in rows]


def waiting_for(
    requester: str, now: datetime, *, activation: UUID | None = None, limit: int = 200
) -> Sequence[Answered]:
    """Return the offers that wait for a requester's answer, the first to lapse first."""
    rows = Offer.objects.filter(requester=requester, withdrawn_at=None, valid_until__gt=now)
    if activation:
        rows = rows.filter(activation=activation)
    listed = [
        _answered(o, now) for o in with_answers(rows.select_related("line")).order_by("valid_until", "id")[:limit]
    ]
    return [one for one in listed if one.waiting > 0]

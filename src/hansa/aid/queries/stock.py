# SPDX-License-Identifier: Apache-2.0
"""Reads of a member's own stock: what is there, what is held back, what is above the reserve."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Sum

from hansa.aid.models import (
    AgreementLine,
    Availability,
    Declaration,
    MissionLine,
    Offer,
    OfferDecline,
    ShipmentLine,
    Stock,
)
from hansa.aid.rules.offers import waiting

ZERO = Decimal(0)
Key = tuple[str, int]  # kind and type


def _sums(rows, key: str, value) -> dict:
    return dict(rows.values_list(key).annotate(total=Sum(value)))


def held(donor: str, at: datetime, *, kind: str = "") -> Mapping[Key, Decimal]:
    """Return the units of each kind and type that a donor's word holds back: firm offers, and agreed but not yet sent.

    A signed offer reserves stock (design, section 1), until its request is cancelled. Six queries.
    """
    offers = Offer.objects.filter(donor=donor)
    if kind:
        offers = offers.filter(kind=kind)
    return _held(list(offers.select_related("line")), at)[donor]


def _held(offers: Sequence[Offer], at: datetime) -> Mapping[str, Mapping[Key, Decimal]]:
    ids = [offer.id for offer in offers]
    granted = _sums(AgreementLine.objects.filter(offer__in=ids), "offer", "granted")
    taken_out = _sums(AgreementLine.objects.filter(offer__in=ids), "offer", F("recalled") + F("cancelled"))
    declined = _sums(OfferDecline.objects.filter(offer_id__in=ids), "offer_id", "quantity")
    shipped = _sums(ShipmentLine.objects.filter(offer__in=ids, shipment__back=False), "offer", "quantity")
    people = _sums(MissionLine.objects.filter(offer__in=ids), "offer", "people")
    total: defaultdict[str, defaultdict[Key, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for offer in offers:
        agreed = granted.get(offer.id, ZERO)
        sent = shipped.get(offer.id, ZERO) + people.get(offer.id, 0)
        promised = max(agreed - taken_out.get(offer.id, ZERO) - sent, ZERO)
        open_units = waiting(
            quantity=offer.quantity, declined=declined.get(offer.id, ZERO), agreed=agreed,
            withdrawn=bool(offer.withdrawn_at or offer.line.cancelled_at), valid_until=offer.valid_until, now=at,
        )  # fmt: skip
        total[offer.donor][offer.kind, offer.level] += promised + open_units
    return total


@dataclass(frozen=True, slots=True)
class Lot:
    """One stock row with what can be released of it; `held` is what the donor's word holds back of its kind and
    type."""

    row: Stock
    held: Decimal
    above: Decimal

    @property
    def free(self) -> Decimal:
        """Units of this row above its reserve, before what is held back."""
        return max(self.row.quantity - self.row.kept, ZERO)


def lots(member: str, at: datetime, *, kind: str = "", lock: bool = False) -> list[Lot]:
    """Return the member's own stock by kind, type and site, with what is above the reserve and promised to nobody.

    What is held back counts against the sites of a kind and type in the order of their names. With `lock`, two offers
    of one kind stand in line, so that the same units are not promised twice.
    """
    rows = Stock.objects.filter(member=member).order_by("kind", "level", "site")
    if kind:
        rows = rows.filter(kind=kind)
    if lock:
        rows = rows.select_for_update()
    found = list(rows)
    bound = dict(held(member, at, kind=kind)) if found else {}
    left = dict(bound)
    listed = []
    for row in found:
        key = row.kind, row.level
        free = max(row.quantity - row.kept, ZERO)
        taken = min(free, left.get(key, ZERO))
        left[key] = left.get(key, ZERO) - taken
        listed.append(Lot(row, bound.get(key, ZERO), free - taken))
    return listed


def above_reserve(member: str, kind: str, level: int, at: datetime, *, lock: bool = False) -> Decimal:
    """Return the units of a kind and type that the member can still promise, over all its sites."""
    return sum((lot.above for lot in lots(member, at, kind=kind, lock=lock) if lot.row.level == level), ZERO)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a member declared that it could release, with what it has promised since."""

    row: Availability
    promised_since: Decimal


def declared(kind: str, at: datetime) -> list[Declared]:
    """Return every member's newest declaration of a kind, less the offers that it made since. Three to six queries."""
    rows = list(Availability.objects.filter(kind=kind).order_by("donor", "level", "site"))
    if not rows:
        return []
    since = {row.donor: row.declared_at for row in rows}
    offers = Offer.objects.filter(kind=kind, donor__in=since, offered_at__gt=min(since.values()))
    offers = offers.select_related("line")
    later = [offer for offer in offers if offer.offered_at > since[offer.donor]]
    bound = {donor: dict(keys) for donor, keys in _held(later, at).items()} if later else {}
    listed = []
    for row in rows:
        left = bound.get(row.donor, {})
        taken = min(row.quantity, left.get((kind, row.level), ZERO))
        if taken:
            left[kind, row.level] -= taken
        listed.append(Declared(row, taken))
    return listed


def declared_at(donor: str) -> datetime | None:
    """Return when a member last told the league what it could release, None when it never has."""
    return Declaration.objects.filter(donor=donor).values_list("declared_at", flat=True).first()


def stock(stock_id: UUID) -> Stock | None:
    """Return one of the member's own stock rows, None for anyone else's."""
    return Stock.objects.filter(id=stock_id).first()

# SPDX-License-Identifier: Apache-2.0
"""What can be done with a member's own stock: count it, take out, bring back, tell the league what it could release."""

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any
from uuid import UUID

from hansa import ledger
from hansa.aid.acts.catalogue import AvailabilityDeclared, Item
from hansa.aid.choices import problem_text
from hansa.aid.models import Stock, StockChange
from hansa.aid.policy.request import may_declare_availability, may_keep_stock
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.queries.catalogue import kinds
from hansa.aid.queries.place import seat_of
from hansa.aid.queries.stock import lots
from hansa.aid.rules.requests import Problem, check_level, check_quantity, degrees
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, PendingAct

COUNTED, TAKEN_OUT, BROUGHT_BACK = "counted", "taken-out", "brought-back"


def _problems(kind_code: str, level: int, quantity: Decimal, reserve: Decimal | None) -> Iterable[Problem]:
    kind = find_kind(kind_code)
    if kind is None:
        yield Problem("kind", "kind-unknown", (("text", kind_code),))
        return
    # A stock may well be used up; then there is nothing to check but the type.
    checks = [check_quantity(quantity, integral=kind.integral, form=kind.form) if quantity else None]
    checks.append(check_level(level, kind.types))
    if reserve:
        checks.append(check_quantity(reserve, integral=kind.integral, form=kind.form, field="reserve"))
    if reserve is not None and reserve.is_finite() and reserve < 0:
        checks.append(Problem("reserve", "reserve-none"))
    yield from (problem for problem in checks if problem)


def set_stock(
    kind: str, *, quantity: Decimal, actor: Actor, at: datetime, level: int = 0, site: str = "",
    reserve: Decimal | None = None,
    lat: float | None = None, lon: float | None = None,
) -> Stock:  # fmt: skip
    """Count a kind and type at a site: the row has this quantity and reserve (None for the default rule).

    Without coordinates the site is where the member is. Raises `Refused` or `Invalid`.
    """
    require(may_keep_stock(actor))
    if errors := {p.field: problem_text(p) for p in _problems(kind, level, quantity, reserve)}:
        raise Invalid(errors)
    seat = seat_of(actor.member) if lat is None or not site else None
    where = {"lat": lat, "lon": lon} if seat is None or lat is not None else {"lat": seat.lat, "lon": seat.lon}
    site = site.strip() or (seat.name if seat else actor.member)
    key: dict[str, Any] = {"member": actor.member, "kind": kind, "level": level, "site": site}
    before = Stock.objects.select_for_update().filter(**key).first()
    values = {"quantity": quantity, "reserve": reserve, "changed_at": at, **where}
    row, _ = Stock.objects.update_or_create(**key, defaults=values)
    delta = quantity - (before.quantity if before else 0)
    if delta:
        StockChange.objects.create(stock=row.id, delta=delta, quantity=quantity, reason=COUNTED, at=at)
    return row


def remove_stock(stock: Stock, *, actor: Actor) -> None:
    """Forget a stock row, as when a site closes. Its changes stay."""
    require(may_keep_stock(actor))
    stock.delete()


def take_out(
    member: str, kind: str, level: int, quantity: Decimal, *, source: UUID, at: datetime, site: str = ""
) -> Decimal:
    """Lower the stock by what left the house, once per act; return what was found. The scope of `member` is open.

    The named site gives first, then the fullest. What is missing was counted wrong: the stock ends at zero.
    """
    rows = Stock.objects.select_for_update().filter(member=member, kind=kind, level=level)
    listed = sorted(rows, key=lambda row: (row.site != site, -row.quantity, row.site))
    if StockChange.objects.filter(stock__in=[row.id for row in listed], source=source).exists():
        return Decimal(0)
    left = quantity
    for row in listed:
        if part := min(row.quantity, left):
            left -= part
            _move(row, -part, TAKEN_OUT, source, at)
    return quantity - left


def bring_back(
    member: str, kind: str, level: int, quantity: Decimal, *, source: UUID, at: datetime, site: str = ""
) -> None:
    """Raise the stock by what came home, once per act. The scope of `member` is open."""
    rows = Stock.objects.select_for_update().filter(member=member, kind=kind, level=level)
    listed = sorted(rows, key=lambda row: (row.site != site, row.site))
    if StockChange.objects.filter(stock__in=[row.id for row in listed], source=source).exists():
        return
    if listed:
        _move(listed[0], quantity, BROUGHT_BACK, source, at)
        return
    seat = seat_of(member)
    row = Stock.objects.create(
        member=member, kind=kind, level=level, site=site or (seat.name if seat else member), quantity=Decimal(0),
        lat=seat.lat if seat else None, lon=seat.lon if seat else None, changed_at=at,
    )  # fmt: skip
    _move(row, quantity, BROUGHT_BACK, source, at)


def _move(row: Stock, delta: Decimal, reason: str, source: UUID, at: datetime) -> None:
    row.quantity += delta
    row.changed_at = at
    row.save(update_fields=["quantity", "changed_at"])
    StockChange.objects.create(stock=row.id, delta=delta, quantity=row.quantity, reason=reason, source=source, at=at)


def declare_availability(*, actor: Actor, at: datetime, id: UUID | None = None) -> Act | PendingAct:
    """Tell the league what the member could release now: everything above its reserve that nobody was promised."""
    require(may_declare_availability(actor))
    free = lots(actor.member, at)
    known = kinds(lot.row.kind for lot in free)
    items = []
    for lot in free:
        kind = known.get(lot.row.kind)
        units = lot.above.to_integral_value(ROUND_FLOOR) if kind and kind.integral else lot.above
        if units > 0:
            row = lot.row
            items.append(
                Item(
                    kind=row.kind,
                    level=row.level,
                    quantity=units,
                    site=row.site,
                    lat=degrees(row.lat),
                    lon=degrees(row.lon),
                )
            )
    return ledger.submit(actor, AvailabilityDeclared(items=tuple(items)), id=id)

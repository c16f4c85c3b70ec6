# SPDX-License-Identifier: Apache-2.0
"""What makes an offer right, and what it holds back of the donor's stock. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal

from hansa.aid.rules.requests import FARTHEST, Problem, check_quantity

STANDING, AGREED, TAKEN_BACK = "standing", "agreed", "taken-back"
DECLINED, WITHDRAWN, EXPIRED = "declined", "withdrawn", "expired"
CATEGORIES = ("personnel", "travel", "equipment", "commodities", "other")
TERMS = ("bill", "waive", "in-kind")
# How long an offer stays firm when the donor says nothing else, and how long at most.
FIRM_FOR = timedelta(hours=48)
FIRM_AT_MOST = timedelta(days=60)
# What can leave now may have stood ready for a while.
SOONEST = timedelta(days=1)
MOST_COST = Decimal("1000000000")


def check_offer(
    *, quantity: Decimal | None, above: Decimal, integral: bool, form: str, now: datetime,
    available_from: datetime | None,
    arrives_at: datetime | None, valid_until: datetime | None,
) -> list[Problem]:  # fmt: skip
    """Return everything that is not right with an offer; `above` is what the donor has above its reserve."""
    found = check_quantity(quantity, integral=integral, form=form)
    problems = [found] if found else []
    if quantity is not None and not found and quantity > above:
        problems.append(Problem("quantity", "stock", (("above", above),)))
    problems += [
        Problem(field, "time-missing")
        for field, moment in (
            ("available_from", available_from),
            ("arrives_at", arrives_at),
            ("valid_until", valid_until),
        )
        if moment is None
    ]
    if valid_until is not None and valid_until <= now:
        problems.append(Problem("valid_until", "time-past"))
    if valid_until is not None and valid_until > now + FIRM_AT_MOST:
        problems.append(Problem("valid_until", "valid-long", (("days", FIRM_AT_MOST.days),)))
    if available_from is not None and available_from < now - SOONEST:
        problems.append(Problem("available_from", "time-past"))
    if arrives_at is not None and arrives_at > now + FARTHEST:
        problems.append(Problem("arrives_at", "time-far"))
    if arrives_at is not None and arrives_at <= now:
        problems.append(Problem("arrives_at", "time-past"))
    if available_from is not None and arrives_at is not None and arrives_at < available_from:
        problems.append(Problem("arrives_at", "arrives-early"))
    return problems


def billed(costs: Iterable[tuple[str, Decimal]]) -> Decimal:
    """Return what the requester would be billed, in US dollars; waived and in-kind rows cost it nothing."""
    return sum((amount for terms, amount in costs if terms == "bill"), Decimal(0))


def waiting(
    *, quantity: Decimal, declined: Decimal, agreed: Decimal, withdrawn: bool, valid_until: datetime, now: datetime
) -> Decimal:
    """Return the units that an offer still holds back: neither refused nor agreed, and firm until `valid_until`."""
    if withdrawn or valid_until <= now:
        return Decimal(0)
    return max(quantity - agreed - declined, Decimal(0))


def status(
    *, quantity: Decimal, declined: Decimal, granted: Decimal, agreed: Decimal, withdrawn: bool, valid_until: datetime,
    now: datetime,
) -> str:  # fmt: skip
    """Return the state of an offer: `granted` is what both signed for, `agreed` what stands of it after recalls.

    What both signed stays agreed, whatever happens to the offer afterwards.
    """
    if agreed > 0:
        return AGREED
    if withdrawn:
        return WITHDRAWN
    if declined >= quantity:
        return DECLINED
    if granted + declined >= quantity:
        return TAKEN_BACK
    return EXPIRED if valid_until <= now else STANDING

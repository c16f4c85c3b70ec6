# SPDX-License-Identifier: Apache-2.0
"""What makes a request line right, and what state it is in. Pure.

Problems are codes with values; `choices.PROBLEMS` has the words for each.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

OPEN, PARTIAL, FILLED, DECLINED, CANCELLED = "open", "partial", "filled", "declined", "cancelled"
# More than this of anything is a slip of the finger: the largest order in the mutual-aid reference is 194 million
# gloves for a whole federal region, and nobody asks one league for that in one line.
MOST_OF_SUPPLIES = Decimal(100_000_000)
MOST_OF_PEOPLE = Decimal(100_000)
FARTHEST = timedelta(days=366)
# A form may have been open for a while; a request for "now" is not a request for the past.
GRACE = timedelta(minutes=5)
PRIORITIES = (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not right in one field: a code and the values that its message names."""

    field: str
    code: str
    values: tuple[tuple[str, object], ...] = ()


def check_quantity(quantity: Decimal | None, *, integral: bool, form: str, field: str = "quantity") -> Problem | None:
    """Return what is not right with a quantity of a kind, or None."""
    if quantity is None or not quantity.is_finite():
        return Problem(field, "quantity-missing")
    if quantity <= 0:
        return Problem(field, "quantity-none")
    most = MOST_OF_SUPPLIES if form == "supply" else MOST_OF_PEOPLE
    if quantity > most:
        return Problem(field, "quantity-absurd", (("most", most),))
    if integral and quantity != quantity.to_integral_value():
        return Problem(field, "quantity-whole")
    return Problem(field, "quantity-digits") if quantity.as_tuple().exponent < -3 else None  # type: ignore[operator]


def check_needed_by(needed_by: datetime | None, now: datetime, field: str = "needed_by") -> Problem | None:
    """Return what is not right with the time by which something is needed, or None."""
    if needed_by is None:
        return Problem(field, "time-missing")
    if needed_by < now - GRACE:
        return Problem(field, "time-past")
    return Problem(field, "time-far") if needed_by > now + FARTHEST else None


def check_level(level: int, types: int, field: str = "level") -> Problem | None:
    """Return what is not right with a NIMS type of a kind that has `types` of them, or None."""
    if 0 <= level <= types:
        return None
    return Problem(field, "level-untyped") if types == 0 else Problem(field, "level-unknown", (("types", types),))


def status(*, quantity: Decimal, agreed: Decimal, cancelled: bool, declined_by: int, others: int) -> str:
    """Return the state of a line. It is declined when every other member has said no and nobody agreed to anything."""
    if cancelled:
        return CANCELLED
    if agreed >= quantity:
        return FILLED
    if agreed > 0:
        return PARTIAL
    return DECLINED if others and declined_by >= others else OPEN


def missing(*, quantity: Decimal, agreed: Decimal, cancelled: bool) -> Decimal:
    """Return the units of a line that nobody agreed to send yet."""
    return Decimal(0) if cancelled else max(quantity - agreed, Decimal(0))


def degrees(value: float | Decimal | None) -> Decimal | None:
    """Return a latitude or longitude as acts state it: five decimals, about one metre."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.00001"))


_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference(prefix: str, identifier: int) -> str:
    """Return a short name to say on the phone, such as R-7QM2KX: the last 30 bits of an id in Crockford's base 32."""
    letters = "".join(_ALPHABET[(identifier >> shift) & 31] for shift in range(25, -1, -5))
    return f"{prefix}-{letters}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one line asks for, whether typed, pasted or imported. Quantity in the kind's unit, times aware."""

    kind: str
    quantity: Decimal
    needed_by: datetime
    place: str
    level: int = 0
    priority: int = 3
    lifeline: str = ""
    conditions: str = ""
    note: str = ""
    until: datetime | None = None
    lat: float | None = None
    lon: float | None = None
    zone: str = "UTC"

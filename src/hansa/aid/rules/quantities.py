# SPDX-License-Identifier: Apache-2.0
"""Where every unit is: asked, offered, agreed, in transit, received, released, lost, declined, cancelled.

Six equations hold for every request line at all times, in whatever order the acts arrived:

    asked     = open + dropped + promised + in transit + received - surplus
    offered   = waiting + declined + withdrawn + agreed - beyond offer
    agreed    = promised + recalled + cancelled + sent - beyond agreement
    sent      = in transit + received + damaged + lost + came home - beyond shipment
    received  = in use + sent back - beyond received
    sent back = returning + released + lost returning - beyond return

The last term of each is a conflict: two owners said things that do not fit, as when more is received than was
shipped. It is zero otherwise, is shown to everyone, and goes away by the acts of those who can correct it.
Units are the request line's units throughout.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from operator import add, attrgetter

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Sent:
    """One line of one shipment or mission: what was sent, and every count that somebody made of it."""

    sent: Decimal
    received: Decimal = ZERO
    damaged: Decimal = ZERO
    lost: Decimal = ZERO
    came_home: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Agreed:
    """One agreement line: what stands, what notices ask back, what was sent out and what was sent back."""

    granted: Decimal
    recalled: Decimal = ZERO
    cancelled: Decimal = ZERO
    out: tuple[Sent, ...] = ()
    back: tuple[Sent, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer line: its quantity, what the requester declined, whether the rest was withdrawn or has expired."""

    quantity: Decimal
    declined: Decimal = ZERO
    withdrawn: bool = False
    agreements: tuple[Agreed, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request line: its quantity, what the requester dropped since, and the offers on it."""

    quantity: Decimal
    dropped: Decimal = ZERO
    offers: tuple[Offered, ...] = ()


@dataclass(frozen=True, slots=True)
class Balance:
    """Units of one request line, or the sum of many, by where they are. Every field is zero or more."""

    asked: Decimal = ZERO
    open: Decimal = ZERO
    dropped: Decimal = ZERO
    surplus: Decimal = ZERO
    offered: Decimal = ZERO
    waiting: Decimal = ZERO
    declined: Decimal = ZERO
    withdrawn: Decimal = ZERO
    beyond_offer: Decimal = ZERO
    agreed: Decimal = ZERO
    promised: Decimal = ZERO
    recalled: Decimal = ZERO
    cancelled: Decimal = ZERO
    beyond_agreement: Decimal = ZERO
    sent: Decimal = ZERO
    in_transit: Decimal = ZERO
    received: Decimal = ZERO
    damaged: Decimal = ZERO
    lost: Decimal = ZERO
    came_home: Decimal = ZERO
    beyond_shipment: Decimal = ZERO
    in_use: Decimal = ZERO
    sent_back: Decimal = ZERO
    beyond_received: Decimal = ZERO
    returning: Decimal = ZERO
    released: Decimal = ZERO
    lost_returning: Decimal = ZERO
    beyond_return: Decimal = ZERO

    @property
    def taken_back(self) -> Decimal:
        """Units that were agreed and that a recall or a cancellation took back before they were sent."""
        return self.recalled + self.cancelled

    def __add__(self, other: "Balance") -> "Balance":
        return Balance(*map(add, _values(self), _values(other)))


_values = attrgetter(*(f.name for f in fields(Balance)))
CONFLICTS = ("surplus", "beyond_offer", "beyond_agreement", "beyond_shipment", "beyond_received", "beyond_return")


def _split(total: Decimal, *claims: Decimal) -> tuple[list[Decimal], Decimal]:
    """Return each claim cut to what the ones before it left of `total`, and what is left at the end."""
    shares = []
    for claim in claims:
        share = min(claim, total)
        shares.append(share)
        total -= share
    return shares, total


def _over(total: Decimal, claim: Decimal) -> Decimal:
    return max(claim - total, ZERO)


@dataclass(frozen=True, slots=True)
class _Way:
    """What became of everything that was sent one way."""

    sent: Decimal = ZERO
    moving: Decimal = ZERO
    received: Decimal = ZERO
    damaged: Decimal = ZERO
    lost: Decimal = ZERO
    came_home: Decimal = ZERO
    beyond: Decimal = ZERO


def _way(parts: Iterable[Sent]) -> _Way:
    """Return the sum over `parts`. A count that someone made by hand stands, even beyond what was sent; a loss is
    only what nobody counted, so that a lost leg which turns up after all corrects itself."""
    total = _Way()
    for part in parts:
        counted = part.received + part.damaged + part.came_home
        (lost,), moving = _split(max(part.sent - counted, ZERO), part.lost)
        here = _Way(part.sent, moving, part.received, part.damaged, lost, part.came_home, _over(part.sent, counted))
        total = _Way(*(getattr(total, f.name) + getattr(here, f.name) for f in fields(_Way)))
    return total


def agreed_balance(line: Agreed) -> Balance:
    """Return where the units of one agreement line are. What was sent can be neither recalled nor cancelled."""
    out, back = _way(line.out), _way(line.back)
    (recalled, cancelled), promised = _split(max(line.granted - out.sent, ZERO), line.recalled, line.cancelled)
    return Balance(
        agreed=line.granted, promised=promised, recalled=recalled, cancelled=cancelled,
        beyond_agreement=_over(line.granted, out.sent), sent=out.sent, in_transit=out.moving, received=out.received,
        damaged=out.damaged, lost=out.lost, came_home=out.came_home, beyond_shipment=out.beyond,
        in_use=max(out.received - back.sent, ZERO), sent_back=back.sent, beyond_received=_over(out.received, back.sent),
        returning=back.moving, released=back.received + back.damaged + back.came_home, lost_returning=back.lost,
        beyond_return=back.beyond,
    )  # fmt: skip


def offered_balance(offer: Offered) -> Balance:
    """Return where the units of one offer line are. What both signed is no longer the donor's to withdraw."""
    total = sum((agreed_balance(line) for line in offer.agreements), Balance())
    (declined,), waiting = _split(max(offer.quantity - total.agreed, ZERO), offer.declined)
    return total + Balance(
        offered=offer.quantity, declined=declined, waiting=ZERO if offer.withdrawn else waiting,
        withdrawn=waiting if offer.withdrawn else ZERO, beyond_offer=_over(offer.quantity, total.agreed),
    )  # fmt: skip


def balance(line: Asked) -> Balance:
    """Return where every unit of one request line is. Lost, damaged, recalled and cancelled units are open again."""
    total = sum((offered_balance(offer) for offer in line.offers), Balance())
    covering = total.promised + total.in_transit + total.received
    (dropped,), open_units = _split(max(line.quantity - covering, ZERO), line.dropped)
    return total + Balance(
        asked=line.quantity, open=open_units, dropped=dropped, surplus=_over(line.quantity, covering)
    )


def equations(b: Balance) -> Mapping[str, tuple[Decimal, Decimal]]:
    """Return both sides of each equation by name; they are equal whenever the books are right."""
    return {
        "asked": (b.asked + b.surplus, b.open + b.dropped + b.promised + b.in_transit + b.received),
        "offered": (b.offered + b.beyond_offer, b.waiting + b.declined + b.withdrawn + b.agreed),
        "agreed": (b.agreed + b.beyond_agreement, b.promised + b.recalled + b.cancelled + b.sent),
        "sent": (b.sent + b.beyond_shipment, b.in_transit + b.received + b.damaged + b.lost + b.came_home),
        "received": (b.received + b.beyond_received, b.in_use + b.sent_back),
        "returned": (b.sent_back + b.beyond_return, b.returning + b.released + b.lost_returning),
    }


def violations(b: Balance) -> list[str]:
    """Return the names of the equations that do not hold, and of the fields below zero. Empty when all is well."""
    unequal = [name for name, (left, right) in equations(b).items() if left != right]
    return unequal + [f.name for f in fields(b) if getattr(b, f.name) < ZERO]


def conflicts(b: Balance) -> dict[str, Decimal]:
    """Return what does not fit, by name: units that one owner counted and no other accounts for."""
    return {name: getattr(b, name) for name in CONFLICTS if getattr(b, name) > ZERO}

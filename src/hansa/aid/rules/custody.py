# SPDX-License-Identifier: Apache-2.0
"""Who has each unit of a shipment, since when, and whether its leg has gone silent.

A unit without a last known custodian and time does not exist here: what nobody counted is with the custodian of
the last leg (OIG-20-76: 38 % of shipments lost from sight for want of exactly this).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

DEPARTED, HANDED_OVER, ARRIVED, RECEIVED, CAME_HOME, LOST = (
    "departed", "handed-over", "arrived", "received", "came-home", "lost",
)  # fmt: skip
DAMAGED = "damaged"
AHEAD, SOON, OVERDUE, DONE = "ahead", "soon", "overdue", "done"
# Crockford's alphabet without letters that are heard or read as another one.
CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 6
# A leg is "soon" in its last quarter or its last two hours (ux reference, section 2).
_SOON = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was said about a shipment: when it happened, who has custody after it, and where."""

    act: UUID
    kind: str
    at: datetime
    custodian: str
    place: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """So many units of one line, with whom they are, where, and since when that is known."""

    line: UUID
    quantity: Decimal
    custodian: str
    place: str
    since: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Count:
    """A count of one line that somebody made: received (damaged included apart), come home, or lost."""

    line: UUID
    kind: str
    quantity: Decimal
    custodian: str
    place: str
    at: datetime


def in_order(events: Sequence[Event]) -> list[Event]:
    """Return events by the time at which they happened; the same for every order of arrival."""
    return sorted(events, key=lambda e: (e.at, e.kind != DEPARTED, e.act))


def last_custody(events: Sequence[Event]) -> Event:
    """Return the last event that says who has what is still on its way. There is always one: the departure."""
    moving = [e for e in in_order(events) if e.kind in (DEPARTED, HANDED_OVER, ARRIVED)]
    return moving[-1]


def positions(sent: dict[UUID, Decimal], events: Sequence[Event], counts: Sequence[Count]) -> list[Position]:
    """Return where every unit is. Per line the quantities add up to what was sent, or to the counts if those are more.

    A loss covers only units that nobody counted; the loser stays their last known custodian.
    """
    last = last_custody(events)
    state = ARRIVED if last.kind == ARRIVED else "in-transit"
    found = []
    for line, quantity in sent.items():
        left = quantity
        own = sorted((c for c in counts if c.line == line), key=lambda c: (c.kind == LOST, c.at))
        for count in own:
            units = min(count.quantity, max(left, Decimal(0))) if count.kind == LOST else count.quantity
            left -= units
            if units > 0:
                found.append(Position(line, units, count.custodian, count.place, count.at, count.kind))
        if left > 0:
            found.append(Position(line, left, last.custodian, last.place, last.at, state))
    return found


def leg_state(due: datetime, departed: datetime, ended: datetime | None, now: datetime) -> str:
    """Return the state of a leg's clock: ahead, soon, overdue (the silence alarm) or done."""
    if ended is not None:
        return DONE
    if now >= due:
        return OVERDUE
    return SOON if due - now <= max(_SOON, (due - departed) / 4) else AHEAD


def new_code() -> str:
    """Return a fresh hand-over code: six characters that can be read out over a telephone."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """Return what a person typed as a code: upper case, without spaces and hyphens."""
    return "".join(typed.upper().replace("-", "").split())


def seal_code(code: str, leg: UUID) -> str:
    """Return what an act may show of a code before it is used. Slow on purpose (scrypt), salted by the leg: six
    characters would otherwise be guessed from it in seconds."""
    digest = hashlib.scrypt(code.encode(), salt=b"hansa-leg/v1" + leg.bytes, n=2**13, r=8, p=1, dklen=32)
    return digest.hex()


def code_fits(code: str, leg: UUID, sealed: str) -> bool:
    """Return whether `code` is the one that the departure of this leg sealed."""
    return secrets.compare_digest(seal_code(clean_code(code), leg), sealed)

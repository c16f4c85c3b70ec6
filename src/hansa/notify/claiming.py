# SPDX-License-Identifier: Apache-2.0
"""The rows behind the outbox: which deliveries are whose, what they say, what became of them.

A worker serves every member of the node. A SECURITY DEFINER function (migration 0001) tells it the ids of what is due,
and whose they are; what they say is read in the scope of each member, one after the other in one transaction.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import randbits
from typing import Any
from uuid import UUID

from django.conf import settings

from hansa.core.ids import new_id
from hansa.core.rls import every_member
from hansa.core.statements import as_json, ask
from hansa.notify import sealing
from hansa.notify.channel import Outgoing
from hansa.notify.choices import Channel, Urgency

CONFIRMING = "notify.confirm:"
CODE = "•••••"
_CLAIM = b"SELECT member, delivery FROM notify_claim($1, $2::timestamptz, $3::int, $4::bigint)"
_OPEN = b"SELECT notify_open($1::json, $2::timestamptz, $3::boolean)"
_SETTLE = b"SELECT notify_settle($1::json, $2::timestamptz, $3::bigint)"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this process holds, and what speaks against sending it, if anything does."""

    outgoing: Outgoing
    address: UUID
    tries: int
    doubtful: bool
    held: str
    out_of_time: bool

    @property
    def member(self) -> str:
        """Whose it is."""
        return self.outgoing.member


@contextmanager
def holding() -> Iterator[int]:
    """Hold a lock of this database session under a new number: while it is held, what carries the number is alive.

    When the process dies, the server lets go of it at once; no clock is asked.
    """
    number = str(randbits(62))
    ask(b"SELECT pg_advisory_lock($1::bigint)", number)
    try:
        yield int(number)
    finally:
        ask(b"SELECT pg_advisory_unlock($1::bigint)", number)


def claim(channel: str, holder: int, now: datetime, most: int, *, can_ask: bool) -> list[Claimed]:
    """Mark what is due as being sent by `holder`, with an attempt for each, and return it; all of it is committed."""
    with every_member():
        due = ask(_CLAIM, channel, now.isoformat(), str(most), str(holder))
        rows = [
            {"member": (member or b"").decode(), "delivery": (delivery or b"").decode(), "marker": str(new_id())}
            for member, delivery in due
        ]
        opened = ask(_OPEN, as_json(rows), now.isoformat(), "t" if can_ask else "f") if rows else ()
    claimed = {
        each.outgoing.delivery: each for (text,) in opened for each in [_claimed(json.loads(text or b""), channel, now)]
    }
    return [claimed[delivery] for row in rows if (delivery := UUID(row["delivery"])) in claimed]


def _claimed(row: dict[str, Any], channel: str, now: datetime) -> Claimed:
    member, delivery, message = row["member"], UUID(row["delivery"]), UUID(row["message"])
    expires_at = datetime.fromisoformat(row["expires_at"])
    held = address = ""
    # The code that proves an address stands in the headline; nobody takes an event with it.
    confirms = row["event"].startswith(CONFIRMING)
    headline = row["headline"]
    if confirms:
        headline = headline.replace(CODE, ", ".join(row["code"]) if channel == Channel.VOICE else row["code"])
    if row["taken"]:
        held = "taken"
    elif expires_at <= now:
        held = "late"
    elif row["disabled"]:
        held = row["disabled_reason"] or "off"
    elif not row["verified"] and not confirms:
        held = "unconfirmed"
    else:
        try:
            address = sealing.open_sealed(bytes.fromhex(row["sealed"]), context=f"{member}/{row['address']}")
        except sealing.Unreadable:
            held = "unreadable"
    outgoing = Outgoing(
        id=UUID(row["marker"]), delivery=delivery, message=message, member=member, address=address,
        headline=headline, text=row["text"], url=absolute(row["url"]), code="" if confirms else row["code"],
        language=row["language"], urgency=Urgency(row["urgency"]), expires_at=expires_at, exercise=row["exercise"],
        message_id=f"<{delivery}@{settings.HANSA_DOMAIN}>", topic=topic_of(message),
        doubtful=tuple(UUID(marker) for marker in row["markers"]),
    )  # fmt: skip
    out_of_time = row["taken"] or expires_at <= now
    return Claimed(outgoing, UUID(row["address"]), row["tries"], row["doubtful"], held, out_of_time)


def absolute(path: str) -> str:
    """Return the address of a page of this node, as a person away from it opens it."""
    return f"{settings.HANSA_ORIGINS[0]}{path}" if path.startswith("/") else path


def topic_of(message: UUID) -> str:
    """Return the topic under which push messages replace each other: 22 letters (RFC 8030 allows 32)."""
    return base64.urlsafe_b64encode(message.bytes).decode().rstrip("=")


def settle(rows: Sequence[dict[str, Any]], holder: int, now: datetime) -> None:
    """Write what became of deliveries of any member, where `holder` still has them."""
    ask(_SETTLE, as_json(rows), now.isoformat(), str(holder))


def give_back() -> int:
    """Let wait again what was being sent by processes that are gone, in doubt; return how much that was."""
    ((count,),) = ask(b"SELECT notify_give_back()")
    return int(count or 0)


def busy(now: datetime) -> list[str]:
    """Return the channels that have something due."""
    return [channel.decode() for (channel,) in ask(b"SELECT notify_busy($1::timestamptz)", now.isoformat()) if channel]

# SPDX-License-Identifier: Apache-2.0
"""The rows behind the outbox: which deliveries are whose, what they say, what became of them.

A worker serves every member of the node. A SECURITY DEFINER function (migration 0001) tells it the ids of what is due,
and whose they are; what they say is read in the scope of each member, one after the other in one transaction.
"""

import base64
import json
from collections import defaultdict
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
from hansa.notify.choices import Urgency

CONFIRMING = "notify.confirm:"
_CLAIM = b"SELECT member, delivery FROM notify_claim($1, $2::timestamptz, $3::int, $4::bigint)"
_READ = b"""
WITH c AS (SELECT * FROM json_to_recordset($1) AS c(delivery uuid, marker uuid)),
noted AS (INSERT INTO notify_attempt (id, member, delivery_id, began_at, outcome, reason)
    SELECT c.marker, $2, c.delivery, $3::timestamptz, '', '' FROM c),
again AS (UPDATE notify_delivery d SET resent_identically = d.resent_identically + 1 FROM c
    WHERE d.id = c.delivery AND d.doubtful AND NOT $4::boolean)
SELECT row_to_json(x) FROM (SELECT c.marker, d.id AS delivery, d.message_id AS message, d.address_id AS address,
    d.tries, d.doubtful, d.round, encode(a.sealed, 'hex') AS sealed, a.disabled_reason,
    a.disabled_at IS NOT NULL AS disabled, a.verified_at IS NOT NULL AS verified, m.event, m.headline, m.text, m.url,
    m.code, m.language, m.urgency, m.exercise, m.expires_at,
    EXISTS (SELECT 1 FROM notify_message t WHERE t.event = m.event AND t.acknowledged_at IS NOT NULL) AS taken,
    CASE WHEN d.doubtful THEN ARRAY(SELECT t.id FROM notify_attempt t WHERE t.delivery_id = d.id
        AND t.outcome = 'unknown' ORDER BY t.began_at DESC) ELSE ARRAY[]::uuid[] END AS markers
    FROM c JOIN notify_delivery d ON d.id = c.delivery JOIN notify_message m ON m.id = d.message_id
    JOIN notify_address a ON a.id = d.address_id) x
"""
_SETTLE = b"""
WITH o AS (SELECT * FROM json_to_recordset($1) AS o(delivery uuid, marker uuid, state text, reason text, provider text,
    doubtful boolean, tries int, due timestamptz, outcome text)),
noted AS (UPDATE notify_attempt t SET ended_at = $2::timestamptz, outcome = o.outcome, reason = o.reason
    FROM o WHERE t.id = o.marker)
UPDATE notify_delivery d SET holder = NULL,
    provider_id = CASE WHEN o.provider <> '' THEN o.provider ELSE d.provider_id END,
    tries = d.tries + o.tries, changed_at = $2::timestamptz,
    accepted_at = CASE WHEN o.state = 'accepted' THEN coalesce(d.accepted_at, $2::timestamptz) ELSE d.accepted_at END,
    -- A report that came before our own note stands: states only climb.
    state = CASE WHEN d.state = 'sending' THEN o.state ELSE d.state END,
    reason = CASE WHEN d.state = 'sending' THEN o.reason ELSE d.reason END,
    doubtful = d.state = 'sending' AND o.doubtful,
    due_at = coalesce(o.due, d.due_at)
    FROM o WHERE d.id = o.delivery AND d.holder = $3::bigint
"""


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
    found: dict[str, list[dict[str, UUID]]] = defaultdict(list)
    claimed: list[Claimed] = []
    order: dict[str, int] = {}
    with every_member() as step:
        for member, delivery in ask(_CLAIM, channel, now.isoformat(), str(most), str(holder)):
            assert member and delivery  # noqa: S101 - for mypy: no column is NULL
            order[delivery.decode()] = len(order)
            found[member.decode()].append({"delivery": UUID(delivery.decode()), "marker": new_id()})
        for member_name, rows in found.items():
            step(member_name)
            read = ask(_READ, as_json(rows), member_name, now.isoformat(), "t" if can_ask else "f")
            claimed += [_claimed(json.loads(text or b""), member_name, now) for (text,) in read]
    return sorted(claimed, key=lambda each: order[str(each.outgoing.delivery)])


def _claimed(row: dict[str, Any], member: str, now: datetime) -> Claimed:
    delivery, message = UUID(row["delivery"]), UUID(row["message"])
    expires_at = datetime.fromisoformat(row["expires_at"])
    held = ""
    address = ""
    if row["taken"]:
        held = "taken before it was sent"
    elif expires_at <= now:
        held = "out of time"
    elif row["disabled"]:
        held = row["disabled_reason"] or "the address is disabled"
    elif not row["verified"] and not row["event"].startswith(CONFIRMING):
        held = "the address is not confirmed"
    else:
        try:
            address = sealing.open_sealed(bytes.fromhex(row["sealed"]), context=f"{member}/{row['address']}")
        except sealing.Unreadable as unreadable:
            held = str(unreadable)
    outgoing = Outgoing(
        id=UUID(row["marker"]), delivery=delivery, message=message, member=member, address=address,
        headline=row["headline"], text=row["text"], url=absolute(row["url"]), code=row["code"],
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
    """Write what became of deliveries of the member whose scope is open, if `holder` still has them."""
    ask(_SETTLE, as_json(rows), now.isoformat(), str(holder))


def give_back() -> int:
    """Let wait again what was being sent by processes that are gone, in doubt; return how much that was."""
    ((count,),) = ask(b"SELECT notify_give_back()")
    return int(count or 0)


def busy(now: datetime) -> list[str]:
    """Return the channels that have something due."""
    return [channel.decode() for (channel,) in ask(b"SELECT notify_busy($1::timestamptz)", now.isoformat()) if channel]

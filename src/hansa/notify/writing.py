# SPDX-License-Identifier: Apache-2.0
"""The rows of a message, read and written with one statement each: an activation tells thousands in one transaction."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.core.statements import as_json, ask
from hansa.notify.models import Message

_READ = b"""
SELECT json_build_object(
    'addresses', (SELECT coalesce(json_agg(a), '[]') FROM (
        SELECT id, person, channel, language FROM notify_address
        WHERE person = ANY($1::uuid[]) AND verified_at IS NOT NULL AND disabled_at IS NULL AND (exercise OR $3 = '')
        ORDER BY added_at, id) a),
    'messages', (SELECT coalesce(json_agg(m), '[]') FROM notify_message m
        WHERE m.event = $2 AND m.person = ANY($1::uuid[])),
    'taken', EXISTS (SELECT 1 FROM notify_message t WHERE t.event = $2 AND t.acknowledged_at IS NOT NULL))
"""
_WRITE = b"""
WITH m AS (INSERT INTO notify_message SELECT * FROM json_populate_recordset(NULL::notify_message, $1)),
d AS (INSERT INTO notify_delivery (id, member, message_id, address_id, channel, round, place, state, reason, tries,
    doubtful, resent_identically, provider_id, queued_at, due_at, changed_at)
    SELECT id, $3, message, address, channel, $4::int, place, 'queued', '', 0, false, 0, '', $5::timestamptz,
        $5::timestamptz, $5::timestamptz
    FROM json_to_recordset($2) AS q(id uuid, message uuid, address uuid, channel text, place int)
    ON CONFLICT DO NOTHING RETURNING channel)
SELECT DISTINCT channel FROM d ORDER BY channel
"""
_DATES = ("at", "expires_at", "acknowledged_at")


@dataclass(frozen=True, slots=True)
class Home:
    """A usable address, without what it says."""

    id: UUID
    channel: str
    language: str


@dataclass(frozen=True, slots=True)
class Known:
    """What there is before a message is written: addresses by person, messages by person, whether it was taken."""

    addresses: Mapping[UUID, Sequence[Home]]
    messages: Mapping[UUID, Message]
    taken: bool


def read(event: str, persons: Iterable[UUID], exercise: str) -> Known:
    """Return what there is about an event and some persons of the member whose scope is open."""
    ids = "{" + ",".join(str(person) for person in persons) + "}"
    ((text,),) = ask(_READ, ids, event, exercise)
    found = json.loads(text or b"{}")
    addresses: dict[UUID, list[Home]] = {}
    for row in found["addresses"]:
        addresses.setdefault(UUID(row["person"]), []).append(Home(UUID(row["id"]), row["channel"], row["language"]))
    messages = [_message(row) for row in found["messages"]]
    return Known(addresses, {message.person: message for message in messages}, found["taken"])


def _message(row: dict[str, Any]) -> Message:
    for name in _DATES:
        row[name] = datetime.fromisoformat(row[name]) if row[name] else None
    row["id"], row["person"] = UUID(row["id"]), UUID(row["person"])
    message = Message(**row)
    message._state.adding = False
    return message


@dataclass(frozen=True, slots=True)
class Queued:
    """A delivery that is to be written."""

    message: UUID
    home: Home
    place: int


def write(messages: Sequence[Message], queued: Sequence[Queued], *, round: int, at: datetime) -> list[str]:  # noqa: A002
    """Write new messages, and deliveries unless they are there; return the channels that got something to send."""
    if not messages and not queued:
        return []
    rows = [
        {"id": new_id(), "message": each.message, "address": each.home.id, "channel": each.home.channel,
         "place": each.place} for each in queued
    ]  # fmt: skip
    written = ask(
        _WRITE, as_json([_values(row) for row in messages]), as_json(rows), current_member(), str(round), at.isoformat()
    )
    for message in messages:
        message._state.adding = False
    return [channel.decode() for (channel,) in written if channel]


def _values(row: Message) -> dict[str, Any]:
    return {field.attname: row.__dict__[field.attname] for field in Message._meta.concrete_fields}

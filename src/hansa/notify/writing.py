# SPDX-License-Identifier: Apache-2.0
"""The rows of messages, read and written with one statement each, whosever they are: an activation tells thousands."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core.ids import new_id
from hansa.core.statements import as_json, ask
from hansa.notify.models import Message

_READ = b"SELECT notify_known($1)"
_WRITE = b"SELECT notify_write($1, $2::timestamptz)"
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be read: about which event and which persons of which member, and whether it is a drill."""

    member: str
    event: str
    exercise: str
    persons: Sequence[UUID]


def read(asked: Iterable[Asked]) -> list[Known]:
    """Return what there is about each event and its persons, in the scope of each one's member; one statement."""
    rows = [
        {"member": each.member, "event": each.event, "exercise": each.exercise, "persons": list(each.persons)}
        for each in asked
    ]
    return [_known(json.loads(text or b"{}")) for (text,) in ask(_READ, as_json(rows))] if rows else []


def _known(found: dict[str, Any]) -> Known:
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


@dataclass(frozen=True, slots=True)
class Written:
    """What is to be written for one member: new messages, and deliveries of a round unless they are there."""

    member: str
    messages: Sequence[Message]
    queued: Sequence[Queued]
    round: int


def write(written: Iterable[Written], *, at: datetime) -> list[str]:
    """Write all of it with one statement; return the channels that got something to send."""
    full = [each for each in written if each.messages or each.queued]
    rows = [
        {"member": each.member, "messages": [_values(row) for row in each.messages], "round": each.round,
         "deliveries": [{"id": new_id(), "message": row.message, "address": row.home.id, "channel": row.home.channel,
                         "place": row.place} for row in each.queued]}
        for each in full
    ]  # fmt: skip
    channels = ask(_WRITE, as_json(rows), at.isoformat()) if rows else ()
    for each in full:
        for message in each.messages:
            message._state.adding = False
    return [channel.decode() for (channel,) in channels if channel]


def _values(row: Message) -> dict[str, Any]:
    return {field.attname: row.__dict__[field.attname] for field in Message._meta.concrete_fields}

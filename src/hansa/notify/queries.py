# SPDX-License-Identifier: Apache-2.0
"""Reads about messages, deliveries and addresses, for the member whose scope is open; who a marker belongs to."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from hansa.core.rls import every_member
from hansa.core.statements import ask
from hansa.notify import registry, sealing
from hansa.notify.channel import Accepted, Outgoing
from hansa.notify.choices import Channel, State
from hansa.notify.models import Address, ChannelHealth, Delivery, Message

# An address that was removed is a row without an address, under this and its id.
GONE = "gone "


def deliveries_for(event: str) -> QuerySet[Delivery]:
    """Return the deliveries of an event, with message and address, in the order in which they were sent."""
    rows = Delivery.objects.filter(message__event=event).select_related("message", "address")
    return rows.order_by("place", "queued_at", "id")


def messages_for(event: str) -> QuerySet[Message]:
    """Return the messages by which an event was told."""
    return Message.objects.filter(event=event).order_by("at", "id")


def get_message(message_id: UUID) -> Message | None:
    """Return a message of the member, or None."""
    return Message.objects.filter(id=message_id).first()


def taken_by(event: str) -> Message | None:
    """Return the message by which an event was taken, or None while nobody has."""
    return Message.objects.filter(event=event, acknowledged_at__isnull=False).first()


def addresses_of(person: UUID) -> QuerySet[Address]:
    """Return a person's addresses."""
    return Address.objects.filter(person=person).exclude(lookup__startswith=GONE).order_by("channel", "added_at")


def member_of_attempt(marker: UUID) -> str | None:
    """Return the member to which an attempt belongs, in any scope; None for a marker that is not ours."""
    return _text(ask(b"SELECT notify_member_of_attempt($1)", str(marker)))


def member_of_delivery(delivery: UUID) -> str | None:
    """Return the member to which a delivery belongs, in any scope; None for an id that is not ours."""
    return _text(ask(b"SELECT notify_member_of_delivery($1)", str(delivery)))


def members_at(channel: str, value: str) -> list[str]:
    """Return the members that have a person with this address, in any scope; one number may serve several."""
    rows = ask(b"SELECT notify_members_at($1)", sealing.lookup(channel, value))
    return [found.decode() for (found,) in rows if found]


def is_of_another(channel: str, outgoing: Outgoing, found: Accepted) -> bool:
    """Return whether what a provider showed for this address is another delivery's, of whichever member of the node."""
    members = members_at(channel, outgoing.address)
    with every_member() as step:
        for member in members:
            step(member)
            rows = Delivery.objects.filter(channel=channel, provider_id=found.provider_id)
            if rows.exclude(id=outgoing.delivery).exists():
                return True
    return False


def _text(rows) -> str | None:
    ((value,),) = rows
    return value.decode() if value else None


def get_address(address_id: UUID) -> Address | None:
    """Return an address of the member, or None."""
    return Address.objects.filter(id=address_id).first()


@dataclass(frozen=True, slots=True)
class Shown:
    """An address as its holder sees it; `masked` as others do."""

    row: Address
    value: str

    @property
    def masked(self) -> str:
        """The address with most of it covered: enough to tell two apart, too little to use."""
        return mask(self.row.channel, self.value)


def mask(channel: str, value: str) -> str:
    """Return an address covered: `c•••@city.gov`, `•••0123`, the host of a push service."""
    if channel == Channel.EMAIL:
        name, _at, host = value.partition("@")
        return f"{name[:1]}•••@{host}"
    if channel == Channel.WEBPUSH:
        try:
            return urlsplit(json.loads(value)["endpoint"]).hostname or "•••"
        except (ValueError, KeyError, TypeError):
            return "•••"
    return f"•••{value[-4:]}"


def shown(address: Address) -> Shown:
    """Return an address opened; a covered one when it does not open, or was forgotten."""
    try:
        return Shown(address, address.value)
    except sealing.Unreadable:
        return Shown(address, "•••")


TROUBLE = (State.FAILED, State.EXPIRED)


def deliveries(state: str = "") -> QuerySet[Delivery]:
    """Return the member's deliveries, newest first: of one state, those in `trouble`, or all."""
    rows = Delivery.objects.select_related("message", "address").prefetch_related("attempts")
    if state == "trouble":
        rows = rows.filter(Q(state__in=TROUBLE) | Q(state=State.QUEUED, tries__gt=0) | Q(resent_identically__gt=0))
    elif state:
        rows = rows.filter(state=state)
    return rows.order_by("-changed_at", "-id")


def addresses_off() -> QuerySet[Address]:
    """Return the member's addresses that messages no longer reach: bounced, unknown, stopped, silent."""
    return Address.objects.filter(Q(disabled_at__isnull=False) | Q(silent_at__isnull=False)).order_by(
        Coalesce("disabled_at", "silent_at").desc()
    )


def persons_without_address() -> dict[UUID, str]:
    """Return the member's persons, by name, to whom nothing can be sent: no confirmed address that works."""
    reached = set(
        Address.objects.filter(verified_at__isnull=False, disabled_at=None, silent_at=None)
        .values_list("person", flat=True)
        .distinct()
    )
    return {person: name for person, name in registry.names().items() if person not in reached}


def health() -> list[ChannelHealth]:
    """Return how each channel of this node is; one that was never used has no row yet."""
    known = {row.channel: row for row in ChannelHealth.objects.all()}
    return [known.get(name) or ChannelHealth(channel=name) for name in registry.channels]

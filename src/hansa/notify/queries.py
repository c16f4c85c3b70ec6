# SPDX-License-Identifier: Apache-2.0
"""Reads about messages, deliveries and addresses, for the member whose scope is open; who a marker belongs to."""

from uuid import UUID

from django.db.models import QuerySet

from hansa.core.statements import ask
from hansa.notify import sealing
from hansa.notify.models import Address, Delivery, Message


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
    return Address.objects.filter(person=person).order_by("channel", "added_at")


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


def _text(rows) -> str | None:
    ((value,),) = rows
    return value.decode() if value else None

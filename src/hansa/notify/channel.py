# SPDX-License-Identifier: Apache-2.0
"""The protocol of a channel: what it is given, what it answers. `registry.add_channel` makes one known.

A channel knows no table. The outbox commits `sending` and the attempt before `send` sees it, and the outcome after.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from hansa.notify.choices import Urgency


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to one address, as its channel gets it.

    `id` is this attempt, the marker by which a provider is asked; `doubtful` are earlier attempts of the same delivery
    whose outcome nobody knows. `address` is opened: an e-mail address, a number in E.164, or a push subscription as
    JSON. `url` is absolute. `message_id` and `topic` are those of the delivery, the same on every attempt.
    """

    id: UUID
    delivery: UUID
    message: UUID
    member: str
    address: str
    headline: str
    text: str
    url: str
    code: str
    language: str
    urgency: Urgency
    expires_at: datetime
    exercise: str
    message_id: str
    topic: str
    doubtful: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took it. That is not "delivered", and never "seen"."""

    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider said no: `code` as `reasons` knows it, `reason` in the provider's own words if it said any.

    `permanent`: trying again is of no use; `disables`: nor is this address, ever. `retry_after` is in seconds. A
    temporary refusal is tried again with back-off until the message expires.
    """

    code: str
    reason: str = ""
    permanent: bool = False
    retry_after: float = 0
    disables: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The answer was lost: it may have been accepted. The outbox asks (`find`) or sends it again identically.

    `reason` is as `reasons.coded` makes it; so is that of `ChannelDown`.
    """

    reason: str


Outcome = Accepted | Refused | Unknown


class ChannelDown(Exception):
    """The channel works for nobody: no connection, wrong credentials. What was not sent waits; it turns red."""


class Transport(Protocol):
    """A channel. One object per process; `send` may use threads and keeps its connections for the next batch."""

    name: str
    """The channel's name, one of `choices.Channel`."""
    can_ask: bool
    """Whether `find` can tell if an attempt was accepted."""
    batch: int
    """How many deliveries it takes at once."""

    def configured(self) -> bool:
        """Return whether this node has what the channel needs. A channel that is not configured takes nothing."""

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Send, and yield an outcome for the id of each as soon as it is known. Raises `ChannelDown`."""

    def find(self, outgoing: Outgoing) -> Accepted | None:
        """Return how the provider took one of the doubtful attempts, None when it knows of none.

        Only called when `can_ask`. Raises `ChannelDown` when the provider does not answer.
        """

    def render(self, outgoing: Outgoing) -> str:
        """Return the words that the person gets, as they are sent, for pages and tests."""

    def loopback(self) -> str:
        """Return the node's own mailbox or number to which test messages go and come back, "" when it has none.

        Whoever gets such a message in (a mailbox, an inbound webhook) calls `health.returned(channel, text)`.
        """

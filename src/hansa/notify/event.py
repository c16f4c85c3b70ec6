# SPDX-License-Identifier: Apache-2.0
"""What goes in and what comes out of the part: an event to tell, to whom, and the answer to an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from django.utils import translation

from hansa.core.verdicts import Text
from hansa.notify.choices import Channel, Urgency

if TYPE_CHECKING:
    from hansa.notify.models import Message


class HasText(Protocol):
    """Words that are chosen when read, like `duty.wording.Wording`."""

    @property
    def text(self) -> str:
        """The words in the language that is active."""


Worded = Text | HasText


def in_language(words: Worded, language: str) -> str:
    """Return words in a language."""
    with translation.override(language):
        return words.text if hasattr(words, "text") else str(words)


@dataclass(frozen=True, slots=True)
class Event:
    """Something to tell, written once. Headline and link go everywhere; the text to e-mail and pages only.

    `key` is unique for what happened (`activation.activated:<uuid>`). `url` is a path of this node; `{message}` and
    `{code}` in it are replaced for each recipient. With `answer` the message carries a code that takes it. `exercise`
    is the id of a drill: it goes to enlisted addresses only. What is not sent by `expires_at` is not sent.
    """

    key: str
    headline: Worded
    text: Worded = ""
    url: str = ""
    urgency: Urgency = Urgency.NORMAL
    expires_at: datetime | None = None
    answer: bool = False
    exercise: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to tell: over these channels (all when empty), in this language (else that of their addresses).

    A lower `place` is sent earlier: 0 for whoever is on duty, then those behind them.
    """

    person: UUID
    language: str = ""
    place: int = 0
    channels: Sequence[Channel] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """An event, to be told to people of one member. `round` counts from 1: a further one says the same again."""

    member: str
    event: Event
    recipients: Sequence[Recipient]
    round: int = 1


@dataclass(frozen=True, slots=True)
class Sent:
    """What `send_message` wrote: a message per person, and the persons for whom no address was usable."""

    messages: dict[UUID, "Message"] = field(default_factory=dict)
    unreachable: tuple[UUID, ...] = ()


class Answer(StrEnum):
    """What an answer to a message did."""

    TAKEN = "taken"
    ALREADY = "already"
    WRONG = "wrong"
    LOCKED = "locked"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Answered:
    """The effect of an answer: what it did, and the message that took the event (of whoever was first)."""

    answer: Answer
    message: "Message"
    taken: "Message | None" = None
    tries_left: int = 0

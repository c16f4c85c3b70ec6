# SPDX-License-Identifier: Apache-2.0
"""Who wants to know: parts above subscribe here, channels register here. Called inside the member's scope."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from hansa.notify.channel import Transport
    from hansa.notify.models import Address, Message

Handler = Callable[["Message"], None]
Unreachable = Callable[["Message", str], None]
Disabled = Callable[["Address", str], None]
Names = Callable[[Iterable[UUID] | None], Mapping[UUID, str]]

channels: dict[str, "Transport"] = {}
acknowledged: list[Handler] = []
answering: list[Callable[["Message"], bool]] = []
written: list[Handler] = []
unreachable: list[Unreachable] = []
disabled: list[Disabled] = []
_names: list[Names] = []


def add_channel(transport: "Transport") -> None:
    """Make a channel known by its name, in the place of an earlier one."""
    channels[transport.name] = transport


def on_acknowledged(handler: Handler) -> Handler:
    """Call `handler(message)` in the transaction in which a person took an event, once per event and member."""
    acknowledged.append(handler)
    return handler


def on_answering(handler: Callable[["Message"], bool]) -> Callable[["Message"], bool]:
    """Ask `handler(message)` whether the person still speaks for the member, before their answer counts."""
    answering.append(handler)
    return handler


def on_unreachable(handler: Unreachable) -> Unreachable:
    """Call `handler(message, reason)` when a message reached its person by no address of its round.

    Reasons: `failed`, `expired`, `locked` after five wrong codes, `ended` with the person's term. A person without any
    usable address is named by `send_message` itself, in what it returns.
    """
    unreachable.append(handler)
    return handler


def on_disabled(handler: Disabled) -> Disabled:
    """Call `handler(address, reason)` when nothing more is sent to an address: it bounced, is unknown, or said stop."""
    disabled.append(handler)
    return handler


def on_message(handler: Handler) -> Handler:
    """Call `handler(message)` when a message is written: the in-page inbox is a channel that needs no outbox."""
    written.append(handler)
    return handler


def set_names(names: Names) -> Names:
    """Say how persons are called: `names(ids)` returns those of the member whose scope is open, `names(None)` all."""
    _names[:] = [names]
    return names


def names(persons: Iterable[UUID] | None = None) -> Mapping[UUID, str]:
    """Return what persons are called, without those that nobody knows; all of the member's own when not said."""
    return _names[0](persons) if _names else {}

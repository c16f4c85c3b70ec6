# SPDX-License-Identifier: Apache-2.0
"""Messages to people, at the addresses that they confirmed: a folder per channel, an outbox, and what became of each.

The part knows addresses and opaque ids of persons; it knows no part above it. Others use what is named here
(`from hansa import notify`). Names load on first use, because Django imports this package before models can be loaded.

`send_message` writes rows and one job per channel in the caller's transaction: whoever rolls back sends nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hansa.notify.actions import acknowledge as acknowledge
    from hansa.notify.actions import drop_addresses as drop_addresses
    from hansa.notify.actions import forget_events as forget_events
    from hansa.notify.actions import report as report
    from hansa.notify.actions import send_message as send_message
    from hansa.notify.actions import send_messages as send_messages
    from hansa.notify.choices import Channel as Channel
    from hansa.notify.choices import Urgency as Urgency
    from hansa.notify.event import Answer as Answer
    from hansa.notify.event import Event as Event
    from hansa.notify.event import Recipient as Recipient
    from hansa.notify.event import Sent as Sent
    from hansa.notify.event import Telling as Telling
    from hansa.notify.queries import deliveries_for as deliveries_for
    from hansa.notify.registry import on_acknowledged as on_acknowledged
    from hansa.notify.registry import on_answering as on_answering
    from hansa.notify.registry import on_disabled as on_disabled
    from hansa.notify.registry import on_message as on_message
    from hansa.notify.registry import on_unreachable as on_unreachable
    from hansa.notify.registry import set_names as set_names

_HOME = {
    "actions": ("acknowledge", "drop_addresses", "forget_events", "report", "send_message", "send_messages"),
    "choices": ("Channel", "Urgency"),
    "event": ("Answer", "Event", "Recipient", "Sent", "Telling"),
    "queries": ("deliveries_for",),
    "registry": ("on_acknowledged", "on_answering", "on_disabled", "on_message", "on_unreachable", "set_names"),
}
_MODULES = {name: module for module, names in _HOME.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)

# SPDX-License-Identifier: Apache-2.0
"""Search over everything that a person may see: each part registers what it can find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hansa.core.actor import Actor
from hansa.core.verdicts import Text


@dataclass(frozen=True, slots=True)
class Found:
    """One result: what it is, where it is, and a line about it."""

    title: Text
    url: str
    detail: Text = ""


Provider = Callable[[Actor, str], Sequence[Found]]
_providers: dict[str, tuple[Text, Provider]] = {}


def register(name: str, label: Text, provider: Provider) -> None:
    """Make `provider(actor, query)` part of every search; `label` heads its results."""
    _providers[name] = (label, provider)


def search(actor: Actor, query: str) -> list[tuple[Text, Sequence[Found]]]:
    """Return the results by kind, kinds without a result left out. An empty query finds nothing."""
    words = query.strip()
    if not words:
        return []
    found = ((label, provider(actor, words)) for label, provider in _providers.values())
    return [(label, results) for label, results in found if results]


def kinds() -> list[Text]:
    """Return the labels of all that a search looks through."""
    return [label for label, _ in _providers.values()]

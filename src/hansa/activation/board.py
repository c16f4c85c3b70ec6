# SPDX-License-Identifier: Apache-2.0
"""Panels of the board that other parts bring: requests and what is still missing, missions, shipments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hansa.activation.models import Activation
from hansa.core.actor import Actor

Fill = Callable[[Activation, Actor], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of the board: its place among the others, its template, and what fills it."""

    order: int
    template: str
    fill: Fill


_panels: list[Panel] = []


def register_panel(order: int, template: str, fill: Fill) -> None:
    """Show `template` on every board with what `fill(activation, actor)` returns, as `panel`; None hides it.

    The template's live parts carry `data-live-region` and an id. `fill` makes a number of queries that does not grow
    with the requests.
    """
    _panels.append(Panel(order, template, fill))
    _panels.sort(key=lambda panel: (panel.order, panel.template))


def panels(activation: Activation, actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """Return template and context of each panel, in order."""
    filled = ((panel.template, panel.fill(activation, actor)) for panel in _panels)
    return [(template, context) for template, context in filled if context is not None]

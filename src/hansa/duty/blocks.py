# SPDX-License-Identifier: Apache-2.0
"""The second block of "My duties": what each office looks at next. Other parts bring their own here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hansa.core.actor import Actor

Fill = Callable[[Actor], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the page: for which offices, in what order, by which template, filled by what."""

    order: int
    offices: frozenset[str]
    template: str
    fill: Fill


_blocks: list[Block] = []


def register_block(order: int, offices: tuple[str, ...], template: str, fill: Fill) -> None:
    """Show `template` to persons of these offices (all when empty) with what `fill(actor)` returns; None hides it."""
    _blocks.append(Block(order, frozenset(offices), template, fill))
    _blocks.sort(key=lambda block: (block.order, block.template))


def for_actor(actor: Actor) -> list[tuple[str, dict[str, Any]]]:
    """Return template and context of each block that the actor's offices look at."""
    held = {actor.office, *actor.offices}
    fitting = [block for block in _blocks if not block.offices or block.offices & held]
    filled = ((block.template, block.fill(actor)) for block in fitting)
    return [(template, context) for template, context in filled if context is not None]

# SPDX-License-Identifier: Apache-2.0
"""The second block of "My duties": what each office looks at next. Other parts bring their own here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.duty import queries
from hansa.duty.queries import rota as rotas
from hansa.people.choices import Office, office_label

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


_COMING_WITHIN = timedelta(days=7)


def _on_call(actor: Actor) -> dict[str, Any] | None:
    """Return who is on call now and next, as duty officer and for the actor's offices, and when the actor's turn is."""
    now = clock.now()
    shown = []
    for row in rotas.rotas().filter(office__in=(Office.DUTY_OFFICER, actor.office, *actor.offices)):
        view = rotas.now_and_next(row, now)
        mine = next((who for who in view.now if who.person == actor.person), None)
        ahead = rotas.outlook(row, now, now + _COMING_WITHIN).shifts
        coming = next((shift for shift in ahead if shift.person == actor.person and shift.start > now), None)
        shown.append((row, office_label(row.office), view, mine, coming))
    if not shown:
        return None
    people = {who for _row, _label, view, _mine, _coming in shown for who in view.then}
    people |= {who.person for _row, _label, view, _mine, _coming in shown for who in view.now}
    return {"rotas": shown, "names": queries.names_of(people)}


# No office is named: everyone who serves the member sees who is called first.
register_block(5, (), "duty/_on_call.html", _on_call)

# SPDX-License-Identifier: Apache-2.0
"""The board's panel of who was reached: told by what, seen and taken by whom, and in red where nobody has answered.

It rests on what each member says of itself to the league, so that it is the same on every node.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.activation import bylaws, phoning
from hansa.activation.alarming import key_of
from hansa.activation.board import register_panel
from hansa.activation.models import Activation
from hansa.activation.wording import member_name
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.duty.choices import CHANNEL_LABELS, VIA_LABELS
from hansa.duty.models import Alert, AlertSign, ContactList
from hansa.duty.queries import alarm as duty
from hansa.people.models import Person


class State(StrEnum):
    """How far it has come, the worst first."""

    NOBODY = "nobody"
    SILENT = "silent"
    TOLD = "told"
    WAITING = "waiting"
    TAKEN = "taken"
    ANSWERED = "answered"


LABELS: dict[State, tuple[Promise, str]] = {
    State.NOBODY: (_("Nobody has answered"), "late"),
    State.SILENT: (_("No sign"), "late"),
    State.TOLD: (_("Told, not answered"), "soon"),
    State.WAITING: (_("No word yet"), "neutral"),
    State.TAKEN: (_("Seen and taken"), "done"),
    State.ANSWERED: (_("Has answered"), "done"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One member: its state, by what it was told, who has it, and whether it is to be phoned."""

    member: str
    name: str
    state: State
    told_at: datetime | None
    ways: str
    person: str
    via: str
    taken_at: datetime | None
    phone: bool

    @property
    def label(self) -> Promise:
        """The state in words."""
        return LABELS[self.state][0]

    @property
    def tone(self) -> str:
        """The state as a kind of the status component."""
        return LABELS[self.state][1]


def fill(activation: Activation, actor: Actor) -> dict[str, Any] | None:
    """Return what the panel shows; None when there is nobody to reach. Its queries do not grow with the members."""
    now = clock.now()
    others = sorted(bylaws.league(activation.at) - {activation.member, activation.reporter})
    if not others:
        return None
    found, signs = duty.reached(activation.id, others), phoning.signs_in(activation.id)
    names = _names(item.taken.person for item in found.values() if item.taken and item.taken.person)
    term = bylaws.obligation(activation.charter, "acknowledge")
    patience = activation.at + term.phone_after if term and term.phone_after else None
    phoned = phoning.open_for(activation.id, others) if actor.member == activation.member else set()
    rows = [
        _row(found[member], signs.get(member), names, patience is not None and patience <= now, member in phoned)
        for member in others
    ]
    own = duty.alert_of(key_of(activation.id))
    rows = [_as_known(row, own) if own and row.member == own.member else row for row in rows]
    order = list(State)
    rows.sort(key=lambda row: (order.index(row.state), row.name))
    counts = Counter(row.state for row in rows)
    return {
        "anchor": "reached", "title": _("Who was reached"), "rows": rows, "now": now, "all": len(rows), "own": own,
        "counts": [(LABELS[state], counts[state]) for state in State if counts[state]],
        "without": len(others) - ContactList.objects.filter(author__in=others).count(),
    }  # fmt: skip


def _row(found: duty.Reached, sign: datetime | None, names: dict[UUID, str], late: bool, phone: bool) -> Row:
    # Where nobody could be asked, nobody was told.
    said: AlertSign | None = next((sign for sign in (found.told, found.unanswered) if sign and sign.asked), None)
    taken = found.taken
    state = (
        State.TAKEN if taken
        else State.ANSWERED if sign
        else State.NOBODY if found.unanswered
        else State.SILENT if late
        else State.TOLD if found.told
        else State.WAITING
    )  # fmt: skip
    ways = _ways(said.channels) if said else ""
    person = names.get(taken.person, str(taken.person)[-12:]) if taken and taken.person else ""
    via = str(VIA_LABELS.get(taken.via, taken.via)) if taken else ""
    return Row(
        found.member, member_name(found.member), state, said.at if said else None, ways, person, via,
        taken.at if taken else sign, phone,
    )  # fmt: skip


def _as_known(row: Row, own: Alert) -> Row:
    """Return the reader's own row with what its deliveries say, before its member has told the league."""
    if row.state is not State.WAITING or (since := duty.told_so_far(own)) is None:
        return row
    return replace(row, state=State.TOLD, told_at=since, ways=_ways(duty.delivered_by(own)))


def _ways(channels: Iterable[str]) -> str:
    return ", ".join(str(CHANNEL_LABELS.get(name, name)) for name in channels)


def _names(people) -> dict[UUID, str]:
    told = Person.objects.filter(person__in=set(people))
    return dict(told.values_list("person", "name"))


register_panel(5, "activation/_reached.html", fill)

# SPDX-License-Identifier: Apache-2.0
"""Reactions: what follows from an act on this node, once for each act, reaction and member."""

import json
from collections.abc import Sequence

from hansa.core.rls import every_member, member_scope
from hansa.core.statements import ask
from hansa.ledger import registry, standing
from hansa.ledger.act import Act
from hansa.ledger.audience import PUBLIC
from hansa.ledger.models import Log

_REACTED = b"SELECT ledger_reacted($1::uuid, $2, $3)"


def hosted_members() -> list[str]:
    """Return the members whose logs this node hosts."""
    return list(Log.objects.filter(hosted=True).order_by("author").values_list("author", flat=True))


def react(act: Act, *, only: str = "") -> None:
    """Run what follows from `act`, in the transaction that applied it, for every member or one. Never on rebuild.

    Nothing follows for a member whose own key does not open the act, until it does (`lost_keys`).
    """
    shut: set[str] | None = None
    for reaction in registry.reactions.get(act.type, ()):
        members = [each for each in reaction.members(act) if only in ("", each)]
        if not members:
            continue
        if shut is None:
            shut = standing.shut_out(act.digest, act.audience) if act.audience != PUBLIC else set()
        members = [each for each in members if each not in shut]
        if reaction.run_all and members:
            with every_member() as step:
                if first := _first(act, reaction, members):
                    reaction.run_all(act, first, step)
        for member in members:
            if reaction.run is None:
                break
            with member_scope(member):
                if _first(act, reaction, [member]):
                    reaction.run(act, member)


def _first(act: Act, reaction: registry.Reaction, members: Sequence[str]) -> list[str]:
    """Note that this follows now, and return the members for whom it had not yet."""
    found = ask(_REACTED, str(act.id), reaction.name, json.dumps(members))
    return [member.decode() for (member,) in found if member]

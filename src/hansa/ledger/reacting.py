# SPDX-License-Identifier: Apache-2.0
"""Reactions: what follows from an act on this node, once for each act, reaction and member."""

from hansa.core.rls import member_scope
from hansa.ledger import registry
from hansa.ledger.act import Act
from hansa.ledger.models import Log, ReactionRun


def hosted_members() -> list[str]:
    """Return the members whose logs this node hosts."""
    return list(Log.objects.filter(hosted=True).order_by("author").values_list("author", flat=True))


def react(act: Act) -> None:
    """Run what follows from `act`, in the transaction that applied it. Never called on rebuild."""
    for reaction in registry.reactions.get(act.type, ()):
        for member in reaction.members(act):
            with member_scope(member):
                _, first = ReactionRun.objects.get_or_create(act=act.id, name=reaction.name, member=member)
                if first:
                    reaction.run(act, member)

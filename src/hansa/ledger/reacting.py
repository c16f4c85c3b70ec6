# SPDX-License-Identifier: Apache-2.0
"""Reactions: what follows from an act on this node, once for each act, reaction and member."""

from hansa.core.rls import member_scope
from hansa.ledger import registry, standing
from hansa.ledger.act import Act
from hansa.ledger.audience import PUBLIC
from hansa.ledger.models import Log, ReactionRun


def hosted_members() -> list[str]:
    """Return the members whose logs this node hosts."""
    return list(Log.objects.filter(hosted=True).order_by("author").values_list("author", flat=True))


def react(act: Act, *, only: str = "") -> None:
    """Run what follows from `act`, in the transaction that applied it, for every member or one. Never on rebuild.

    Nothing follows for a member whose own key does not open the act, until it does (`lost_keys`).
    """
    wanted = registry.reactions.get(act.type, ())
    shut = standing.shut_out(act.digest, act.audience) if wanted and act.audience != PUBLIC else set()
    for reaction in wanted:
        for member in reaction.members(act):
            if member in shut or only not in ("", member):
                continue
            with member_scope(member):
                _, first = ReactionRun.objects.get_or_create(act=act.id, name=reaction.name, member=member)
                if first:
                    reaction.run(act, member)

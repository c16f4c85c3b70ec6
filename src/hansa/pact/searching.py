# SPDX-License-Identifier: Apache-2.0
"""What search finds here: members by name or state, and the clauses of the charter in force by their words."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.core import search
from hansa.core.actor import Actor
from hansa.pact import queries

_MOST = 20


def register() -> None:
    """Make members and clauses part of every search."""
    search.register("pact.members", _("Members"), find_members)
    search.register("pact.clauses", _("Clauses of the charter"), find_clauses)


def find_members(actor: Actor, words: str) -> list[search.Found]:
    """Return the members whose name, id or state holds the words."""
    rows = queries.member_rows().filter(Q(name__icontains=words) | Q(slug__icontains=words) | Q(state__iexact=words))
    return [
        search.Found(f"{row.name}, {row.state}", reverse("pact:member-show", args=[row.slug]), row.get_kind_display())
        for row in rows[:_MOST]
    ]


def find_clauses(actor: Actor, words: str) -> list[search.Found]:
    """Return the clauses of the charter in force whose number, title or text holds the words."""
    version = queries.charter_in_force()
    if version is None:
        return []
    wanted = words.casefold().removeprefix("§")
    found = [
        clause
        for clause in version.charter.clauses.values()
        if clause.number == wanted or wanted in f"{clause.title} {clause.text}".casefold()
    ]
    return [
        search.Found(f"{clause.number} {clause.title}", queries.clause_url(version.digest, clause.number))
        for clause in found[:_MOST]
    ]

# SPDX-License-Identifier: Apache-2.0
"""What the charter of an activation says, in the form that the rules take. An activation keeps its charter for life."""

from collections.abc import Callable
from datetime import datetime

from hansa.activation.owed import Term
from hansa.activation.rules import Level, Rule
from hansa.core.statements import ask
from hansa.pact import naming
from hansa.pact.charter import Charter, Obligation
from hansa.pact.queries import ClauseLink, clause_url

_read: dict[str, Charter] = {}
_PERIODS = b"SELECT author, since, until FROM pact_ratification WHERE since IS NOT NULL"


def charter(digest: str | None) -> Charter | None:
    """Return the charter that the act with this digest carries, or None where the node does not have it.

    A digest names its content, so that what was read once holds for ever.
    """
    if not digest:
        return None
    if digest not in _read and (found := naming.charter_of(digest)):
        _read[digest] = found
    return _read.get(digest)


def obligation(digest: str | None, code: str) -> Obligation | None:
    """Return an obligation of the charter, or None where it has none of that name."""
    held = charter(digest)
    return held.obligations.get(code) if held else None


def clause(digest: str | None, term: str) -> ClauseLink | None:
    """Return the clause on which a term rests and where it is read; None where the charter has no such term."""
    held = charter(digest)
    if held is None or digest is None:
        return None
    try:
        found = held.clause_for(term)
    except KeyError:
        return None
    return ClauseLink(found.number, found.title, clause_url(digest, found.number))


def clause_html(digest: str, number: str) -> str:
    """Return the text of a clause as HTML; tags in the charter come out as plain text."""
    held = charter(digest)
    return held.clauses[number].html if held and number in held.clauses else ""


def rule(held: Charter) -> Rule:
    """Return how the charter lets an activation begin and end."""
    levels = {code: Level(item.rank, item.attest, item.lasts) for code, item in held.levels.items()}
    return Rule(
        levels,
        held.invoke.attest_within,
        held.invoke.objections,
        held.urgent.paper_within,
        held.stand_down.who == "any",
    )


def terms(held: Charter) -> list[Term]:
    """Return what the charter obliges members to, in its order."""
    return [
        Term(code, item.starts, item.within, item.offices, item.whom, item.clause, item.levels, item.triggers)
        for code, item in held.obligations.items()
    ]


def _moment(written: bytes | None) -> datetime | None:
    return datetime.fromisoformat(written.decode()) if written else None


def leagues() -> Callable[[datetime], frozenset[str]]:
    """Return who was in the league at any time; guests are not. One query, however many times are asked."""
    listed = ask(_PERIODS)
    periods = [(author.decode(), _moment(since), _moment(until)) for author, since, until in listed if author]

    def at(moment: datetime) -> frozenset[str]:
        return frozenset(
            m for m, since, until in periods if since and since <= moment and (until is None or moment < until)
        )

    return at


def league(moment: datetime) -> frozenset[str]:
    """Return who was in the league at one time."""
    return leagues()(moment)

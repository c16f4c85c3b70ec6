# SPDX-License-Identifier: Apache-2.0
"""A charter: one document whose terms a program can follow and whose clauses people have agreed to."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from hashlib import sha256

from .clauses import Article, Clause
from .terms import (
    Amendment,
    Consult,
    Costs,
    Guests,
    Information,
    Invoke,
    Lawfulness,
    Level,
    Members,
    Notices,
    Obligation,
    Signature,
    StandDown,
    Trigger,
    Urgent,
    Withdrawal,
    Witnesses,
)


@dataclass(frozen=True)
class Charter:
    """A charter that was read without a problem.

    `source` is the exact document; `flat` holds every term as written, by its path, for lists and comparisons.
    """

    source: str
    language: str
    title: str
    preamble: str
    articles: tuple[Article, ...]
    flat: Mapping[str, str]
    triggers: Mapping[str, Trigger]
    levels: Mapping[str, Level]
    obligations: Mapping[str, Obligation]
    signing: Mapping[str, Signature]
    signing_clause: str
    members: Members
    consult: Consult
    invoke: Invoke
    urgent: Urgent
    stand_down: StandDown
    costs: Costs
    notices: Notices
    information: Information
    withdrawal: Withdrawal
    amendment: Amendment
    guests: Guests
    lawfulness: Lawfulness
    witnesses: Witnesses

    @cached_property
    def sha256(self) -> str:
        """The hash of the exact document, as 64 hexadecimal digits."""
        return sha256(self.source.encode()).hexdigest()

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause by its number."""
        return {clause.number: clause for article in self.articles for clause in article.clauses}

    def clause_for(self, term: str) -> Clause:
        """Return the clause that a term rests on, such as `obligations.acknowledge` or `signing.aid.offer.made`.

        `KeyError` when the charter has no such term.
        """
        table, _, name = term.partition(".")
        if table == "signing":
            row = self.signing.get(name)
            return self.clauses[row.clause if row and row.clause else self.signing_clause]
        held = getattr(self, table, None)
        if isinstance(held, Mapping):
            held = held[name.partition(".")[0]]
        if held is None or not hasattr(held, "clause"):
            raise KeyError(term)
        return self.clauses[held.clause]

    def attest_needed(self, level: str, others: int) -> int:
        """Return how many other members must attest an activation at `level`: never more than there are others."""
        return min(self.levels[level].attest, max(others, 0))

    def next_level(self, level: str) -> str | None:
        """Return the level ranked just above, or None at the top."""
        above = [code for code, held in self.levels.items() if held.rank > self.levels[level].rank]
        return min(above, key=lambda code: self.levels[code].rank, default=None)

    def receiving_share(self) -> Fraction:
        """Return the share of costs that the receiving member pays."""
        shares = {"receiving": Fraction(1), "sending": Fraction(0)}
        return shares.get(self.costs.who_pays, Fraction(self.costs.receiving_percent or 0, 100))

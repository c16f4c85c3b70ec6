# SPDX-License-Identifier: Apache-2.0
"""The difference between two versions of a charter: which clauses and which terms changed, and how."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from .document import Charter

Kind = Literal["added", "removed", "changed"]
_MOST_PAIRS = 1_000_000  # comparing word by word takes time with the square of a clause's length
Piece = tuple[Literal["same", "out", "in"], str]


@dataclass(frozen=True, slots=True)
class ClauseChange:
    """One clause that differs; `pieces` tell word by word what stays, what goes and what comes."""

    number: str
    title: str
    kind: Kind
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class TermChange:
    """One term that differs; None stands for a side that does not have it."""

    path: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs; empty for two versions that say the same."""

    clauses: tuple[ClauseChange, ...]
    terms: tuple[TermChange, ...]

    def __bool__(self) -> bool:
        return bool(self.clauses or self.terms)


def diff(old: Charter, new: Charter) -> Difference:
    """Return what changes from `old` to `new`, clauses in the order of their numbers, terms by path."""
    return Difference(tuple(_clauses(old, new)), tuple(_terms(old, new)))


def _clauses(old: Charter, new: Charter):
    before, after = _texts(old), _texts(new)
    for number in sorted({*before, *after}, key=_order):
        title, was = before.get(number, ("", ""))
        name, now = after.get(number, (title, ""))
        if number not in before:
            yield ClauseChange(number, name, "added", (("in", now),))
        elif number not in after:
            yield ClauseChange(number, title, "removed", (("out", was),))
        elif (title, was) != (name, now):
            words = _pieces(f"{title}\n\n{was}" if title != name else was, f"{name}\n\n{now}" if title != name else now)
            yield ClauseChange(number, name, "changed", words)


def _texts(charter: Charter) -> dict[str, tuple[str, str]]:
    """Return title and text by number: clauses, articles (titles only), and the preamble as number 0."""
    texts = {"0": (charter.title, charter.preamble)}
    texts |= {article.number: (article.title, "") for article in charter.articles}
    return texts | {number: (clause.title, clause.text) for number, clause in charter.clauses.items()}


def _order(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("."))


def _pieces(old: str, new: str) -> tuple[Piece, ...]:
    was, now = _words(old), _words(new)
    if len(was) * len(now) > _MOST_PAIRS:
        return (("out", old), ("in", new))
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(was[a:b])))
            continue
        if a < b:
            pieces.append(("out", "".join(was[a:b])))
        if c < d:
            pieces.append(("in", "".join(now[c:d])))
    return tuple(pieces)


def _words(text: str) -> list[str]:
    """Return the words, each with the white space that follows it."""
    return re.findall(r"\S+\s*|\s+", text)


def _terms(old: Charter, new: Charter):
    for path in sorted({*old.flat, *new.flat}):
        was, now = old.flat.get(path), new.flat.get(path)
        if was != now:
            yield TermChange(path, was, now)

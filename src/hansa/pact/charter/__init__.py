# SPDX-License-Identifier: Apache-2.0
"""The charter document: terms in TOML between `+++` lines, then numbered clauses in Markdown.

Pure: it knows no Django and no other part, and could be published alone.
"""

from importlib.resources import files

from .clauses import Article, Clause
from .diff import ClauseChange, Difference, TermChange, diff
from .document import Charter
from .messages import MESSAGES, Problem
from .reading import MOST_BYTES, CharterError, check, parse, read
from .terms import (
    GUEST_RIGHTS,
    HAZARDS,
    KINDS,
    LAWFULNESS,
    OBLIGATIONS,
    OFFICES,
    Level,
    Notices,
    Obligation,
    Signature,
    Trigger,
)

__all__ = [
    "GUEST_RIGHTS",
    "HAZARDS",
    "KINDS",
    "LAWFULNESS",
    "MESSAGES",
    "MOST_BYTES",
    "OBLIGATIONS",
    "OFFICES",
    "Article",
    "Charter",
    "CharterError",
    "Clause",
    "ClauseChange",
    "Difference",
    "Level",
    "Notices",
    "Obligation",
    "Problem",
    "Signature",
    "TermChange",
    "Trigger",
    "check",
    "diff",
    "model_charter",
    "parse",
    "read",
]


def model_charter(language: str = "en") -> str:
    """Return the model charter that Hansa ships, in English or Spanish."""
    name = "model_charter.md" if language != "es" else "model_charter.es.md"
    return files(__package__).joinpath(name).read_text(encoding="utf-8")

# SPDX-License-Identifier: Apache-2.0
"""States, units, categories and problems of aid, with the words that pages show."""

from hansa.aid.choices.asking import (
    CATEGORIES,
    COLUMN_LABELS,
    COST_CATEGORIES,
    COST_TERMS,
    DECLINE_REASONS,
    FORMS,
    LIFELINES,
    LINE_STATES,
    OFFER_DECLINE_REASONS,
    OFFER_STATES,
    PACKS,
    PRIORITIES,
    UNITS,
    Look,
)
from hansa.aid.choices.problems import PROBLEMS, problem_text

__all__ = [
    "CATEGORIES", "COLUMN_LABELS", "COST_CATEGORIES", "COST_TERMS", "DECLINE_REASONS", "FORMS", "LIFELINES",
    "LINE_STATES", "OFFER_DECLINE_REASONS", "OFFER_STATES", "PACKS", "PRIORITIES", "PROBLEMS", "problem_text",
    "UNITS", "Look",
]  # fmt: skip

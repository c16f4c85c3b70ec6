# SPDX-License-Identifier: Apache-2.0
"""On-call rotas, without Django: patterns laid over days, covers, fixed shifts, holidays, changes of the clocks, gaps.

Rules: docs/duty.md; changes of the clocks: reference/notification.md, section 7.
"""

from hansa.duty.rota.nouns import (
    Change,
    Cover,
    Fixed,
    Gap,
    Line,
    OnHolidays,
    Origin,
    Post,
    Rota,
    Segment,
    Shift,
    Term,
    Window,
)
from hansa.duty.rota.plan import at, changes, gaps, has_effect, plan, shifts

__all__ = [
    "Change", "Cover", "Fixed", "Gap", "Line", "OnHolidays", "Origin", "Post", "Rota", "Segment", "Shift", "Term",
    "Window", "at", "changes", "gaps", "has_effect", "plan", "shifts",
]  # fmt: skip

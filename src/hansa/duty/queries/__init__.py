# SPDX-License-Identifier: Apache-2.0
"""Every read of duty that is not trivial, by subject; what other parts and pages ask is named here."""

from hansa.duty.queries.inbox import (
    Fold,
    Group,
    acts_since,
    by_clock,
    for_subject,
    get_duty,
    get_handover,
    handovers,
    inbox_count,
    language_of,
    last_handover,
    lines,
    names_of,
    open_duties,
    pending_for,
    shift_began,
    to_know,
    visible_to,
    waiting_handover,
    was_told,
)
from hansa.duty.queries.rota import OnCall, on_call

__all__ = [
    "Fold", "Group", "OnCall", "acts_since", "by_clock", "for_subject", "get_duty", "get_handover", "handovers",
    "inbox_count", "language_of", "last_handover", "lines", "names_of", "on_call", "open_duties", "pending_for",
    "shift_began", "to_know", "visible_to", "waiting_handover", "was_told",
]  # fmt: skip

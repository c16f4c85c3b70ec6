# SPDX-License-Identifier: Apache-2.0
"""What can be done in duty, by subject; what other parts call is named here."""

from hansa.duty.actions.inbox import (
    BRIEF_LENGTH,
    LINE_LENGTH,
    About,
    Due,
    accept_handover,
    close_duties,
    hand_over,
    keep_duties,
    log_line,
    mark_read,
    move_due,
    open_duty,
    release_duty,
    reword_duty,
    take_duty,
    tell,
    waive_scope,
)

__all__ = [
    "BRIEF_LENGTH", "LINE_LENGTH", "About", "Due", "accept_handover", "close_duties", "hand_over", "keep_duties",
    "log_line", "mark_read", "move_due", "open_duty", "release_duty", "reword_duty", "take_duty", "tell", "waive_scope",
]  # fmt: skip

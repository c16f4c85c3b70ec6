# SPDX-License-Identifier: Apache-2.0
"""The nouns of duty, by subject."""

from hansa.duty.models.inbox import Duty, Handover, LogLine, Notice
from hansa.duty.models.rota import CalendarLink, Rota, RotaCover, RotaDay, RotaFixed, RotaLine, RotaSwap

__all__ = [
    "CalendarLink", "Duty", "Handover", "LogLine", "Notice", "Rota", "RotaCover", "RotaDay", "RotaFixed", "RotaLine",
    "RotaSwap",
]  # fmt: skip

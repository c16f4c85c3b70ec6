# SPDX-License-Identifier: Apache-2.0
"""The nouns of duty, by subject."""

from hansa.duty.models.alarm import AlarmPlan, Alert, AlertAsk, AlertSign, ContactList
from hansa.duty.models.inbox import Duty, Handover, LogLine, Notice
from hansa.duty.models.rota import CalendarLink, Rota, RotaCover, RotaDay, RotaFixed, RotaLine, RotaSwap

__all__ = [
    "AlarmPlan", "Alert", "AlertAsk", "AlertSign", "CalendarLink", "ContactList", "Duty", "Handover", "LogLine",
    "Notice", "Rota", "RotaCover", "RotaDay", "RotaFixed", "RotaLine", "RotaSwap",
]  # fmt: skip

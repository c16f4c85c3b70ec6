# SPDX-License-Identifier: Apache-2.0
"""The nouns of duty, by subject."""

from hansa.duty.models.inbox import Duty, Handover, LogLine, Notice

__all__ = ["Duty", "Handover", "LogLine", "Notice"]

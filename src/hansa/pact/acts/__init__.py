# SPDX-License-Identifier: Apache-2.0
"""What members say about the pact. All of these acts are public."""

from .charter import CharterProposed, CharterVoted, LeagueFounded
from .guests import GuestAccepted, GuestEnded, GuestInvited
from .members import MemberEndorsed, MemberRatified, WithdrawalCancelled, WithdrawalNoticed

__all__ = [
    "CharterProposed",
    "CharterVoted",
    "GuestAccepted",
    "GuestEnded",
    "GuestInvited",
    "LeagueFounded",
    "MemberEndorsed",
    "MemberRatified",
    "WithdrawalCancelled",
    "WithdrawalNoticed",
]

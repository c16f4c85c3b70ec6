# SPDX-License-Identifier: Apache-2.0
"""The nouns of people, by subject."""

from hansa.people.models.access import AccessChange, Device
from hansa.people.models.account import (
    Account,
    AccountManager,
    ApiToken,
    Appointment,
    Invitation,
    Person,
    RateBucket,
)
from hansa.people.models.compartment import JointStep, Reading, Seat

__all__ = [
    "AccessChange",
    "Account",
    "AccountManager",
    "ApiToken",
    "Appointment",
    "Device",
    "Invitation",
    "JointStep",
    "Person",
    "RateBucket",
    "Reading",
    "Seat",
]

# SPDX-License-Identifier: Apache-2.0
"""The nouns of people, by subject."""

from hansa.people.models.account import (
    Account,
    AccountManager,
    ApiToken,
    Appointment,
    Invitation,
    Person,
    RateBucket,
)

__all__ = ["Account", "AccountManager", "ApiToken", "Appointment", "Invitation", "Person", "RateBucket"]

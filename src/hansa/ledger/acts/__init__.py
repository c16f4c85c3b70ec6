# SPDX-License-Identifier: Apache-2.0
"""The ledger's own acts: roots, keys and passkeys; key periods and readers. All public, so that anyone can verify."""

from .epochs import EpochOpened, EpochShared, ReaderAdmitted, ReaderDismissed
from .recalls import BodyPurged, BodyRecalled, PurgeRefused, WrapsGiven
from .roots import (
    ADMINISTRATOR,
    ROOT_OFFICE,
    AuthenticatorEnrolled,
    AuthenticatorRevoked,
    KeyAdded,
    KeyRevoked,
    RecipientReplaced,
    RootStated,
)

__all__ = [
    "ADMINISTRATOR",
    "ROOT_OFFICE",
    "AuthenticatorEnrolled",
    "AuthenticatorRevoked",
    "BodyPurged",
    "BodyRecalled",
    "EpochOpened",
    "EpochShared",
    "KeyAdded",
    "KeyRevoked",
    "PurgeRefused",
    "ReaderAdmitted",
    "ReaderDismissed",
    "RecipientReplaced",
    "RootStated",
    "WrapsGiven",
]

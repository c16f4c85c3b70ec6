# SPDX-License-Identifier: Apache-2.0
"""Recovery keys on paper: text that a person can copy and type, with a check that finds a typing error.

The text is the 32-byte seed and the first 3 bytes of its SHA-256, in base32 (RFC 4648), in groups of four.
"""

import base64
import hashlib
import re

from hansa.ledger.keys import SEED_SIZE, SigningKey

_CHECK = 3


class NotARecoveryKey(ValueError):
    """The text is no recovery key, or was copied with an error."""


def to_text(key: SigningKey) -> str:
    """Return the key as it goes on paper: 14 groups of four letters and digits."""
    data = key.seed + hashlib.sha256(key.seed).digest()[:_CHECK]
    letters = base64.b32encode(data).decode().rstrip("=")
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


def from_text(text: str) -> SigningKey:
    """Return the key that was written down; spaces, dashes and case do not matter."""
    letters = re.sub(r"[\s-]", "", text).upper()
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        raise NotARecoveryKey("a recovery key has letters A to Z and digits 2 to 7 only") from None
    seed, check = data[:SEED_SIZE], data[SEED_SIZE:]
    if len(check) != _CHECK or hashlib.sha256(seed).digest()[:_CHECK] != check:
        raise NotARecoveryKey("the recovery key was copied with an error: compare it group by group")
    return SigningKey(seed)


def fingerprint(public: str) -> str:
    """Return a public key (hex) as people compare it: the first 16 bytes of its SHA-256, in groups of four digits."""
    digits = hashlib.sha256(bytes.fromhex(public)).hexdigest()[:32]
    return " ".join(digits[i : i + 4] for i in range(0, 32, 4))

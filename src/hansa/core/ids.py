# SPDX-License-Identifier: Apache-2.0
"""Identifiers: UUID version 7 (RFC 9562), so that ids sort by the time they were made."""

import os
import time
import uuid

_VERSION = 0x7 << 76
_VARIANT = 0b10 << 62


def new_id() -> uuid.UUID:
    """Return a new UUIDv7: 48 bits of Unix milliseconds, then 74 random bits."""
    random = int.from_bytes(os.urandom(10), "big")
    milliseconds = time.time_ns() // 1_000_000
    high = (milliseconds & (2**48 - 1)) << 80
    middle = (random >> 68) << 64
    low = random & (2**62 - 1)
    return uuid.UUID(int=high | _VERSION | middle | _VARIANT | low)

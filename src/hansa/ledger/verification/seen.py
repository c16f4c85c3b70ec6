# SPDX-License-Identifier: Apache-2.0
"""A map from digests to small numbers, kept compactly: logs are long, verifying machines small.

A Python dictionary spends two hundred bytes on such an entry; this spends twenty. Keys are cut to 16 bytes: finding
another digest with the same ones takes 2^128 tries, and a pair of one's own (2^64) spoils nothing but one's own log.
"""

_BUCKETS = 4096
_KEY = 16
_NUMBER = 4
_STEP = _KEY + _NUMBER


class Seen:
    """Maps evenly spread keys of 16 bytes or more to numbers below 2^32."""

    __slots__ = ("_buckets",)

    def __init__(self):
        self._buckets = [bytearray() for _ in range(_BUCKETS)]

    def get(self, key: bytes) -> int | None:
        """Return the number of `key`, None when it was not set."""
        bucket, at = self._find(key)
        return None if at < 0 else int.from_bytes(bucket[at + _KEY : at + _STEP], "big")

    def set(self, key: bytes, number: int) -> int | None:
        """Give `key` its number, and return the one that it had before, None where it had none."""
        bucket, at = self._find(key)
        if at < 0:
            bucket += key[:_KEY] + number.to_bytes(_NUMBER, "big")
            return None
        before = int.from_bytes(bucket[at + _KEY : at + _STEP], "big")
        bucket[at + _KEY : at + _STEP] = number.to_bytes(_NUMBER, "big")
        return before

    def _find(self, key: bytes) -> tuple[bytearray, int]:
        key = key[:_KEY]
        bucket = self._buckets[int.from_bytes(key[-2:], "big") % _BUCKETS]
        at = bucket.find(key)
        while at >= 0 and at % _STEP:
            at = bucket.find(key, at + 1)
        return bucket, at

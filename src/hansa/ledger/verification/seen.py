# SPDX-License-Identifier: Apache-2.0
"""A set of fixed-width keys with a small number each, kept compactly: logs are long, verifying machines small.

A Python set spends over a hundred bytes on a digest; this spends its width and one.
"""

_BUCKETS = 4096


class Seen:
    """Maps keys of `width` bytes, evenly spread (digests), to a number below 256."""

    def __init__(self, width: int):
        self._step = width + 1
        self._buckets = [bytearray() for _ in range(_BUCKETS)]

    def get(self, key: bytes) -> int | None:
        """Return the number of `key`, None when it was not set."""
        bucket, at = self._find(key)
        return None if at < 0 else bucket[at + self._step - 1]

    def set(self, key: bytes, number: int) -> None:
        """Give `key` its number, in place of one that it had."""
        bucket, at = self._find(key)
        if at < 0:
            bucket.extend(key + bytes([number]))
        else:
            bucket[at + self._step - 1] = number

    def _find(self, key: bytes) -> tuple[bytearray, int]:
        bucket = self._buckets[int.from_bytes(key[-2:], "big") % _BUCKETS]
        at = bucket.find(key)
        while at >= 0 and at % self._step:
            at = bucket.find(key, at + 1)
        return bucket, at

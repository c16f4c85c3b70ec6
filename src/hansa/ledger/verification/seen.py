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
        """Return the number of `key`, None when it was not added."""
        bucket = self._bucket(key)
        at = bucket.find(key)
        while at >= 0 and at % self._step:
            at = bucket.find(key, at + 1)
        return None if at < 0 else bucket[at + self._step - 1]

    def add(self, key: bytes, number: int) -> bool:
        """Add `key` with its number; return False, and change nothing, when it was there before."""
        if self.get(key) is not None:
            return False
        self._bucket(key).extend(key + bytes([number]))
        return True

    def _bucket(self, key: bytes) -> bytearray:
        return self._buckets[int.from_bytes(key[-2:], "big") % _BUCKETS]

# SPDX-License-Identifier: Apache-2.0
"""The trust file: which recovery keys each log began with, and the newest head seen of it.

    [logs."hansa/league/chicago-il"]
    root_keys = ["<key id: 32 hexadecimal digits>", ...]
    threshold = 2
    size = 1234                       # optional, together with
    root = "<base64 of the root at that size>"

The threshold is pinned with the keys: whoever holds one of three keys could else begin a log that asks for one.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hansa.ledger.tlog.merkle import HASH_SIZE
from hansa.ledger.tlog.strict import from_base64, to_base64
from hansa.ledger.verification.report import LogSummary

_FIELDS = {"root_keys", "threshold"}
_HEAD = {"size", "root"}
_KEY_ID = re.compile(r"[0-9a-f]{32}")


class TrustError(ValueError):
    """The trust file cannot be used; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Pin:
    """What is trusted of one log: ids of its first root keys, their threshold, and a head (size 0: none was seen)."""

    root_keys: frozenset[str]
    threshold: int
    size: int = 0
    root: bytes = b""


def read_trust(path: Path) -> dict[str, Pin]:
    """Return the pins of a trust file by origin; `TrustError` for anything in it that is not understood."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TrustError(f"{path}: {error}") from None
    logs = document.get("logs")
    if document.keys() != {"logs"} or not isinstance(logs, dict) or not logs:
        raise TrustError(f'{path}: a trust file has a table [logs."<origin>"] for each log, and nothing else')
    return {origin: _pin(f"{path}: {origin}", table) for origin, table in logs.items()}


def write_trust(logs: Iterable[LogSummary], pins: Mapping[str, Pin] | None = None) -> str:
    """Return the text of a trust file that pins these logs at their heads, keeping `pins` of logs not among them.

    `TrustError` where an earlier pin has another root, or a head that the new one cannot follow: what was trusted is
    never forgotten by saving anew. (Verify with the earlier pins first: that proves that the new heads follow.)
    """
    kept = dict(pins or {})
    for log in logs:
        new, old = Pin(log.root_keys, log.threshold, log.size, log.root), kept.get(log.origin)
        if old and (old.root_keys, old.threshold) != (new.root_keys, new.threshold):
            raise TrustError(f"{log.origin} is pinned with other root keys")
        if old and (new.size < old.size or (new.size == old.size and new.root != old.root)):
            raise TrustError(f"{log.origin} is pinned at a head of {old.size:,} leaves that this one does not follow")
        kept[log.origin] = new
    blocks = []
    for origin, pin in sorted(kept.items()):
        keys = ", ".join(f'"{key}"' for key in sorted(pin.root_keys))
        block = f'[logs."{origin}"]\nroot_keys = [{keys}]\nthreshold = {pin.threshold}\n'
        blocks.append(block + (f'size = {pin.size}\nroot = "{to_base64(pin.root)}"\n' if pin.size else ""))
    return "\n".join(blocks)


def _pin(where: str, table: object) -> Pin:
    if not isinstance(table, dict) or not _FIELDS <= table.keys() <= _FIELDS | _HEAD:
        raise TrustError(f"{where}: needs root_keys and threshold, and may have size and root")
    keys, threshold = table["root_keys"], table["threshold"]
    if not isinstance(keys, list) or not all(isinstance(key, str) and _KEY_ID.fullmatch(key) for key in keys):
        raise TrustError(f"{where}: root_keys is a list of key ids, 32 hexadecimal digits each")
    if type(threshold) is not int or not 1 <= threshold <= len(set(keys)):
        raise TrustError(f"{where}: threshold is a number from 1 to the number of root_keys")
    if not table.keys() & _HEAD:
        return Pin(frozenset(keys), threshold)
    return Pin(frozenset(keys), threshold, *_head(where, table))


def _head(where: str, table: dict) -> tuple[int, bytes]:
    size, root = table.get("size"), table.get("root")
    try:
        data = from_base64(root)
    except ValueError:
        data = b""
    if type(size) is not int or size < 1 or len(data) != HASH_SIZE:
        raise TrustError(f"{where}: size is a number above 0, root the base64 of {HASH_SIZE} bytes, both or neither")
    return size, data

# SPDX-License-Identifier: Apache-2.0
"""The bare peer of verification: parse, check JCS, hash, verify Ed25519, leaf by leaf. Imports nothing of Hansa.

reading.py FOLDER prints {"leaves", "seconds"} for the entry bundles of every log under FOLDER.
"""

import base64
import hashlib
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from nacl.bindings import crypto_sign_open

_KIND = b"application/vnd.hansa.act+json; v=1"
_ENCODE = json.JSONEncoder(ensure_ascii=False, check_circular=False, sort_keys=True, separators=(",", ":")).encode


def _parsed(data: bytes) -> dict:
    found = json.loads(data)
    # These acts hold neither fractions nor keys beyond the BMP: for them this is RFC 8785, at the speed of C.
    if _ENCODE(found).encode() != data:
        raise SystemExit("not in canonical form")
    return found


def _bundles(log: Path) -> Iterator[bytes]:
    """Yield the bundles of a log in order: full tiles, then the partial one."""
    found = {}
    for path in (log / "tile" / "entries").rglob("*"):
        if path.is_file():
            parts = path.relative_to(log / "tile" / "entries").parts
            numbers = [part.removesuffix(".p").removeprefix("x") for part in parts if not _is_width(part, parts)]
            found[int("".join(numbers))] = path
    for number in sorted(found):
        yield found[number].read_bytes()


def _is_width(part: str, parts: tuple[str, ...]) -> bool:
    return len(parts) > 1 and part is parts[-1] and parts[-2].endswith(".p")


def _leaves(bundle: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(bundle):
        size = int.from_bytes(bundle[at : at + 2], "big")
        yield bundle[at + 2 : at + 2 + size]
        at += 2 + size


def _learn(act: dict, keys: dict[str, bytes]) -> None:
    """Take up the keys that an act of the log gives out."""
    body = act.get("body", {})
    given = {"ledger.root.stated": body.get("root_keys"), "ledger.key.added": [body.get("key")]}
    for text in given.get(act.get("type", ""), None) or ():
        public = bytes.fromhex(text)
        keys[hashlib.sha256(public).hexdigest()[:32]] = public


def _check(entry: bytes, keys: dict[str, bytes]) -> None:
    envelope = _parsed(entry)
    hashlib.sha256(b"\0" + entry).digest()
    payload = base64.b64decode(envelope["payload"])
    _learn(_parsed(payload), keys)
    message = b"DSSEv1 %d %b %d %b" % (len(_KIND), _KIND, len(payload), payload)
    for signature in envelope["signatures"]:
        crypto_sign_open(base64.b64decode(signature["sig"]) + message, keys[signature["keyid"]])


def main(folder: Path) -> None:
    """Check every leaf and print how many there were, and how long it took."""
    began, leaves = time.perf_counter(), 0
    for head in sorted(folder.rglob("checkpoint")):
        keys: dict[str, bytes] = {}
        for bundle in _bundles(head.parent):
            for entry in _leaves(bundle):
                _check(entry, keys)
                leaves += 1
    sys.stdout.write(json.dumps({"leaves": leaves, "seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

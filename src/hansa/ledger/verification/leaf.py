# SPDX-License-Identifier: Apache-2.0
"""One leaf: from bytes to what they state, each step strict. A public leaf holds an act, a sealed one a stub."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hansa.ledger.approval import digest_of
from hansa.ledger.canonical import CanonicalError, parse
from hansa.ledger.envelope import Envelope, EnvelopeError, decode
from hansa.ledger.tlog.tiles import MAX_ENTRY
from hansa.ledger.verification.report import Stop

ACT_FIELDS = frozenset("at audience author body charter cites exercise id league office refs type v".split())
STUB_FIELDS = frozenset("at audience author ciphertext commitment exercise league size v".split())
SIZES = (1024, 4096, 16384, 65536)
PUBLIC = "public"
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_TYPE = re.compile(r"[a-z]+(\.[a-z][a-z-]*){2}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HEX = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf states. `digest` is its content digest: of the tail when public, the commitment when sealed."""

    envelope: Envelope
    fields: dict[str, Any]
    digest: bytes
    sealed: bool

    @property
    def office(self) -> str | None:
        """The office that signed, None when that lies sealed."""
        return self.fields.get("office")

    @property
    def type(self) -> str | None:
        """The act's type, None when that lies sealed."""
        return self.fields.get("type")


def read_leaf(entry: bytes) -> Leaf:
    """Return what an entry states; `Stop` with the name of the first thing that is wrong with it."""
    try:
        envelope = decode(entry)
    except EnvelopeError as error:
        raise Stop(error.code, str(error)) from None
    try:
        fields = parse(envelope.payload, max_bytes=MAX_ENTRY)
    except CanonicalError as error:
        raise Stop("not-canonical", f"the act is not canonical JSON: {error}") from None
    kind = frozenset(fields) if isinstance(fields, dict) else None
    if kind not in (ACT_FIELDS, STUB_FIELDS):
        raise Stop("act", "the payload is neither an act nor the stub of a sealed one")
    _check_common(fields)
    if kind == STUB_FIELDS:
        _check_stub(fields)
        return Leaf(envelope, fields, bytes.fromhex(fields["commitment"]), True)
    _check_act(fields)
    return Leaf(envelope, fields, digest_of(envelope.payload), False)


def _check_common(fields: dict[str, Any]) -> None:
    if type(fields["v"]) is not int or fields["v"] != 1:
        raise Stop("act", "the version of the act is not 1")
    for name in ("at", "audience", "author", "league"):
        if not isinstance(fields[name], str) or not fields[name]:
            raise Stop("act", f"{name} is text")
    if not (fields["exercise"] is None or isinstance(fields["exercise"], str) and fields["exercise"]):
        raise Stop("act", "exercise is text or null")
    if not _AT.fullmatch(fields["at"]):
        raise Stop("act", "the time of the act is not in its fixed form")
    try:
        datetime.fromisoformat(fields["at"])
    except ValueError:
        raise Stop("act", f"there is no such time as {fields['at']}") from None


def _check_stub(fields: dict[str, Any]) -> None:
    if fields["audience"] == PUBLIC:
        raise Stop("act", "a public act is not sealed")
    if not _is_digest(fields["ciphertext"]) or not _is_digest(fields["commitment"]):
        raise Stop("act", "ciphertext and commitment are 64 hexadecimal digits")
    if type(fields["size"]) is not int or fields["size"] not in SIZES:
        raise Stop("act", "the padded size is 1, 4, 16 or 64 KiB")


def _check_act(fields: dict[str, Any]) -> None:
    if fields["audience"] != PUBLIC:
        raise Stop("act", "an act that is not public lies open in the log")
    if not isinstance(fields["type"], str) or not _TYPE.fullmatch(fields["type"]):
        raise Stop("act", "the type is part.noun.participle")
    if not isinstance(fields["office"], str) or not isinstance(fields["body"], dict):
        raise Stop("act", "office is text, body an object")
    if not (fields["charter"] is None or isinstance(fields["charter"], str)):
        raise Stop("act", "charter is text or null")
    for name in ("refs", "cites"):
        found = fields[name]
        if not isinstance(found, list) or not all(map(_is_digest, found)):
            raise Stop("act", f"{name} is a list of digests")
    if not isinstance(fields["id"], str) or not _UUID.fullmatch(fields["id"]):
        raise Stop("act", "id is a UUID in its one spelling")


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _HEX.fullmatch(value) is not None

# SPDX-License-Identifier: Apache-2.0
"""DSSE v1 envelopes: payload, its type, signatures over both, and the approvals that belong to the act.

Source: secure-systems-lab/dsse, protocol.md. The serialised form is canonical JSON with strict base64, so that an
envelope has one spelling; a leaf of the log is exactly these bytes. The office key signs the payload, a passkey its
tail: neither signs the other, the leaf hash covers both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hansa.ledger import canonical as jcs
from hansa.ledger.approval import Approval
from hansa.ledger.keys import SIGNATURE_SIZE, SigningKey
from hansa.ledger.keys import verify as verify_signature
from hansa.ledger.tlog.strict import Base64Error, from_base64, to_base64
from hansa.ledger.tlog.tiles import MAX_ENTRY

ACT_TYPE = "application/vnd.hansa.act+json; v=1"
MAX_SIGNATURES = 16
_FIELDS = {"payload", "payloadType", "signatures"}
_DEPTH = 4


class EnvelopeError(ValueError):
    """An envelope is malformed or not signed as it should be; `code` names the failure, the message says it."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the id of the key that made it (`keys.key_id`); the id is a hint, verification decides."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A payload with its type, signatures and approvals. The payload is bytes, and stays them."""

    payload: bytes
    signatures: tuple[Signature, ...]
    approvals: tuple[Approval, ...] = ()
    payload_type: str = ACT_TYPE


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return DSSE's pre-authentication encoding: the bytes that are signed."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, keys: Iterable[SigningKey], approvals: Iterable[Approval] = ()) -> Envelope:
    """Return the envelope of an act, signed by each key in turn."""
    message = pae(ACT_TYPE, payload)
    signatures = tuple(Signature(key.key_id, key.sign(message)) for key in keys)
    return Envelope(payload, signatures, tuple(approvals))


def verify(envelope: Envelope, keys: Mapping[str, bytes], threshold: int = 1) -> frozenset[str]:
    """Return the ids of the keys that signed, at least `threshold` different ones.

    `keys` maps ids to public keys that may sign. `EnvelopeError` `signature` when one of them is named and its
    signature fails, `unknown-key` when fewer than `threshold` of them signed. Equal public keys count once.
    """
    message = pae(envelope.payload_type, envelope.payload)
    signed: dict[bytes, str] = {}
    for signature in envelope.signatures:
        public = keys.get(signature.keyid)
        if public is None:
            continue
        if not verify_signature(public, message, signature.sig):
            raise EnvelopeError("signature", f"the signature of key {signature.keyid} does not fit the act")
        signed.setdefault(public, signature.keyid)
    if len(signed) < threshold:
        named = ", ".join(signature.keyid for signature in envelope.signatures) or "nobody"
        raise EnvelopeError(
            "unknown-key",
            f"{len(signed)} of {threshold} keys that may sign this act have signed it (signed by {named})",
        )
    return frozenset(signed.values())


def encode(envelope: Envelope) -> bytes:
    """Return the bytes of a leaf, which `decode` reads back.

    `EnvelopeError` `too-large` when they exceed 65,535; `envelope` without a signature or with more than 16 of them
    or of approvals.
    """
    if not 1 <= len(envelope.signatures) <= MAX_SIGNATURES or len(envelope.approvals) > MAX_SIGNATURES:
        raise EnvelopeError("envelope", f"an act has 1 to {MAX_SIGNATURES} signatures, and at most as many approvals")
    obj = {
        "payload": to_base64(envelope.payload),
        "payloadType": envelope.payload_type,
        "signatures": [{"keyid": s.keyid, "sig": to_base64(s.sig)} for s in envelope.signatures],
    }
    if envelope.approvals:
        obj["approvals"] = [approval.to_json() for approval in envelope.approvals]
    data = jcs.canonical(obj, max_depth=_DEPTH)
    if len(data) > MAX_ENTRY:
        raise EnvelopeError("too-large", f"the act needs {len(data):,} bytes in the log; {MAX_ENTRY:,} are allowed")
    return data


def decode(data: bytes) -> Envelope:
    """Return the envelope that `data` states; `EnvelopeError` unless `data` is what `encode` writes for it.

    Codes: `too-large`, `not-canonical`, `base64-not-canonical`, `envelope` (fields, types, numbers of signatures).
    """
    if len(data) > MAX_ENTRY:
        raise EnvelopeError("too-large", f"a leaf has at most {MAX_ENTRY:,} bytes, not {len(data):,}")
    try:
        obj = jcs.parse(data, max_bytes=MAX_ENTRY, max_depth=_DEPTH)
    except jcs.CanonicalError as error:
        raise EnvelopeError("not-canonical", f"the envelope is not canonical JSON: {error}") from None
    if not isinstance(obj, dict) or obj.keys() - {"approvals"} != _FIELDS:
        raise EnvelopeError("envelope", "an envelope has payload, payloadType, signatures and perhaps approvals")
    if obj["payloadType"] != ACT_TYPE:
        raise EnvelopeError("envelope", f"an envelope of the log holds {ACT_TYPE}")
    signatures = tuple(_signature(item) for item in _list(obj["signatures"], "signatures"))
    return Envelope(_bytes(obj["payload"]), signatures, _approvals(obj))


def _signature(item: object) -> Signature:
    if not isinstance(item, dict) or item.keys() != {"keyid", "sig"} or not isinstance(item["keyid"], str):
        raise EnvelopeError("envelope", "a signature has keyid and sig")
    sig = _bytes(item["sig"])
    if len(sig) != SIGNATURE_SIZE:
        raise EnvelopeError("envelope", f"an Ed25519 signature has {SIGNATURE_SIZE} bytes, not {len(sig)}")
    return Signature(item["keyid"], sig)


def _approvals(obj: dict) -> tuple[Approval, ...]:
    if "approvals" not in obj:
        return ()
    try:
        return tuple(Approval.from_json(item) for item in _list(obj["approvals"], "approvals"))
    except EnvelopeError:
        raise
    except ValueError as error:
        code = "base64-not-canonical" if isinstance(error, Base64Error) else "envelope"
        raise EnvelopeError(code, f"an approval cannot be read: {error}") from None


def _list(value: object, name: str) -> list:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_SIGNATURES:
        raise EnvelopeError("envelope", f"{name} is a list of 1 to {MAX_SIGNATURES}")
    return value


def _bytes(text: object) -> bytes:
    try:
        return from_base64(text)
    except Base64Error as error:
        raise EnvelopeError("base64-not-canonical", f"a field of the envelope cannot be read: {error}") from None

# SPDX-License-Identifier: Apache-2.0
"""How a person's passkey approves acts: one touch for a listed batch, bound to the bytes that were shown.

An act's canonical form starts with its time, which is set when it is logged: `{"at":"2026-11-20T12:43:00.000000Z",`.
All bytes behind that are its **tail**: they freeze at the first approval. The content digest of an act is the
SHA-256 of its tail, or for a sealed act the salted commitment to it. A batch is a list of digests; the challenge is
SHA-256("hansa-approve/v1" || nonce || root), with the RFC 6962 root over the digests as leaves, and each act carries
its own path to that root. One act is a batch of one.
"""

import hashlib
import json
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256, CoseKey, EdDSA

from hansa.ledger.keys import admit_public_key
from hansa.ledger.tlog.merkle import Frontier, inclusion_proof, leaf_hash, root, root_from_inclusion
from hansa.ledger.tlog.strict import from_base64url, to_base64url

DOMAIN = b"hansa-approve/v1"
NONCE_SIZE = 32
MAX_BATCH = 4096
EXERCISE_RP_ID = "exercise.hansa.invalid"
EXERCISE_ORIGIN = "https://exercise.hansa.invalid"
_PREFIX = re.compile(rb'\{"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)",')
_PREFIX_SIZE = 36
_USER_PRESENT, _USER_VERIFIED = 0x01, 0x04


class ApprovalError(ValueError):
    """An approval does not stand; `code` names the failure, the message says it in a sentence."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Credential:
    """An enrolled passkey: base64url id, COSE public key, RP ID, the origins it may answer to; exercise or real."""

    id: str
    cose_public_key: bytes
    rp_id: str
    origins: tuple[str, ...]
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator answers to a challenge: raw bytes as WebAuthn delivers them."""

    credential: str
    authenticator_data: bytes
    client_data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's approval of one act, as it travels in the leaf: the assertion, and the act's place in the batch."""

    person: str
    credential: str
    nonce: bytes
    index: int
    size: int
    path: tuple[bytes, ...]
    authenticator_data: bytes
    client_data: bytes
    signature: bytes

    def to_json(self) -> dict:
        """Return the approval as it stands in the envelope; bytes in unpadded base64url."""
        return {
            "authenticator_data": to_base64url(self.authenticator_data),
            "client_data": to_base64url(self.client_data),
            "credential": self.credential,
            "index": self.index,
            "nonce": to_base64url(self.nonce),
            "path": [to_base64url(node) for node in self.path],
            "person": self.person,
            "signature": to_base64url(self.signature),
            "size": self.size,
        }

    @classmethod
    def from_json(cls, obj: dict) -> "Approval":
        """Return the approval that `obj` states; `ValueError` on other fields, other types, or loose base64."""
        if not isinstance(obj, dict) or set(obj) != set(cls.__slots__):
            raise ValueError("an approval has exactly the fields " + ", ".join(cls.__slots__))
        if type(obj["index"]) is not int or type(obj["size"]) is not int or not isinstance(obj["path"], list):
            raise ValueError("index and size of an approval are whole numbers, its path is a list")
        if not isinstance(obj["person"], str):
            raise ValueError("the person of an approval is text")
        from_base64url(obj["credential"])
        return cls(
            person=obj["person"],
            credential=obj["credential"],
            nonce=from_base64url(obj["nonce"]),
            index=obj["index"],
            size=obj["size"],
            path=tuple(from_base64url(node) for node in obj["path"]),
            authenticator_data=from_base64url(obj["authenticator_data"]),
            client_data=from_base64url(obj["client_data"]),
            signature=from_base64url(obj["signature"]),
        )


@dataclass(frozen=True, slots=True)
class Batch:
    """Digests that one touch approves, in the order in which they were listed, with the nonce of that touch."""

    digests: tuple[bytes, ...]
    nonce: bytes

    @property
    def challenge(self) -> bytes:
        """The 32 bytes that the authenticator signs over."""
        return challenge(self.digests, self.nonce)


def tail_of(payload: bytes) -> bytes:
    """Return the bytes of an act behind its time; `ValueError` unless the act starts with a time of 27 characters."""
    if not _PREFIX.match(payload):
        raise ValueError("the act does not start with its time")
    return payload[_PREFIX_SIZE:]


def time_of(payload: bytes) -> str:
    """Return the time with which the act starts, as written."""
    match = _PREFIX.match(payload)
    if not match:
        raise ValueError("the act does not start with its time")
    return match[1].decode("ascii")


def with_time(tail: bytes, at: str) -> bytes:
    """Return the act made of a time (`YYYY-MM-DDTHH:MM:SS.ffffffZ`) and a tail."""
    prefix = b'{"at":"' + at.encode() + b'",'
    if not _PREFIX.fullmatch(prefix):
        raise ValueError(f"not a time of 27 characters: {at!r}")
    return prefix + tail


def digest_of(payload: bytes) -> bytes:
    """Return the content digest of a public act: SHA-256 of its tail. (For a sealed one it is the commitment.)"""
    return hashlib.sha256(tail_of(payload)).digest()


def challenge(digests: Sequence[bytes], nonce: bytes) -> bytes:
    """Return the WebAuthn challenge for a batch; `ValueError` if it is empty or too long, or the nonce not 32 bytes."""
    if not 1 <= len(digests) <= MAX_BATCH or any(len(digest) != 32 for digest in digests):
        raise ValueError(f"a batch lists 1 to {MAX_BATCH} digests of 32 bytes")
    return _challenge(nonce, root(map(leaf_hash, digests)))


def approvals_for(batch: Batch, person: str, assertion: Assertion) -> list[Approval]:
    """Return one approval for each act of the batch, in order, all carrying the one assertion."""
    nodes: list[tuple[int, int, bytes]] = []
    Frontier().extend(map(leaf_hash, batch.digests), nodes)
    tree = {(level, index): node for level, index, node in nodes}
    size = len(batch.digests)
    return [
        Approval(
            person=person,
            credential=assertion.credential,
            nonce=batch.nonce,
            index=index,
            size=size,
            path=tuple(inclusion_proof(index, size, lambda level, at: tree[level, at])),
            authenticator_data=assertion.authenticator_data,
            client_data=assertion.client_data,
            signature=assertion.signature,
        )
        for index in range(size)
    ]


def verify_approval(approval: Approval, digest: bytes, credential: Credential, *, exercise: bool = False) -> None:
    """Return if `credential` approved the act with this content digest; `ApprovalError` otherwise.

    `exercise` says that the league is one: only then does an exercise authenticator count.
    """
    if approval.credential != credential.id:
        raise ApprovalError("approval-credential", "the approval names another passkey")
    if (credential.exercise or credential.rp_id == EXERCISE_RP_ID) and not exercise:
        raise ApprovalError("exercise-authenticator", "an exercise authenticator approves nothing in a real league")
    _verify_client_data(approval, digest, credential)
    _verify_authenticator_data(approval.authenticator_data, credential)
    message = approval.authenticator_data + hashlib.sha256(approval.client_data).digest()
    if not _fits(credential.cose_public_key, message, approval.signature):
        raise ApprovalError("approval-signature", "the signature of the passkey does not fit the approval")


# The acts of one batch carry one assertion: its signature is checked once.
@lru_cache(maxsize=1024)
def _fits(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        read_cose_key(public).verify(message, signature)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, KeyError, TypeError):
        return False
    return True


@lru_cache(maxsize=4096)
def read_cose_key(data: bytes) -> CoseKey:
    """Return the passkey's public key; `ValueError` unless it is a sound key for ES256 or EdDSA, in CBOR to its end.

    Enrolment asks this too: a point off its curve, or of low order, is refused before it can approve anything.
    """
    try:
        decoded = cbor.decode(data)
        key = CoseKey.parse(decoded) if isinstance(decoded, dict) else CoseKey()
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError, struct.error):
        raise ValueError("not a COSE key") from None
    if type(key) is ES256 and key.get(1) == 2 and key.get(-1) == 1 and _is_p256(key.get(-2), key.get(-3)):
        return key
    if type(key) is EdDSA and key.get(1) == 1 and key.get(-1) == 6 and isinstance(key.get(-2), bytes):
        admit_public_key(key[-2])
        return key
    raise ValueError("a passkey signs with ES256 on P-256, or with EdDSA on Ed25519")


def _is_p256(x: object, y: object) -> bool:
    if not isinstance(x, bytes) or not isinstance(y, bytes) or len(x) != 32 or len(y) != 32:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        return False
    return True


def _challenge(nonce: bytes, batch_root: bytes) -> bytes:
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"the nonce of an approval has {NONCE_SIZE} bytes")
    return hashlib.sha256(DOMAIN + nonce + batch_root).digest()


def _verify_client_data(approval: Approval, digest: bytes, credential: Credential) -> None:
    try:
        client = json.loads(approval.client_data)
        kind, origin, stated = client["type"], client["origin"], from_base64url(client["challenge"])
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ApprovalError("approval-malformed", "the client data of the approval cannot be read") from None
    if kind != "webauthn.get":
        raise ApprovalError("approval-type", "the passkey's answer is not an assertion")
    if origin not in credential.origins or client.get("crossOrigin"):
        raise ApprovalError("approval-origin", f"the approval was made at {str(origin)[:100]}, which is not allowed")
    if stated != _expected_challenge(approval, digest):
        raise ApprovalError("approval-swapped", "the approval is of other bytes than this act's")


def _verify_authenticator_data(data: bytes, credential: Credential) -> None:
    if len(data) < 37 or data[:32] != hashlib.sha256(credential.rp_id.encode()).digest():
        raise ApprovalError("approval-rp", f"the approval was not made for {credential.rp_id}")
    if data[32] & (_USER_PRESENT | _USER_VERIFIED) != _USER_PRESENT | _USER_VERIFIED:
        raise ApprovalError("approval-user", "the passkey did not verify the person (PIN, fingerprint or face)")


def _expected_challenge(approval: Approval, digest: bytes) -> bytes:
    try:
        if approval.size > MAX_BATCH:
            raise ValueError
        batch_root = root_from_inclusion(approval.index, approval.size, leaf_hash(digest), approval.path)
        return _challenge(approval.nonce, batch_root)
    except ValueError:
        raise ApprovalError("approval-path", "the approval's path does not fit its place in the batch") from None

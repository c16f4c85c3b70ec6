# SPDX-License-Identifier: Apache-2.0
"""Sealed bodies: what lies outside the leaf, encrypted with age, and the commitment that stands in it.

A body is an age file with one recipient: an X25519 key made for that act. A **wrap** is another age file, holding
that key, for the league's epoch key or for one member. Purging destroys wraps, salt and ciphertext; the leaf keeps
the commitment SHA-256(salt || tail) and the ciphertext's hash. The salt lies inside the body with the tail, so that
every reader can prove what the leaf committed to, and nobody else can guess at it.

Plaintext of a body: version byte, salt (32), length of the tail (4, big-endian), tail, zeros up to 1, 4, 16 or 64 KiB.
"""

import hashlib
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pyrage
from pyrage import x25519

BUCKETS = (1024, 4096, 16384, 65536)
SALT_SIZE = 32
MAX_HEADER = 65_536
_VERSION = b"\x01"
_HEAD = len(_VERSION) + SALT_SIZE + 4
MAX_TAIL = BUCKETS[-1] - _HEAD
MAX_BODY = BUCKETS[-1] + 4096
MAX_WRAP = 4096
# Wraps that were made later, by a logged act, are kept under this and the reader's name.
GIVEN = "given:"
_FIRST_LINE = b"age-encryption.org/v1\n"


class SealingError(ValueError):
    """A sealed body or a wrap is malformed, not for this reader, or not what the leaf committed to."""


class WrongKey(SealingError):
    """The file is in its form, but this key does not open it: the key is another's, or not the act's."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed tail: what the leaf shows (SHA-256 in hex, commitment, padded size), and what can be purged."""

    ciphertext: bytes
    ciphertext_hash: str
    commitment: bytes
    padded_size: int
    salt: bytes = field(repr=False)
    wraps: Mapping[str, bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened body: the tail of the act, and the salt that proves it against the commitment."""

    tail: bytes
    salt: bytes


def new_identity() -> str:
    """Return a new X25519 identity in age's text form (`AGE-SECRET-KEY-1...`): secret, to be sealed at rest."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the public recipient (`age1...`) of an identity."""
    return str(_identity(identity).to_public())


def check_recipient(recipient: str) -> str:
    """Return `recipient` if it is an X25519 recipient of age in its one spelling; `SealingError` otherwise."""
    _recipient(recipient)
    return recipient


def new_salt() -> bytes:
    """Return 32 random bytes, which keep the content of an act from being guessed by its commitment."""
    return os.urandom(SALT_SIZE)


def seal(tail: bytes, recipients: Mapping[str, str], *, salt: bytes | None = None) -> Sealed:
    """Return `tail` sealed under a fresh key, with one wrap of that key for each named recipient (`age1...`).

    `salt` is given where the commitment was made, and approved, before. `SealingError` without a recipient, or
    when the tail exceeds `MAX_TAIL` bytes.
    """
    if not recipients:
        raise SealingError("a body is sealed to at least one recipient")
    key = x25519.Identity.generate()
    salt = new_salt() if salt is None else salt
    plaintext = _pad(salt, tail)
    ciphertext = pyrage.encrypt(plaintext, [key.to_public()])
    secret = str(key).encode()
    return Sealed(
        ciphertext=ciphertext,
        ciphertext_hash=hashlib.sha256(ciphertext).hexdigest(),
        commitment=commit(tail, salt),
        padded_size=len(plaintext),
        salt=salt,
        wraps={name: pyrage.encrypt(secret, [_recipient(text)]) for name, text in recipients.items()},
    )


def commit(tail: bytes, salt: bytes) -> bytes:
    """Return the salted commitment to a tail; it is the content digest of a sealed act."""
    return hashlib.sha256(salt + tail).digest()


def check_commitment(tail: bytes, salt: bytes, expected: bytes) -> None:
    """Return if `expected` commits to `tail` under `salt`; `SealingError` otherwise."""
    if len(salt) != SALT_SIZE or commit(tail, salt) != expected:
        raise SealingError("the body is not the one that the leaf committed to")


def unwrap(wrap: bytes, identity: str) -> str:
    """Return the key of one act (an identity in text form) from a wrap; `SealingError` if it is not for `identity`."""
    if len(wrap) > MAX_WRAP:
        raise SealingError("the wrap is too large")
    try:
        return str(x25519.Identity.from_str(_decrypt(wrap, identity).decode("ascii")))
    except (UnicodeDecodeError, pyrage.IdentityError):
        raise SealingError("the wrap holds no key") from None


def rewrap(key: str, recipient: str) -> bytes:
    """Return one more wrap of an act's key: for a late joiner, or from the epoch key to one member."""
    return pyrage.encrypt(str(_identity(key)).encode(), [_recipient(recipient)])


def open_with_key(ciphertext: bytes, key: str) -> Opened:
    """Return tail and salt of a body, opened with the act's own key; `SealingError` if it is not an honest body."""
    if len(ciphertext) > MAX_BODY + MAX_HEADER:
        raise SealingError("the body is too large")
    return _unpad(_decrypt(ciphertext, key))


def open_body(ciphertext: bytes, wrap: bytes, identity: str) -> Opened:
    """Return tail and salt of a body for the reader with `identity`, to whom `wrap` was made."""
    return open_with_key(ciphertext, unwrap(wrap, identity))


def stanzas(data: bytes) -> Sequence[str]:
    """Return the types of the recipient stanzas of an age file; `SealingError` for a header over 64 KiB or none.

    Reads no further than the header, in time proportional to it: thousands of stanzas are refused before any is tried.
    """
    if not data.startswith(_FIRST_LINE):
        raise SealingError("not an age file")
    end = data.find(b"\n---", 0, MAX_HEADER)
    if end < 0:
        raise SealingError("the header of the age file is too large or cut short")
    lines = data[len(_FIRST_LINE) : end].split(b"\n")
    return [line.split(b" ")[1].decode("latin-1") for line in lines if line.startswith(b"-> ")]


def _decrypt(data: bytes, identity: str) -> bytes:
    """Open an age file that has one X25519 recipient. age itself may add one stanza of noise, named `...-grease`."""
    found = [kind for kind in stanzas(data) if not kind.endswith("-grease")]
    if found != ["X25519"] or len(stanzas(data)) > 2:
        raise SealingError("a sealed file has exactly one X25519 recipient")
    out = io.BytesIO()
    try:
        pyrage.decrypt_io(io.BytesIO(data), out, [_identity(identity)])
    except (pyrage.DecryptError, OSError) as error:
        raise WrongKey(f"the sealed file does not open: {str(error)[:100] or 'not for this reader'}") from None
    return out.getvalue()


def _pad(salt: bytes, tail: bytes) -> bytes:
    if len(salt) != SALT_SIZE:
        raise SealingError(f"the salt of a body has {SALT_SIZE} bytes")
    used = _HEAD + len(tail)
    size = next((bucket for bucket in BUCKETS if bucket >= used), None)
    if size is None:
        raise SealingError(f"the body has {len(tail):,} bytes; {MAX_TAIL:,} are allowed")
    return b"".join((_VERSION, salt, len(tail).to_bytes(4, "big"), tail, bytes(size - used)))


def _unpad(plaintext: bytes) -> Opened:
    if len(plaintext) not in BUCKETS or plaintext[:1] != _VERSION:
        raise SealingError("the body is not padded to 1, 4, 16 or 64 KiB")
    salt = plaintext[1 : 1 + SALT_SIZE]
    length = int.from_bytes(plaintext[1 + SALT_SIZE : _HEAD], "big")
    tail = plaintext[_HEAD : _HEAD + length]
    if _pad(salt, tail) != plaintext:
        raise SealingError("the body's padding is not the one that its length asks for")
    return Opened(tail, salt)


def _identity(text: str) -> x25519.Identity:
    try:
        return x25519.Identity.from_str(text)
    except pyrage.IdentityError:
        raise SealingError("not an age identity") from None


# The same few members are sealed to again and again; public keys are no secret to keep out of memory.
@lru_cache(maxsize=4096)
def _recipient(text: str) -> x25519.Recipient:
    try:
        recipient = x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise SealingError("not an age recipient") from None
    if str(recipient) != text:
        raise SealingError("the age recipient is not in its one spelling")
    return recipient

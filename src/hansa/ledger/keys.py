# SPDX-License-Identifier: Apache-2.0
"""Ed25519 signing keys, their ids, their admission, and their encryption at rest.

A key of low order verifies messages that nobody signed, so keys are checked once, when they are enrolled; after
that libsodium's verification is unambiguous (reference page ledger-federation, section 8).
"""

import hashlib
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from nacl.bindings import crypto_core_ed25519_is_valid_point, crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import CryptoError

PUBLIC_SIZE = SEED_SIZE = KEK_SIZE = 32
SIGNATURE_SIZE = 64
_VERSION = b"hansa-sealed-key/v1\n"
_NONCE = 12


class KeyRefused(ValueError):
    """A key cannot be admitted, or a sealed key cannot be opened; the message says why."""


class SigningKey:
    """An Ed25519 private key. Its seed is read by `seed` only; text forms and pickles never show it."""

    __slots__ = ("_secret", "public")

    def __init__(self, seed: bytes):
        if len(seed) != SEED_SIZE:
            raise KeyRefused(f"an Ed25519 seed has {SEED_SIZE} bytes")
        self.public, self._secret = crypto_sign_seed_keypair(bytes(seed))

    @classmethod
    def generate(cls) -> "SigningKey":
        """Return a new key from the system's randomness."""
        return cls(os.urandom(SEED_SIZE))

    @property
    def seed(self) -> bytes:
        """The 32 secret bytes; for `seal_private` and for note signers, nothing else."""
        return self._secret[:SEED_SIZE]

    @property
    def key_id(self) -> str:
        """The id of the public key."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of `message`."""
        return crypto_sign(message, self._secret)[:SIGNATURE_SIZE]

    def __repr__(self) -> str:
        return f"<SigningKey {self.key_id}>"

    def __reduce__(self):
        raise TypeError("a private key is not serialised; seal it")


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether `signature` of `message` was made by the admitted key `public`."""
    if len(signature) != SIGNATURE_SIZE or len(public) != PUBLIC_SIZE:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True


def admit_public_key(public: bytes) -> bytes:
    """Return `public` if it may be enrolled: a canonical point of the prime-order group; `KeyRefused` otherwise."""
    if len(public) != PUBLIC_SIZE:
        raise KeyRefused(f"an Ed25519 public key has {PUBLIC_SIZE} bytes, not {len(public)}")
    if not crypto_core_ed25519_is_valid_point(public):
        raise KeyRefused("the public key is of low order, not canonical, or not on the curve")
    return public


def key_id(public: bytes) -> str:
    """Return the id of a public key: the first 16 bytes of its SHA-256, as 32 hexadecimal digits."""
    return hashlib.sha256(public).hexdigest()[:32]


def seal_private(secret: bytes, kek: bytes, *, context: str) -> bytes:
    """Return `secret` encrypted under the key-encryption key, openable only with the same `context`.

    The context names the use (`chicago-il/office/legal`), so that a sealed key moved to another row does not open.
    """
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher(kek).encrypt(nonce, secret, _VERSION + context.encode())


def open_private(sealed: bytes, kek: bytes, *, context: str) -> bytes:
    """Return the secret that `seal_private` sealed; `KeyRefused` for another key, context or version, or damage."""
    if not sealed.startswith(_VERSION):
        raise KeyRefused("the sealed key is of an unknown version")
    nonce, box = sealed[len(_VERSION) :][:_NONCE], sealed[len(_VERSION) + _NONCE :]
    try:
        return _cipher(kek).decrypt(nonce, box, _VERSION + context.encode())
    except (InvalidTag, ValueError):
        raise KeyRefused(
            "the sealed key does not open: another key-encryption key or context, or it is damaged"
        ) from None


def _cipher(kek: bytes) -> ChaCha20Poly1305:
    if len(kek) != KEK_SIZE:
        raise KeyRefused(f"the key-encryption key has {KEK_SIZE} bytes")
    return ChaCha20Poly1305(kek)

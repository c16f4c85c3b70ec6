# SPDX-License-Identifier: Apache-2.0
"""Addresses at rest: sealed under a key that follows from HANSA_KEY, found again by a keyed hash.

Nothing that opens an address lies in the database. The node's push key follows from HANSA_KEY as well, so that it is
stored nowhere.
"""

import base64
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

_VERSION = b"n1"
_NONCE = 12
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Unreadable(Exception):
    """A sealed address does not open: another HANSA_KEY, or it is damaged."""


@lru_cache
def _key(purpose: str, length: int = 32) -> bytes:
    secret = base64.b64decode(settings.HANSA_KEY, validate=True)
    return HKDF(SHA256(), length, salt=None, info=f"hansa.notify {purpose}".encode()).derive(secret)


@lru_cache
def _cipher() -> ChaCha20Poly1305:
    return ChaCha20Poly1305(_key("addresses"))


def seal(value: str, *, context: str) -> bytes:
    """Return a value sealed to one row; only the same context opens it."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _cipher().encrypt(nonce, value.encode(), context.encode())


def open_sealed(sealed: bytes, *, context: str) -> str:
    """Return what `seal` sealed; `Unreadable` for another key or context, or damage."""
    nonce, box = sealed[len(_VERSION) :][:_NONCE], sealed[len(_VERSION) + _NONCE :]
    try:
        return _cipher().decrypt(nonce, box, context.encode()).decode()
    except (InvalidTag, ValueError):
        raise Unreadable("the address does not open: HANSA_KEY is another one, or the row is damaged") from None


def lookup(channel: str, value: str) -> str:
    """Return the keyed hash under which an address is found: 64 hexadecimal digits. Case does not matter."""
    return hmac.digest(_key("lookup"), f"{channel}\0{value.lower()}".encode(), "sha256").hex()


def signature(purpose: str, text: str) -> str:
    """Return a short keyed hash of a text, 16 hexadecimal digits, for return addresses of e-mail."""
    return hmac.digest(_key(purpose), text.encode(), "sha256").hex()[:16]


@lru_cache
def push_key() -> ec.EllipticCurvePrivateKey:
    """Return the key with which this node signs for push services (VAPID)."""
    number = int.from_bytes(_key("web push", 48), "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def push_key_public() -> str:
    """Return the public half as browsers take it: an uncompressed point in base64url."""
    point = push_key().public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).decode().rstrip("=")

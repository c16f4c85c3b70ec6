# SPDX-License-Identifier: Apache-2.0
"""Base64 and decimal numbers with exactly one spelling each, so that no two files state the same fact."""

import base64
import binascii
from collections.abc import Callable


class Base64Error(ValueError):
    """Text is not base64 in its one canonical form."""


def to_base64(data: bytes) -> str:
    """Return `data` in standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: object) -> bytes:
    """Return the bytes of `text`; `Base64Error` unless it is exactly what `to_base64` writes.

    Decoders commonly ignore stray trailing bits, line breaks and missing padding; each of those would let one
    signature be written in several ways.
    """
    if not isinstance(text, str):
        raise Base64Error("base64 is not text")
    return _decode(text, text, to_base64)


def to_base64url(data: bytes) -> str:
    """Return `data` in base64url without padding, as WebAuthn writes it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: object) -> bytes:
    """Return the bytes of unpadded base64url; `Base64Error` unless it is exactly what `to_base64url` writes."""
    if not isinstance(text, str) or "+" in text or "/" in text:
        raise Base64Error("not base64url text")
    padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
    return _decode(text, padded, to_base64url)


def to_decimal(number: int) -> str:
    """Return `number`, which is not negative, in ASCII decimal."""
    if number < 0:
        raise ValueError(f"{number} is negative")
    return str(number)


def from_decimal(text: str, *, limit: int = 2**63) -> int:
    """Return the number below `limit` that `text` states; `ValueError` on signs, spaces and leading zeros."""
    if not text.isascii() or not text.isdigit() or len(text) > 20 or (text[0] == "0" and text != "0"):
        raise ValueError(f"not a plain decimal number: {text[:40]!r}")
    number = int(text)
    if number >= limit:
        raise ValueError(f"{number} is too large")
    return number


def _decode(text: str, padded: str, encode: Callable[[bytes], str]) -> bytes:
    try:
        data = binascii.a2b_base64(padded.encode("ascii"))
    except (binascii.Error, UnicodeEncodeError):
        raise Base64Error("not base64") from None
    if encode(data) != text:
        raise Base64Error("base64 is not in its one canonical form")
    return data

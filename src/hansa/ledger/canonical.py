# SPDX-License-Identifier: Apache-2.0
"""JSON in the one form of RFC 8785 (JCS), and the only JSON that the ledger admits.

Bytes are stored and signed as they are; this module makes them, and says whether bytes are in that form. On top
of RFC 8785 the ledger allows no fractions (amounts are strings), no integer beyond 2^53 - 1, and 32 levels.
"""

import json
import re
from typing import Any

import orjson
import rfc8785

MAX_BYTES = 1_048_576
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1

# orjson writes the same bytes as RFC 8785, many times faster, but for the order of keys beyond the Basic Multilingual
# Plane and for fractions. `canonical` keeps both away from it.
_beyond_bmp = re.compile(rb"[\xf0-\xf4]").search
_SIMPLE = frozenset((str, bool, type(None)))
_string = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_bracket = re.compile(rb"[\[\]{}]")


class CanonicalError(ValueError):
    """The JSON is not in canonical form, or cannot be brought into it; the message says why."""


def canonical(obj: Any, *, max_depth: int = MAX_DEPTH) -> bytes:
    """Return the canonical bytes of `obj`: None, booleans, integers, text, and lists and dicts of them.

    `CanonicalError` for fractions, integers beyond 2^53 - 1, keys that are not text, lone surrogates, other types,
    and nesting deeper than `max_depth`.
    """
    _check(obj, max_depth)
    return _dump(obj)


def parse(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> Any:
    """Return the object that `data` states; `CanonicalError` unless `data` is its one canonical form."""
    if len(data) > max_bytes:
        raise CanonicalError(f"{len(data):,} bytes are more than the {max_bytes:,} that are allowed")
    _check_depth(data, max_depth)
    try:
        obj = _decoder.decode(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise CanonicalError(f"not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise CanonicalError(f"not JSON: {error.msg.lower()} at character {error.pos}") from None
    if _dump(obj) != data:
        raise CanonicalError(_difference(data))
    return obj


def _dump(obj: Any) -> bytes:
    try:
        data = orjson.dumps(obj, option=orjson.OPT_SORT_KEYS)
        return rfc8785.dumps(obj) if not data.isascii() and _beyond_bmp(data) else data
    except (orjson.JSONEncodeError, rfc8785.CanonicalizationError):
        raise CanonicalError("text holds half of a surrogate pair") from None


def _check(obj: Any, depth: int) -> None:
    kind = type(obj)
    if kind in _SIMPLE:
        return
    if kind is int:
        if not -MAX_INTEGER <= obj <= MAX_INTEGER:
            raise CanonicalError("an integer is beyond 2^53 - 1; write it as text")
    elif kind is dict or kind is list or kind is tuple:
        if depth == 0:
            raise CanonicalError("nested deeper than allowed")
        if kind is dict and not all(type(key) is str for key in obj):
            raise CanonicalError("a key is not text")
        for value in obj.values() if kind is dict else obj:
            if type(value) not in _SIMPLE:
                _check(value, depth - 1)
    elif isinstance(obj, float):
        raise CanonicalError("fractions are not allowed; write amounts as text")
    else:
        raise CanonicalError(f"{kind.__name__} has no form in JSON")


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting before the parser recurses. Few brackets cannot nest deeply, so most acts need one count."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    for bracket in _bracket.findall(_string.sub(b"", data)):
        depth += 1 if bracket in b"[{" else -1
        if depth > max_depth:
            raise CanonicalError(f"nested deeper than {max_depth} levels")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(number := int(text)) > MAX_INTEGER:
        raise CanonicalError("an integer is beyond 2^53 - 1; write it as text")
    return number


def _fraction(text: str) -> None:
    raise CanonicalError(f"{text[:40]} is not allowed: amounts are text, counts are whole numbers")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CanonicalError("a key stands twice in one object")
    return found


# Keys that stand twice need no hook here: the copy with one of them cannot equal the bytes.
_decoder = json.JSONDecoder(parse_int=_integer, parse_float=_fraction, parse_constant=_fraction)


def _difference(data: bytes) -> str:
    try:
        json.loads(data, object_pairs_hook=_unique)
    except CanonicalError as error:
        return str(error)
    return "not in canonical form (RFC 8785): spaces, order of keys or escapes differ"

# SPDX-License-Identifier: Apache-2.0
"""Readers of single values in the head: each returns the value, or raises `Wrong` with the message id."""

import re
from collections.abc import Callable
from dataclasses import Field, field
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

_DURATION = re.compile(r"(-?\d{1,7})\s*(m|h|d)")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_MONEY = re.compile(r"\d{1,12}(\.\d{2})?")
_FRACTION = re.compile(r"(\d{1,4})\s*/\s*([1-9]\d{0,3})")
_NUMBER = re.compile(r"\d{1,3}\.\d{1,3}")
_LONGEST = timedelta(days=3660)
_MOST_LETTERS = 300

Reader = Callable[[str, object], Any]


class Wrong(Exception):
    """A value that cannot stand: the message id and what the message names."""

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def _typed(key: str, value: object, wanted: type, word: str, example: str) -> Any:
    # TOML's true is not a number, though Python's is.
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise Wrong("wrong-type", key=key, wanted=word, example=f"{key} = {example}")
    return value


def text(key: str, value: object) -> str:
    """Read a text that is not empty."""
    read = _typed(key, value, str, "text", '"..."').strip()
    if not read:
        raise Wrong("empty", key=key, wanted="text")
    if len(read) > _MOST_LETTERS:
        raise Wrong("too-big", key=key, value=len(read), most=_MOST_LETTERS)
    return read


def flag(key: str, value: object) -> bool:
    """Read true or false."""
    return _typed(key, value, bool, "yes-no", "true")


def number(least: int, most: int) -> Reader:
    """Return a reader of whole numbers from `least` to `most`."""

    def read(key: str, value: object) -> int:
        found = _typed(key, value, int, "number", str(least))
        if found < least:
            raise Wrong("too-small", key=key, value=found, least=least)
        if found > most:
            raise Wrong("too-big", key=key, value=found, most=most)
        return found

    return read


def clause(key: str, value: object) -> str:
    """Read the number of a clause; whether the text has it is checked once the text is read."""
    found = _typed(key, value, str, "clause", '"3.2"')
    if not _NUMBER.fullmatch(found):
        raise Wrong("not-clause-number", value=found)
    return found


def choice(*known: str, code: str = "unknown-choice") -> Reader:
    """Return a reader of one of the `known` words."""

    def read(key: str, value: object) -> str:
        found = _typed(key, value, str, "text", f'"{known[0]}"')
        if found not in known:
            raise Wrong(code, key=key, value=found, known=", ".join(known))
        return found

    return read


def several(of: Reader, *, least: int = 1) -> Reader:
    """Return a reader of a list without repetition, each item read by `of`."""

    def read(key: str, value: object) -> tuple[Any, ...]:
        items = _typed(key, value, list, "list", '["...", "..."]')
        found = tuple(of(key, item) for item in items)
        if len(found) < least:
            raise Wrong("empty", key=key, wanted="list")
        for item in found:
            if found.count(item) > 1:
                raise Wrong("repeated", key=key, value=item)
        return found

    return read


def duration(key: str, value: object) -> timedelta:
    """Read a span such as `30m`, `2h` or `7d`, longer than zero and at most ten years."""
    found = _typed(key, value, str, "duration", '"2h"')
    match = _DURATION.fullmatch(found.strip())
    if not match:
        raise Wrong("not-duration", value=found)
    span = timedelta(**{_UNITS[match.group(2)]: int(match.group(1))})
    if span <= timedelta(0):
        raise Wrong("negative-clock", key=key, value=found)
    if span > _LONGEST:
        raise Wrong("too-long-clock", key=key)
    return span


def money(key: str, value: object) -> Decimal:
    """Read an amount in US dollars, written as text so that no digit is lost."""
    found = _typed(key, value, str, "money", '"50000.00"')
    if not _MONEY.fullmatch(found):
        raise Wrong("not-money", value=found)
    return Decimal(found)


def share(key: str, value: object) -> Fraction:
    """Read a fraction from 0 to 1."""
    found = _typed(key, value, str, "fraction", '"2/3"')
    match = _FRACTION.fullmatch(found.strip())
    if not match:
        raise Wrong("not-fraction", value=found)
    fraction = Fraction(int(match.group(1)), int(match.group(2)))
    if fraction > 1:
        raise Wrong("share-range", value=found)
    return fraction


def threshold(key: str, value: object) -> Fraction:
    """Read a fraction above half: with half or less, two contrary decisions could both pass."""
    found = str(value)
    try:
        fraction = share(key, value)
    except Wrong as wrong:
        if wrong.code == "share-range":
            raise Wrong("threshold-high", value=found) from None
        raise
    if fraction <= Fraction(1, 2):
        raise Wrong("threshold-low", value=found)
    return fraction


_NONE = object()


def term(read: Reader, example: str, *, default: Any = _NONE) -> Any:
    """Return a dataclass field that is read by `read`; without `default` the charter must state it."""
    metadata = {"read": read, "example": example}
    return field(metadata=metadata) if default is _NONE else field(default=default, metadata=metadata)


def reader_of(item: Field[Any]) -> Reader:
    """Return the reader that a field was declared with."""
    return item.metadata["read"]

# SPDX-License-Identifier: Apache-2.0
"""Settings from the environment: `NAME`, or `NAME_FILE` with the path of a file that holds the value."""

import os
from pathlib import Path
from typing import overload

from django.core.exceptions import ImproperlyConfigured


@overload
def text(name: str) -> str | None: ...
@overload
def text(name: str, default: str) -> str: ...
def text(name: str, default: str | None = None) -> str | None:
    """Return the value of `NAME`, else the content of the file that `NAME_FILE` names, else the default."""
    if value := os.environ.get(name):
        return value
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
    return default


def required(name: str) -> str:
    """Return the value, or stop with a line that says what to set."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"Set {name}, or {name}_FILE with the path of a file that holds it.")
    return value


def number(name: str, default: int) -> int:
    """Return a whole number, or stop with a line that says what is wrong."""
    value = text(name, str(default))
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; it has to be a whole number.")
    return int(value)


def flag(name: str, default: bool = False) -> bool:
    """Return whether the value is one of 1, true, yes, on."""
    value = text(name)
    return default if value is None else value.lower() in {"1", "true", "yes", "on"}


def words(name: str, default: str = "") -> list[str]:
    """Return the comma-separated words of a value."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]

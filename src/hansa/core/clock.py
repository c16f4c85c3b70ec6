# SPDX-License-Identifier: Apache-2.0
"""The one clock. Everything that asks for the time asks here, so that tests can hold it still."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_LENGTH = 27


_played: ContextVar[datetime | None] = ContextVar("hansa_clock", default=None)


_followed: Path | None = None


def now() -> datetime:
    """Return the time now, aware, in UTC."""
    return _played.get() or _shown() or datetime.now(UTC)


def follow(clock: Path) -> None:
    """Let this process show the time that a file states, in `to_text`'s form: a process of an exercise that is played.

    Never later than the real time. Nothing but an exercise calls it.
    """
    global _followed
    _followed = clock


def _shown() -> datetime | None:
    return min(from_text(_followed.read_text("ascii")), datetime.now(UTC)) if _followed else None


@contextmanager
def played(moment: datetime) -> Iterator[None]:
    """Let it be `moment` inside the block: an exercise plays hours in seconds. Never later than the real time."""
    token = _played.set(min(moment, datetime.now(UTC)))
    try:
        yield
    finally:
        _played.reset(token)


def to_text(moment: datetime) -> str:
    """Return `moment` in the one form that acts use: 27 characters, UTC, microseconds.

    The width is fixed because an approval covers all bytes of an act after its time.
    """
    return f"{moment.astimezone(UTC).isoformat(timespec='microseconds')[:-6]}Z"


def from_text(text: str) -> datetime:
    """Return the aware time that `text` states; `ValueError` unless it is exactly in `to_text`'s form."""
    moment = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    if len(text) != _LENGTH or to_text(moment) != text:
        raise ValueError(f"not a time in the form {_FORMAT}: {text!r}")
    return moment

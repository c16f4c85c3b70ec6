# SPDX-License-Identifier: Apache-2.0
"""The one clock. Everything that asks for the time asks here, so that tests can hold it still."""

from datetime import UTC, datetime

_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"
_LENGTH = 27


def now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)


def to_text(moment: datetime) -> str:
    """Return `moment` in the one form that acts use: 27 characters, UTC, microseconds.

    The width is fixed because an approval covers all bytes of an act after its time.
    """
    return moment.astimezone(UTC).strftime(_FORMAT)


def from_text(text: str) -> datetime:
    """Return the aware time that `text` states; `ValueError` unless it is exactly in `to_text`'s form."""
    moment = datetime.strptime(text, _FORMAT).replace(tzinfo=UTC)
    if len(text) != _LENGTH or to_text(moment) != text:
        raise ValueError(f"not a time in the form {_FORMAT}: {text!r}")
    return moment

# SPDX-License-Identifier: Apache-2.0
"""The few statements that every request and every act needs, sent through libpq itself.

A cursor costs some 65 microseconds of this process for each statement, libpq 10. Whatever is not sent by the hundred
goes through Django.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from django.db import connection

_OPTIONS = orjson.OPT_NON_STR_KEYS


def ask(statement: bytes, *parameters: str | bytes | None) -> Sequence[tuple[bytes | None, ...]]:
    """Return the rows of one statement (`$1`, `$2`… stand for `parameters`), each value as PostgreSQL writes it.

    Errors are Django's (`django.db.Error`), as those of a cursor.
    """
    result = connection.ask(statement, parameters)
    columns = range(result.nfields)
    return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]


def tell(statement: bytes, *parameters: str | bytes | None) -> None:
    """Run one statement whose rows nobody needs, at the latest before anything else sees the database.

    What the server refuses of it is raised there: by the next statement, or by the commit.
    """
    connection.defer(statement, parameters)


def send_ahead() -> None:
    """Let the server begin with what was told so far, while this process goes on."""
    connection.send_ahead()


def set_for_transaction(settings: Mapping[str, str]) -> None:
    """Give settings a value until the transaction ends."""
    tell(_setting(len(settings)), *(part for pair in settings.items() for part in pair))


@cache
def _setting(count: int) -> bytes:
    calls = (f"set_config(${2 * place + 1}, ${2 * place + 2}, true)" for place in range(count))
    return f"SELECT {', '.join(calls)}".encode()


def as_json(rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> bytes:
    """Return a row or rows as the JSON from which `json_to_recordset` reads them. Bytes become PostgreSQL's `\\x…`."""
    return orjson.dumps(rows, default=_as_text, option=_OPTIONS)


def _as_text(value: object) -> str:
    return f"\\x{value.hex()}" if isinstance(value, bytes | memoryview) else str(value)

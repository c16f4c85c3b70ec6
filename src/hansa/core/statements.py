# SPDX-License-Identifier: Apache-2.0
"""The few statements that every request and every act needs, sent through libpq itself.

A cursor costs some 65 microseconds of this process for each statement, libpq 10. Whatever is not sent by the hundred
goes through Django.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django.db import connection
from psycopg import errors
from psycopg.pq import Escaping, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

_DONE = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_encode = json.JSONEncoder(default=str, separators=(",", ":"), ensure_ascii=False).encode


def ask(statement: bytes, *parameters: str | None) -> Sequence[tuple[bytes | None, ...]]:
    """Return the rows of one statement (`$1`, `$2`… stand for `parameters`), each value as PostgreSQL writes it.

    Errors are Django's (`django.db.Error`), as those of a cursor.
    """
    link = _link()
    values = [None if value is None else value.encode() for value in parameters]
    with connection.wrap_database_errors:
        if link.transaction_status == TransactionStatus.IDLE and not connection.get_autocommit():
            _checked(link.exec_(b"BEGIN"))
        # psycopg sends None as NULL; its annotation leaves that out.
        result = _checked(link.exec_prepared(_prepared(link, statement), cast("Sequence[bytes]", values)))
    columns = range(result.nfields)
    return [tuple(result.get_value(row, column) for column in columns) for row in range(result.ntuples)]


def set_for_transaction(settings: Mapping[str, str]) -> None:
    """Give settings a value until the transaction ends; send its BEGIN along where none was sent yet."""
    link = _link()
    literal = Escaping(link).escape_literal
    calls = b", ".join(
        b"set_config(%b, %b, true)" % (literal(name.encode()), literal(value.encode()))
        for name, value in settings.items()
    )
    with connection.wrap_database_errors:
        begin = b"BEGIN; " if link.transaction_status == TransactionStatus.IDLE else b""
        _checked(link.exec_(b"%bSELECT %b" % (begin, calls)))


def as_json(rows: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> str:
    """Return a row or rows as the JSON from which `json_to_recordset` reads them. Bytes become PostgreSQL's `\\x…`."""
    return _encode(rows)


def hexadecimal(value: bytes | memoryview) -> str:
    """Return bytes as PostgreSQL reads them in text."""
    return "\\x" + value.hex()


def _link() -> PGconn:
    connection.ensure_connection()
    return connection.connection.pgconn


def _prepared(link: PGconn, statement: bytes) -> bytes:
    """Return the name under which this connection knows the statement. psycopg prepares, and so drops, nothing."""
    names = vars(connection.connection).setdefault("hansa_statements", {})
    name = names.get(statement)
    if name is None:
        name = b"hansa_%d" % len(names)
        _checked(link.prepare(name, statement))
        names[statement] = name
    return name


def _checked(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise errors.error_from_result(result)
    return result

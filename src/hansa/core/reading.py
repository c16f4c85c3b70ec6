# SPDX-License-Identifier: Apache-2.0
"""Rows of a model by one prepared statement: for the reads that every page makes (decisions, 15).

Django composes, sends and unpacks a query for 400 microseconds of this process, and PostgreSQL plans it anew each time;
here both are done once for each connection. Whatever is not asked by every page goes through Django.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from hansa.core.statements import ask

M = TypeVar("M", bound=Model)
Parser = Callable[[str], object]
_PARSERS: Mapping[str, Parser] = {
    "BigAutoField": int,
    "BigIntegerField": int,
    "BooleanField": "t".__eq__,
    "CharField": str,
    "DateTimeField": datetime.fromisoformat,
    "DecimalField": Decimal,
    "EmailField": str,
    "FloatField": float,
    "IntegerField": int,
    "JSONField": json.loads,
    "PositiveIntegerField": int,
    "PositiveSmallIntegerField": int,
    "SlugField": str,
    "SmallIntegerField": int,
    "TextField": str,
    "UUIDField": UUID,
}


def rows(model: type[M], condition: str, *parameters: str | None) -> list[M]:
    """Return the rows of a model for which `condition` (what follows WHERE, ORDER BY with it) holds, as Django would.

    `$1`, `$2`… stand for `parameters`. Raises TypeError for a model with a field that this module does not read (bytes,
    arrays), and Django's database errors.
    """
    statement, names, parsers = _plan(model, condition)
    found = []
    for row in ask(statement, *parameters):
        values = (None if value is None else parse(value.decode()) for value, parse in zip(row, parsers, strict=True))
        found.append(model.from_db("default", names, list(values)))
    return found


def listed(values: Iterable[object]) -> str:
    """Return values as the parameter whose texts `json_array_elements_text` lists."""
    return json.dumps([str(value) for value in values])


def uuids(values: Iterable[UUID]) -> str:
    """Return ids as the parameter for `ANY($1::uuid[])`."""
    return f"{{{','.join(map(str, values))}}}"


@lru_cache(maxsize=256)
def _plan(model: type[Model], condition: str) -> tuple[bytes, list[str], list[Parser]]:
    table, fields = model._meta.db_table, model._meta.concrete_fields
    unread = [field.name for field in fields if _kind(field) not in _PARSERS]
    if unread:
        raise TypeError(f"{model.__name__}: {', '.join(unread)} cannot be read by a prepared statement")
    columns = ", ".join(f'"{table}"."{field.column}"' for field in fields)
    statement = f'SELECT {columns} FROM "{table}" WHERE {condition}'  # noqa: S608 (names and conditions are our own)
    return statement.encode(), [field.attname for field in fields], [_PARSERS[_kind(field)] for field in fields]


def _kind(field) -> str:
    return (field.target_field if field.is_relation else field).get_internal_type()

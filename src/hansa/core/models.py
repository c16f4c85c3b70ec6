# SPDX-License-Identifier: Apache-2.0
"""The two kinds of rows: shared ones are a fold over signed acts, local ones are a member's own."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Self

from django.db import models
from django.db.models import Field, Model

from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.core.statements import as_json, tell


class SharedModel(models.Model):
    """A row that every node computes alike from the ledger. Only `apply` writes it; its key derives from acts."""

    audience = models.CharField(max_length=100, default="public", db_index=False)

    class Meta:
        abstract = True

    @classmethod
    def put(cls, **values) -> None:
        """Write a row under its primary key, in the place of what is there; one statement, so twice is as once."""
        keys = {field.name for field in cls._meta.pk_fields}
        cls._write([cls(**values)], tuple(name for name in values if name not in keys))

    @classmethod
    def put_all(cls, rows: Sequence[Self]) -> None:
        """Write rows with one statement, each in the place of what is there under its key; no key occurs twice."""
        keys = {field.name for field in cls._meta.pk_fields}
        cls._write(rows, tuple(f.attname for f in cls._meta.local_concrete_fields if f.attname not in keys))

    @classmethod
    def keep(cls, **values) -> None:
        """Write a row unless one stands under its key: the first one stays."""
        cls.keep_all([cls(**values)])

    @classmethod
    def keep_all(cls, rows: Sequence[Self]) -> None:
        """Write rows with one statement, but none that stands under its key: the first one stays."""
        cls._write(rows, ())

    @classmethod
    def _write(cls, rows: Iterable[Self], replaced: tuple[str, ...]) -> None:
        columns = _columns(cls)
        written = [{column: getattr(row, name) for column, name in columns} for row in rows]
        if written:
            tell(_insert(cls, replaced), as_json(written))


class LocalModel(models.Model):
    """A row of one member that never leaves the node. The scope that is open says whose it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    member = models.CharField(max_length=63, default=current_member, editable=False, db_index=True)

    class Meta:
        abstract = True


@lru_cache
def _columns(model: type[Model]) -> Sequence[tuple[str, str]]:
    return [(str(field.column), field.attname) for field in model._meta.local_concrete_fields]


@lru_cache
def _insert(model: type[Model], replaced: tuple[str, ...]) -> bytes:
    """Return the statement that writes rows of a model, given as JSON; those under the same key give way or stay."""
    fields: Sequence[Field] = model._meta.local_concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    conflict = "DO NOTHING"
    if replaced:
        keys = ", ".join(f'"{field.column}"' for field in model._meta.pk_fields)
        changed = (model._meta.get_field(name).column for name in replaced)
        conflict = f"({keys}) DO UPDATE SET " + ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in changed)
    table = model._meta.db_table
    return (
        f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::"{table}", $1)'  # noqa: S608 - names of our own
        f" ON CONFLICT {conflict}"
    ).encode()

# SPDX-License-Identifier: Apache-2.0
"""What every model, form and act has to have: a kind, a declaration of personal data, forced row-level security."""

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import psycopg
import pytest
from django import forms
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models
from pydantic import BaseModel

import hansa
from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import Personal
from tests.architecture.test_layout import HOUSE, ROOT, parse, room_of, sources, writes_in

# Set by the row's kind, not by the part.
GIVEN = {"id", "member", "audience"}
# Rooms that may write rows of each kind: design, section 1, idea 3.
SHARED_WRITERS = {"acts"}
# Counters of tries by hashed key, which have to work before anyone's member is known; whether a channel of the node
# works. They hold nobody's data.
OF_NO_MEMBER = {"people.RateBucket", "notify.ChannelHealth"}


def everything_imported() -> None:
    for module in pkgutil.walk_packages(hansa.__path__, "hansa."):
        if not any(part in module.name for part in (".tests", ".migrations", ".settings", ".asgi", ".under_test")):
            importlib.import_module(module.name)


def heirs(base: type) -> Iterator[type]:
    for heir in base.__subclasses__():
        if heir.__module__.startswith("hansa.") and ".tests" not in heir.__module__:
            yield heir
        yield from heirs(heir)


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("hansa.")]


def undeclared(owner: type, fields: set[str], given: set[str] = frozenset()) -> str:  # type: ignore[assignment]
    """Return what is wrong with the declaration of `owner`, or an empty text."""
    declared = inspect.getattr_static(owner, "personal", None)
    if not isinstance(declared, Personal):
        return f"{owner.__module__}.{owner.__qualname__} declares nothing"
    missing, stale = fields - declared.fields - given, declared.fields - fields - given
    return f"{owner.__qualname__}: undeclared {sorted(missing)}, gone {sorted(stale)}" if missing or stale else ""


def test_every_field_of_every_model_says_whose_it_is():
    found = [
        fault
        for model in our_models()
        if (fault := undeclared(model, {f.name for f in model._meta.get_fields() if f.concrete}, GIVEN))
    ]
    assert our_models() and not found


def test_every_field_of_every_form_says_whose_it_is():
    everything_imported()
    found = [
        fault
        for form in {*heirs(forms.BaseForm)}
        if (fields := {*getattr(form, "base_fields", {})}) and (fault := undeclared(form, fields))
    ]
    assert not found


def test_every_field_of_every_act_says_whose_it_is():
    everything_imported()
    bodies = [body for body in {*heirs(BaseModel)} if body.model_fields]
    found = [fault for body in bodies if (fault := undeclared(body, {*body.model_fields}))]
    assert bodies and not found


def test_a_field_that_nobody_declared_is_found():
    class Bare(BaseModel):
        name: str

    class Stale(BaseModel):
        personal: ClassVar[Personal] = Personal(frozenset({"gone"}))
        name: str

    assert "declares nothing" in undeclared(Bare, {"name"})
    assert "undeclared ['name'], gone ['gone']" in undeclared(Stale, {"name"})


def test_every_model_is_shared_or_local_or_the_ledgers_own():
    """The ledger keeps leaves, keys and tiles: neither a fold over acts nor any member's."""
    kinds = (SharedModel, LocalModel)
    other = [m._meta.label for m in our_models() if not issubclass(m, kinds) and "member" not in _fields(m)]
    assert {label for label in other if not label.startswith("ledger.")} <= OF_NO_MEMBER


def _fields(model: type[models.Model]) -> set[str]:
    return {f.name for f in model._meta.local_fields}


def test_no_local_row_has_a_database_key_to_a_shared_one():
    found = [
        f"{model._meta.label}.{f.name}"
        for model in our_models()
        if issubclass(model, LocalModel)
        for f in model._meta.local_fields
        if f.related_model and issubclass(f.related_model, SharedModel) and getattr(f, "db_constraint", False)
    ]
    assert not found


def models_named_in(path: Path) -> dict[str, type[models.Model]]:
    """Return the models of ours that a file imports, by the name that it uses for them."""
    return {
        alias.asname or alias.name: model
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("hansa.")
        for alias in node.names
        if isinstance(model := getattr(importlib.import_module(node.module or ""), alias.name, None), type)
        and issubclass(model, models.Model)
    }


def test_shared_rows_are_written_by_acts_only():
    found = {
        f"{path.relative_to(ROOT)}:{line}": what
        for path in sources()
        if room_of(path) not in SHARED_WRITERS and path.relative_to(HOUSE).parts[0] != "ledger"
        for line, what in writes_in(parse(path))
        for name in {n.id for n in ast.walk(ast.parse(what, mode="eval")) if isinstance(n, ast.Name)}
        if issubclass(models_named_in(path).get(name, object), SharedModel)
    }
    assert not found


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_row_level_security_is_forced_on_every_shared_and_local_table():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relrowsecurity AND relforcerowsecurity"
            " AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)"
        )
        forced = {name for (name,) in cursor.fetchall()}
    wanted = {m._meta.db_table for m in our_models() if issubclass(m, SharedModel | LocalModel)}
    assert wanted and not wanted - forced


@pytest.mark.parametrize(
    "statement",
    ["SET ROLE hansa_owner", "SET ROLE postgres", "ALTER TABLE ledger_leaf DISABLE ROW LEVEL SECURITY",
     "DROP TABLE ledger_leaf", "TRUNCATE ledger_leaf", "UPDATE ledger_leaf SET entry = ''", "DELETE FROM ledger_leaf"],
)  # fmt: skip
def test_the_web_role_cannot_step_out_of_its_rights(web_url, statement):
    with psycopg.connect(web_url) as web, pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement)

# SPDX-License-Identifier: Apache-2.0
"""Row-level security: members that share a node are kept apart even where a query forgets to.

Two kinds of tables (design, section 4). A local table shows the rows of the member that is set for the
transaction. A shared table shows what is public and what was sealed to an audience that the member reads.
Unset means no rows. The policies are FORCEd, so that not even the owner passes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps.registry import Apps
from django.db import connection, transaction
from django.db.migrations.operations.base import Operation

from hansa.core.statements import set_for_transaction

_member: ContextVar[str] = ContextVar("hansa_member", default="")
_NODE = "*"

_LOCAL = "member = (SELECT current_setting('hansa.member', true))"
_NAMES = "SELECT r.name FROM ledger_reader r WHERE r.reader = (SELECT current_setting('hansa.member', true))"
# A key period covers its scopes, `*` everything.
_OPENED = (
    " AND NOT EXISTS (SELECT FROM ledger_shut s WHERE s.reader = r.reader"
    " AND (s.name = '*' OR r.name = s.name OR starts_with(r.name, s.name || ':')))"
)
_OR_NODE = " OR (SELECT current_setting('hansa.node', true)) = 'on'"
_READ = f"audience = 'public' OR audience IN ({_NAMES}){_OR_NODE}"
_SHARED = f"audience = 'public' OR audience IN ({_NAMES}{_OPENED}){_OR_NODE}"


def current_member() -> str:
    """Return the member of the scope that is open, or an empty string."""
    member = _member.get()
    return "" if member == _NODE else member


def _set(member: str) -> None:
    node = member == _NODE
    set_for_transaction({"hansa.member": "" if node else member, "hansa.node": "on" if node else "off"})


@contextmanager
def _scope(member: str) -> Iterator[None]:
    outer = _member.get()
    if outer == member and connection.in_atomic_block:
        yield
        return
    nested = connection.in_atomic_block
    with transaction.atomic():
        token = _member.set(member)
        try:
            _set(member)
            yield
            if nested:
                _set(outer)
        finally:
            _member.reset(token)


def member_scope(member: str):
    """Open a transaction in which local rows are those of `member`, and shared rows those that it may read."""
    if not member or member == _NODE:
        raise ValueError("a member scope needs a member")
    return _scope(member)


def node_scope():
    """Open a transaction for the node's own upkeep: every shared row that it holds, no local row of anyone."""
    return _scope(_NODE)


@contextmanager
def every_member() -> Iterator[Callable[[str], None]]:
    """Open one transaction that goes from member to member, for work on rows of many: call what is yielded to step.

    Before the first step no local row of anyone exists. A step costs one statement, a scope inside a scope four.
    """
    outer, nested = _member.get(), connection.in_atomic_block

    def step(member: str) -> None:
        if not member or member == _NODE:
            raise ValueError("a step needs a member")
        _member.set(member)
        _set(member)

    with transaction.atomic():
        token = _member.set("")
        try:
            _set("")
            yield step
            if nested:
                _set(outer)
        finally:
            _member.reset(token)


class Enable(Operation):
    """Migration operation: FORCE row-level security on every table of an app that holds local or shared rows.

    Goes last in each migration that creates tables.
    """

    reversible = True

    def __init__(self, app_label: str) -> None:
        self.app_label = app_label

    def deconstruct(self) -> tuple[str, list, dict]:
        return (type(self).__qualname__, [self.app_label], {})

    def state_forwards(self, app_label, state) -> None:
        """Change no state: row-level security is the database's own."""

    def _tables(self, apps: Apps) -> Iterator[tuple[str, str]]:
        # Until the table of lost keys is there, the rule cannot ask it; the migration that makes it goes over them all.
        shared = _SHARED if "shut" in apps.all_models["ledger"] else _READ
        for model in apps.get_app_config(self.app_label).get_models():
            names = {field.name for field in model._meta.local_fields}
            if "audience" in names:
                yield model._meta.db_table, shared
            elif "member" in names:
                yield model._meta.db_table, _LOCAL

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for table, rule in self._tables(to_state.apps):
            for statement in policy_sql(table, rule):
                schema_editor.execute(statement)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        for table, _ in self._tables(from_state.apps):
            schema_editor.execute(f'DROP POLICY IF EXISTS hansa ON "{table}"')

    def describe(self) -> str:
        return f"Force row-level security on the tables of {self.app_label}"


class EnableAgain(Operation):
    """Migration operation: put every table of shared rows that is there under the rule as it is now."""

    reversible = True

    def deconstruct(self) -> tuple[str, list, dict]:
        return (type(self).__qualname__, [], {})

    def state_forwards(self, app_label, state) -> None:
        """Change no state: row-level security is the database's own."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state) -> None:
        _under(schema_editor, _SHARED)

    def database_backwards(self, app_label, schema_editor, from_state, to_state) -> None:
        _under(schema_editor, _READ)

    def describe(self) -> str:
        return "Put shared rows under the rule as it is now"


def _under(schema_editor, rule: str) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'hansa'"
            " AND qual LIKE '%ledger_reader%' ORDER BY tablename"
        )
        tables = [table for (table,) in cursor.fetchall()]
    for table in tables:
        for statement in policy_sql(table, rule):
            schema_editor.execute(statement)


def policy_sql(table: str, rule: str) -> tuple[str, ...]:
    """Return the statements that put `table` under a forced policy with `rule`."""
    return (
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS hansa ON "{table}"',
        f'CREATE POLICY hansa ON "{table}" USING ({rule}) WITH CHECK ({rule})',
    )

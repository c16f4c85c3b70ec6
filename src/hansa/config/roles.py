# SPDX-License-Identifier: Apache-2.0
"""The two database roles: the owner migrates, the web role reads and writes rows and owns nothing."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from hansa.config.address import parsed
from hansa.config.binaries import OLDEST, CannotStart

OWNER, WEB = "hansa_owner", "hansa_web"

# For tables to come only: a later migration must not give back what the ledger's own took away.
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {web}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {web}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {web}",
)


def make_roles(superuser_url: str) -> None:
    """Make both roles on a server that is ours (embedded); neither may do more than its work."""
    with psycopg.connect(superuser_url, autocommit=True) as server:
        present = {name for (name,) in server.execute("SELECT rolname FROM pg_roles")}
        for role in {OWNER, WEB} - present:
            rights = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE {}")
            creates = sql.SQL("CREATEDB" if role == OWNER else "NOCREATEDB")
            server.execute(rights.format(sql.Identifier(role), creates))


def make_database(superuser_url: str, name: str) -> None:
    """Make a database that the owner role owns, unless it is there."""
    with psycopg.connect(superuser_url, autocommit=True) as server:
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            server.execute(create.format(sql.Identifier(name), sql.Identifier(OWNER)))


@contextmanager
def connected_as_owner(owner_url: str) -> Iterator[None]:
    """Let Django's connection be the owner's until the block ends."""
    web = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(parsed(owner_url))
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(web)


def migrate(owner_url: str, web_role: str) -> None:
    """Bring the schema up to date as the owner, and let the web role use its rows."""
    with psycopg.connect(owner_url) as owner:
        for grant in _GRANTS:
            owner.execute(sql.SQL(grant).format(web=sql.Identifier(web_role)))
    with connected_as_owner(owner_url):
        call_command("migrate", interactive=False, verbosity=0)


def refuse_unfit(url: str = "") -> None:
    """Raise CannotStart when the server is too old, or when the web role may do more than read and write rows."""
    with psycopg.connect(url or settings.DATABASE_URL) as web:
        if web.info.server_version < OLDEST * 10_000:
            version = web.info.server_version // 10_000
            raise CannotStart(f"The database is PostgreSQL {version}: Hansa needs {OLDEST} or newer.")
        name, is_super, bypasses = web.execute(
            "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()  # type: ignore[misc]
        owns = web.execute(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
            " AND pg_has_role(current_user, c.relowner, 'MEMBER')"
        ).fetchone()
    fault = (
        "is a superuser"
        if is_super
        else "may bypass row-level security"
        if bypasses
        else "owns tables, or belongs to the role that does"
        if owns and owns[0]
        else ""
    )
    if fault:
        raise CannotStart(
            f"The role {name} in DATABASE_URL {fault}: connect as a role that owns nothing"
            " (docs/operator.md, section Roles), and give the owner in HANSA_OWNER_DATABASE_URL."
        )

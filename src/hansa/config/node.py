# SPDX-License-Identifier: Apache-2.0
"""A node, opened for a command: its data folder, its secrets, its database, and Django over them."""

import base64
import contextlib
import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import django
import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

from hansa.config import env, roles
from hansa.config.binaries import CannotStart
from hansa.config.embedded import Server, find_running, running_server
from hansa.config.fingerprint import schema_fingerprint

DATABASE = "hansa"
_RECORDED = "SELECT obj_description(to_regclass('django_migrations'), 'pg_class')"


def data_folder() -> Path:
    """Return where this node keeps its files: HANSA_DATA_DIR, else `~/.local/share/hansa`."""
    return Path(os.environ.get("HANSA_DATA_DIR") or Path.home() / ".local" / "share" / "hansa").expanduser().resolve()


@dataclass(frozen=True)
class Node:
    """A node that is open: where its files are, and its own server if it has one."""

    folder: Path
    server: Server | None

    @property
    def admin_url(self) -> str:
        """Return the address of a role that may read every row, for backups only."""
        if self.server:
            return self.server.url(database=DATABASE)
        url = env.text("HANSA_BACKUP_DATABASE_URL")
        if not url:
            raise CannotStart(
                "Set HANSA_BACKUP_DATABASE_URL to a role with BYPASSRLS: row-level security keeps the others"
                " from reading every member's rows (docs/operator.md, section Backup)."
            )
        return url

    def program(self, name: str) -> str:
        """Return one of PostgreSQL's programs that fits the server."""
        from hansa.config.binaries import find_binaries

        folder = self.server.programs if self.server else find_binaries()
        return str(folder / name)


def keep_secrets(folder: Path) -> None:
    """Have SECRET_KEY and HANSA_KEY in the environment: given, or made once and kept in the data folder (0600)."""
    makers = {
        "SECRET_KEY": ("secret-key", lambda: secrets.token_urlsafe(48)),
        "HANSA_KEY": ("key", lambda: base64.b64encode(secrets.token_bytes(32)).decode()),
    }
    for name, (file_name, make) in makers.items():
        if os.environ.get(name) or os.environ.get(f"{name}_FILE"):
            continue
        path = folder / file_name
        with contextlib.suppress(FileExistsError):
            keep_secret(path, make())
        os.environ[f"{name}_FILE"] = str(path)


def keep_secret(path: Path, value: str) -> None:
    """Write a new file that only its owner reads. Raises FileExistsError when there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(handle, "w", encoding="ascii") as out:
        out.write(value + "\n")
        out.flush()
        os.fsync(handle)


@contextlib.contextmanager
def _own_server(folder: Path, attach: bool, throwaway: bool) -> Iterator[Server]:
    running = find_running(folder) if attach else None
    if running:
        yield running
        return
    with running_server(folder, throwaway=throwaway) as server:
        roles.make_roles(server.url())
        roles.make_database(server.url(), DATABASE)
        yield server


@contextlib.contextmanager
def opened_node(*, attach: bool = True, throwaway: bool = False) -> Iterator[Node]:
    """Open the node: Django is set up over its database, and the web role is known to be fit.

    Under DATABASE_URL that server is used; else the embedded one, shared with a node that already runs when `attach`.
    """
    folder = data_folder()
    make_data_folder(folder)
    with contextlib.ExitStack() as stack:
        server = None
        if not env.text("DATABASE_URL"):
            server = stack.enter_context(_own_server(folder, attach, throwaway))
            os.environ["DATABASE_URL"] = server.url(roles.WEB, DATABASE)
            os.environ["HANSA_OWNER_DATABASE_URL"] = server.url(roles.OWNER, DATABASE)
            stack.callback(
                lambda: [os.environ.pop(name, None) for name in ("DATABASE_URL", "HANSA_OWNER_DATABASE_URL")]
            )
        keep_secrets(folder)
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.config.settings")
        _check_addresses()
        try:
            roles.refuse_unfit(env.required("DATABASE_URL"))
        except psycopg.OperationalError as error:
            raise CannotStart(f"DATABASE_URL cannot be reached: {reason_of(error)}") from None
        try:
            django.setup()
        except ImproperlyConfigured as error:
            raise CannotStart(str(error)) from None
        yield Node(folder, server)


def _check_addresses() -> None:
    for name in ("DATABASE_URL", "HANSA_OWNER_DATABASE_URL"):
        try:
            conninfo_to_dict(env.text(name) or "")
        except psycopg.ProgrammingError:
            # Not what psycopg says: it quotes the address, and with it the password.
            raise CannotStart(
                f"{name} is no address of PostgreSQL: write postgresql://role:password@host/name."
            ) from None


def reason_of(error: Exception) -> str:
    """Return why a server was not reached: the last failure, without libpq's indented question that follows it."""
    lines = [line for line in str(error).strip().splitlines() if not line.startswith("\t")]
    return lines[-1].strip()


def make_data_folder(folder: Path) -> None:
    """Have a data folder that can be written, or say what to do."""
    try:
        folder.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        probe = folder / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise CannotStart(
            f"{folder} cannot be written ({error.strerror}): set HANSA_DATA_DIR to another folder."
        ) from None


def bring_schema_up_to_date() -> bool:
    """Migrate when the schema is not the one that this version needs; return whether it did."""
    from django.conf import settings

    wanted = schema_fingerprint()
    with psycopg.connect(settings.DATABASE_URL) as web:
        found = web.execute(_RECORDED).fetchone()
    if found and found[0] == wanted:
        return False
    if not settings.OWNER_DATABASE_URL:
        raise CannotStart(
            "The schema is not up to date: set HANSA_OWNER_DATABASE_URL to the role that owns it (docs/operator.md)."
        )
    roles.migrate(settings.OWNER_DATABASE_URL, settings.WEB_ROLE)
    with psycopg.connect(settings.OWNER_DATABASE_URL) as owner:
        owner.execute(psycopg.sql.SQL("COMMENT ON TABLE django_migrations IS {}").format(wanted))
    return True


def say(line: str) -> None:
    """Tell whoever runs the command."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()

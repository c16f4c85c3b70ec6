# SPDX-License-Identifier: Apache-2.0
"""One throw-away PostgreSQL per test session; tests connect as the web role, migrations ran as the owner.

The migrated cluster is kept under `.cache/`, keyed by the schema's fingerprint, and copied at the next session. Each
xdist worker gets its own database, cloned from the migrated one; a test that commits gets a fresh clone after it.
"""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings
from psycopg import sql
from pytest_django.plugin import blocking_manager_key

from hansa.config import roles
from hansa.config.address import parsed
from hansa.config.binaries import find_binaries, server_user, version_of
from hansa.config.embedded import running_server
from hansa.config.fingerprint import schema_fingerprint

# No test is timed: a property has as long as a busy machine needs.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CACHE = Path(__file__).parent / ".cache" / "postgres"
TEMPLATE = "hansa_template"
PREFIX = "hansa-test-"
ADDRESS = pytest.StashKey[str]()
STACK = pytest.StashKey[ExitStack]()


def pytest_configure(config: pytest.Config) -> None:
    """Know the server's address in a worker; elsewhere be ready to start one."""
    if hasattr(config, "workerinput"):
        config.stash[ADDRESS] = config.workerinput["hansa_postgres"]
    else:
        config.stash[STACK] = ExitStack()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Tell each worker where the session's server is (called in the controller, before the worker starts)."""
    node.workerinput["hansa_postgres"] = _address(node.config)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the session's server and remove its folder."""
    if STACK in config.stash:
        config.stash[STACK].close()


def _address(config: pytest.Config) -> str:
    """Return the superuser address of the session's server, started and migrated at the first call."""
    if ADDRESS not in config.stash:
        config.stash[ADDRESS] = config.stash[STACK].enter_context(_session_server(config))
    return config.stash[ADDRESS]


@contextmanager
def _session_server(config: pytest.Config) -> Iterator[str]:
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir="/tmp"))  # noqa: S108
    folder.chmod(0o711)
    # Held from here to the end, also while no server runs: nobody sweeps this folder away.
    held = open(folder / "session", "w", encoding="ascii")  # noqa: SIM115
    fcntl.flock(held, fcntl.LOCK_EX)
    try:
        kept = CACHE / f"{version_of(find_binaries())}-{schema_fingerprint()[:24]}"
        if not kept.exists():
            with running_server(folder, throwaway=True) as server, config.stash[blocking_manager_key].unblock():
                _make_template(server.url)
            _keep(folder / "postgres", kept)
        else:
            _copy(kept, folder / "postgres")
        with running_server(folder, throwaway=True) as server:
            yield server.url()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        held.close()


def _make_template(url) -> None:
    roles.make_roles(url())
    roles.make_database(url(), TEMPLATE)
    roles.migrate(url(roles.OWNER, TEMPLATE), roles.WEB)


def _keep(cluster: Path, kept: Path) -> None:
    CACHE.mkdir(parents=True, exist_ok=True)
    for old in CACHE.iterdir():
        if time.time() - old.stat().st_mtime > 86_400:
            shutil.rmtree(old, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(dir=CACHE))
    shutil.copytree(cluster, draft, dirs_exist_ok=True)
    with suppress(OSError):  # another session kept the same one first
        draft.rename(kept)
        os.utime(kept)
        return
    shutil.rmtree(draft, ignore_errors=True)


def _copy(kept: Path, cluster: Path) -> None:
    shutil.copytree(kept, cluster)
    user = server_user()
    if user.switch:
        for path in (cluster, *cluster.rglob("*")):
            os.chown(path, user.uid, user.gid)


def _sweep() -> None:
    """Remove what a killed session left behind: a folder that nobody holds."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):  # noqa: S108
        with suppress(OSError), open(folder / "session", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def _clone(superuser_url: str, name: str) -> None:
    with psycopg.connect(superuser_url, autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        create = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}")
        server.execute(create.format(*(sql.Identifier(part) for part in (name, roles.OWNER, TEMPLATE))))


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> str:
    """Return the superuser address (database `postgres`) of the session's server."""
    return _address(request.config)


@pytest.fixture(scope="session")
def copied_cluster(postgres: str) -> Callable[[Path], None]:
    """Return a function that copies the migrated cluster to a folder, for a test that runs a server of its own."""
    kept = CACHE / f"{version_of(find_binaries())}-{schema_fingerprint()[:24]}"
    return lambda cluster: _copy(kept, cluster)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, postgres: str, django_db_blocker) -> Iterator[None]:
    """Point Django at a clone of the migrated database, as the web role."""
    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = f"hansa_{worker}"
    _clone(postgres, name)
    connection = connections["default"]
    web = parsed(postgres) | {"NAME": name, "USER": roles.WEB}
    connection.settings_dict.update({key: web[key] for key in ("NAME", "USER", "HOST", "PORT", "PASSWORD")})

    def fresh_clone(case: TransactionTestCase) -> None:
        connections.close_all()
        _clone(postgres, name)

    kept = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = fresh_clone  # the web role may not TRUNCATE
    yield
    TransactionTestCase._fixture_teardown = kept
    with django_db_blocker.unblock():
        connections.close_all()


@pytest.fixture
def owner_url(postgres: str, db: None) -> str:
    """Return the address of this test's database for the role that owns it."""
    return _on(connections["default"].settings_dict["NAME"], roles.OWNER, postgres)


@pytest.fixture
def web_url(postgres: str, db: None) -> str:
    """Return the address of this test's database for the web role."""
    return _on(connections["default"].settings_dict["NAME"], roles.WEB, postgres)


@pytest.fixture
def admin_url(postgres: str, db: None) -> str:
    """The address of this test's database as the superuser, who dumps it: no policy stands before that."""
    return _on(connections["default"].settings_dict["NAME"], "postgres", postgres)


def _on(database: str, role: str, superuser_url: str) -> str:
    return superuser_url.replace("postgres@/postgres", f"{role}@/{database}")

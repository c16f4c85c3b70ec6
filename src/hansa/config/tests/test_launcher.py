# SPDX-License-Identifier: Apache-2.0
"""`hansa serve` as a person starts it: answers, stops, leaves nothing, and says why when it cannot start."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

HANSA = [sys.executable, "-m", "hansa.cli"]
_OWN = ("DATABASE_URL", "HANSA_", "SECRET_KEY", "PORT", "DJANGO_")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Return what a shell gives, without this session's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OWN)}
    return kept | {"HANSA_DATA_DIR": str(folder)} | more


def run(folder: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [*HANSA, *arguments], env=environment(folder, **more), capture_output=True, text=True, timeout=120
    )


def refused(folder: Path, *arguments: str, **more: str) -> str:
    """Run a command that has to fail with one line, and return the line."""
    done = run(folder, *arguments, **more)
    assert done.returncode == 1, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    return line


@contextmanager
def started(folder: Path, port: int, **more: str) -> Iterator[subprocess.Popen]:
    """Yield `hansa serve` once it says that it serves; what is left of it after the block is killed."""
    serving = subprocess.Popen(
        [*HANSA, "serve", "--port", str(port), "--workers", "1"],
        env=environment(folder, **more),
        stderr=subprocess.PIPE,
        text=True,
    )
    assert serving.stderr is not None
    try:
        said = serving.stderr.readline()
        assert "serves" in said, said
        yield serving
    finally:
        serving.kill()
        serving.communicate(timeout=20)


def status(port: int) -> int:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    asking.request("GET", "/health/", headers={"Host": "localhost"})
    try:
        return asking.getresponse().status
    finally:
        asking.close()


def processes_with(folder: Path) -> set[int]:
    """Return the processes that were started for a data folder."""
    needle, found = f"HANSA_DATA_DIR={folder}".encode(), set()
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and needle in (entry / "environ").read_bytes().split(b"\0"):
                found.add(int(entry.name))
        except OSError:
            continue
    return found


def until(condition, seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Return the data folder of a node whose schema is ready."""
    with tempfile.TemporaryDirectory(prefix="hansa-l-", dir="/tmp") as path:
        done = run(Path(path), "migrate")
        assert done.returncode == 0, done.stderr
        yield Path(path)


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_answers_and_stops_everything_when_asked(folder, ending):
    port = free_port()
    with started(folder, port) as serving:
        assert status(port) == 200
        assert len(processes_with(folder)) >= 4  # the launcher, PostgreSQL, a web process, the worker
        serving.send_signal(ending)
        _, said = serving.communicate(timeout=40)
        assert serving.returncode == 0, said
        assert processes_with(folder) == set()
    assert not (folder / "postgres" / "postmaster.pid").exists()


def test_a_killed_launcher_leaves_no_process_behind(folder):
    with started(folder, free_port()) as serving:
        serving.kill()
        serving.wait()
        assert until(lambda: processes_with(folder) == set(), 5), processes_with(folder)


def test_the_second_start_migrates_nothing(folder):
    port = free_port()
    with started(folder, port):
        assert status(port) == 200
    done = run(folder, "migrate")
    assert "was up to date" in done.stdout + done.stderr


def test_pages_come_back_when_the_database_or_a_web_process_was_killed(folder):
    port = free_port()
    with started(folder, port):
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        assert until(lambda: status(port) == 200)
        time.sleep(5)  # a process that ends within five seconds of its start is a fault of the start
        (web,) = (p for p in processes_with(folder) if b"hansa.config.web" in Path(f"/proc/{p}/cmdline").read_bytes())
        os.kill(web, signal.SIGKILL)
        assert until(lambda: status(port) == 200)


def test_a_taken_port_is_one_line(folder):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert f"Port {port} is not free" in refused(folder, "serve", PORT=str(port))


def test_an_unwritable_folder_is_one_line(tmp_path):
    (tmp_path / "file").touch()
    assert "set HANSA_DATA_DIR" in refused(tmp_path / "file" / "data", "serve", PORT=str(free_port()))


def test_a_database_that_does_not_answer_is_one_line(tmp_path):
    url = f"postgresql://hansa_web@127.0.0.1:{free_port()}/hansa"
    said = refused(tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=url)
    assert "DATABASE_URL cannot be reached" in said
    assert "refused" in said


@pytest.mark.parametrize("name", ["DATABASE_URL", "HANSA_OWNER_DATABASE_URL"])
def test_an_address_of_no_database_is_one_line_without_its_password(tmp_path, name):
    urls = {"DATABASE_URL": "postgresql://hansa_web@127.0.0.1/hansa", name: "mysql://hansa:pass-word@db/hansa"}
    said = refused(tmp_path, "serve", PORT=str(free_port()), **urls)
    assert f"{name} is no address of PostgreSQL" in said
    assert "pass-word" not in said


@pytest.mark.parametrize(
    ("rights", "fault"),
    [("SUPERUSER", "is a superuser"), ("NOSUPERUSER BYPASSRLS", "may bypass row-level security")],
)
def test_a_role_that_may_more_than_the_web_role_is_refused(tmp_path, postgres, rights, fault):
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute("DROP ROLE IF EXISTS too_strong")
        server.execute(sql.SQL("CREATE ROLE too_strong LOGIN {}").format(sql.SQL(rights)))
        line = refused(
            tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=postgres.replace("postgres@", "too_strong@")
        )
        server.execute("DROP ROLE too_strong")
    assert f"too_strong in DATABASE_URL {fault}" in line


def test_the_role_that_owns_the_tables_is_refused(tmp_path, owner_url):
    assert "owns tables" in refused(tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=owner_url)


def test_an_old_schema_without_its_owner_at_hand_is_refused(tmp_path, web_url):
    line = refused(tmp_path, "serve", PORT=str(free_port()), DATABASE_URL=web_url)
    assert "HANSA_OWNER_DATABASE_URL" in line


def test_a_real_postgresql_is_served_under_its_two_roles_and_its_leaves_stay_insert_only(tmp_path, web_url, owner_url):
    port = free_port()
    with started(tmp_path, port, DATABASE_URL=web_url, HANSA_OWNER_DATABASE_URL=owner_url):
        assert status(port) == 200
    assert not (tmp_path / "postgres").exists()
    with psycopg.connect(web_url) as web:
        rights = "SELECT has_table_privilege('ledger_leaf', %s)"
        kept = {right: web.execute(rights, [right]).fetchone() for right in ("INSERT", "UPDATE", "DELETE", "TRUNCATE")}
    assert kept == {"INSERT": (True,), "UPDATE": (False,), "DELETE": (False,), "TRUNCATE": (False,)}


def test_a_real_league_is_not_shown_as_a_demo(folder):
    founded = run(folder, "init", "--league", "testers", "--member", "oakland-ca", "--rp-id", "hansa.example",
                  "--admin", "Ana Ruiz, Clerk <ana@oakland.example>")  # fmt: skip
    assert founded.returncode == 0, founded.stderr
    assert "holds a real league" in refused(folder, "demo", PORT=str(free_port()))


def test_secrets_are_made_once_and_only_their_owner_reads_them(folder):
    for name in ("key", "secret-key"):
        assert (folder / name).stat().st_mode & 0o777 == 0o600
    before = (folder / "key").read_text(encoding="ascii")
    assert run(folder, "migrate").returncode == 0
    assert (folder / "key").read_text(encoding="ascii") == before

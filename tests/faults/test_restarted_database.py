# SPDX-License-Identifier: Apache-2.0
"""The database restarts under load: clients send again with the same id, nothing is lost, nothing is doubled."""

import os
import signal

import psycopg
import pytest

from hansa.config import roles
from hansa.core.ids import new_id

MANY = 2000
BEYOND = 5


def stop_fast(node):
    node.stop(signal.SIGINT)
    node.revive()


def stop_at_once(node):
    node.stop(signal.SIGQUIT)
    node.revive()


def one_connection_crashes(node):
    """Kill the server process of one client: PostgreSQL then ends all of them and replays its log."""
    with psycopg.connect(node.server.url(), autocommit=True) as server:
        (busy,) = server.execute(
            "SELECT max(pid) FROM pg_stat_activity WHERE usename = %s AND pid <> pg_backend_pid()", [roles.WEB]
        ).fetchone()
        if busy:
            os.kill(busy, signal.SIGKILL)


@pytest.mark.parametrize("fault", [stop_fast, stop_at_once, one_connection_crashes])
def test_a_restart_under_load_loses_and_doubles_nothing(node, rounds, fault):
    seen = []
    for number in rounds:
        sent = {member: [new_id() for _ in range(MANY)] for member in ("oakland-ca", "portland-or")}
        # Two tabs of the second member send the same forms. All go on until the fault has hit them.
        members = ["oakland-ca", "portland-or", "portland-or"]
        workers = [node.start(sent[member], member=member, beyond=BEYOND) for member in members]
        for _ in range(1 + 3 * (number % 5)):
            workers[0].line()
        fault(node)
        first, second, twin = (worker.rest() for worker in workers)
        for member, reported in zip(members, (first, second, twin), strict=True):
            assert BEYOND < len(reported) < MANY
            assert [said.id for said in reported] == sent[member][: len(reported)]
            assert [said.index for said in reported] == list(
                range(reported[0].index, reported[0].index + len(reported))
            )
        both = min(len(second), len(twin))
        assert second[:both] == twin[:both]
        seen += first + max(second, twin, key=len)
    assert len({said.digest for said in seen}) == len({said.id for said in seen}) == len(seen)
    node.holds(seen)

# SPDX-License-Identifier: Apache-2.0
"""Worker processes that publish notes, to be killed: `python publisher.py FD` forks one for each task that comes on FD.

A task is JSON with a pipe beside it. The worker writes to the pipe its process id, then a line for each act as soon as
a person would have seen its receipt: id, digest and place. The pipe closes when the worker ends, however it ends.
"""

import json
import os
import signal
import socket
import sys
import time
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hansa.config.under_test")
django.setup()

from django.db import InterfaceError, OperationalError, connection  # noqa: E402

from hansa import ledger  # noqa: E402
from hansa.core.actor import Actor  # noqa: E402
from hansa.core.rls import member_scope  # noqa: E402
from hansa.ledger import reacting, sequencer  # noqa: E402
from hansa.ledger.tests.notes import NoteWritten  # noqa: E402

PATIENCE = 60.0


def main() -> None:
    """Fork a worker for each task, until killed. Nobody waits for them, so that no number is used twice meanwhile."""
    with socket.socket(fileno=int(sys.argv[1])) as tasks:
        while True:
            message, (pipe, *_), _, _ = socket.recv_fds(tasks, 1_000_000, 1)
            if os.fork() == 0:
                with os.fdopen(pipe, "w", buffering=1) as out:
                    out.write(f"{os.getpid()}\n")
                    work(json.loads(message), out)
                os._exit(0)
            os.close(pipe)


def work(task: dict, out) -> None:
    """Publish the task's notes in order; die at the stage that it names, at the act that it names.

    With `beyond`, end that many acts after the first one that the database failed.
    """
    actor = Actor(None, task["member"], "administrator", "Exercise clerk", ("administrator",))
    left = len(task["ids"])
    for number, id in enumerate(task["ids"]):
        doomed = task["stage"] if number == task["at"] else ""
        act, failed = publish(actor, UUID(id), doomed)
        if doomed == "page":
            die()
        out.write(f"{act.id} {act.digest} {act.index}\n")
        left = min(left - 1, task["beyond"]) if failed and task["beyond"] else left - 1
        if not left:
            return


def publish(actor: Actor, id: UUID, doomed: str) -> tuple[ledger.Act, int]:
    """Publish one note; where the database fails, try again with the same id. Return the act and the failures."""
    deadline = time.monotonic() + PATIENCE
    failures = 0
    while True:
        try:
            with member_scope(actor.member):
                if doomed == "lock":
                    die_after(sequencer, "lock")
                elif doomed == "append":
                    die_after(sequencer, "append")
                elif doomed == "react":
                    die_after(reacting, "react")
                act = ledger.submit(actor, NoteWritten(text="road open"), id=id)
            # Only here is it committed.
            return act, failures
        except (OperationalError, InterfaceError):
            failures += 1
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def die_after(module, name: str) -> None:
    """Let this process be killed when the function has done its work and not yet returned."""
    kept = getattr(module, name)

    def fatal(*args, **options):
        kept(*args, **options)
        die()

    setattr(module, name, fatal)


def die() -> None:
    """End as by the kernel's hand: nothing is closed, nothing is said."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""What an exercise night is played through: a web process, a worker and the stand-in, all at the exercise's time.

`python -m hansa.config.outside CLOCK web FD` and `… CLOCK worker` are the two processes of the node.
"""

import contextlib
import os
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from hansa.config import lifeline
from hansa.config.node import opened_node
from hansa.core import clock
from hansa.notify.standin import control

if TYPE_CHECKING:
    from hansa.readiness.exercise import Outside

# A ring of 25 seconds lasts a quarter of one.
_SPEED = 100


@contextlib.contextmanager
def started(listener: socket.socket) -> Iterator["Outside"]:
    """Serve this process's node on a socket, with a worker and a stand-in of their own, for the time of the block."""
    from hansa.readiness.exercise import Outside

    pages = f"http://localhost:{listener.getsockname()[1]}"
    with tempfile.TemporaryDirectory(prefix="hansa-night-") as folder, contextlib.ExitStack() as stack:
        standin = stack.enter_context(control.started(hooks=f"{pages}/hooks", speed=_SPEED))
        around = Outside(standin, Path(folder) / "clock", pages)
        around.show(clock.now())
        environment = os.environ | standin.environment | {
            "HANSA_HOOKS_URL": pages, "HANSA_ORIGINS": pages, "HANSA_DEMO": "1",
            "PORT": pages.rpartition(":")[2], "DJANGO_SETTINGS_MODULE": "hansa.config.settings",
        }  # fmt: skip
        handle = listener.fileno()
        for role in (["web", str(handle)], ["worker"]):
            command = [sys.executable, "-m", "hansa.config.outside", str(around.clock), *role]
            child = lifeline.start(command, env=environment, pass_fds=(handle,))
            stack.callback(child.wait)
            stack.callback(child.terminate)
        yield around


def main() -> None:
    """Be one of the processes."""
    from hansa.config import web

    clock.follow(Path(sys.argv[1]))
    role, sys.argv = sys.argv[2], ["hansa", *sys.argv[3:]]
    if role == "web":
        web.main()
        return
    with opened_node():
        from procrastinate.contrib.django import app

        from hansa.config.work import work

        # The real clock starts nothing in a night that is played: the player says when it is time for what.
        app.periodic_registry.periodic_tasks.clear()
        work()


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""`hansa serve`: one socket, several web processes and a worker, and nothing left when the parent is gone."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from hansa.config import env, lifeline
from hansa.config.binaries import CannotStart
from hansa.config.node import Node, say

_TOO_SOON = 5.0
_LONGEST_PAUSE = 30.0
_PATIENCE = 10.0


def bind(port: int) -> socket.socket:
    """Return a socket that listens on loopback, or say that the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError as error:
        listener.close()
        raise CannotStart(f"Port {port} is not free ({error.strerror}): set PORT to another number.") from None
    except OverflowError:
        listener.close()
        raise CannotStart(f"Port {port} does not exist: set PORT to a number from 1 to 65535.") from None
    listener.listen(512)
    os.environ["PORT"] = str(port)  # pages and passkeys name the address that the browser shows
    return listener


@dataclass
class _Child:
    name: str
    command: list[str]
    options: dict
    process: subprocess.Popen
    since: float
    pause: float = 0.0

    @classmethod
    def start(cls, name: str, command: list[str], **options) -> "_Child":
        # SIGKILL: when the parent is gone, an unfinished request is rolled back by the database.
        process = lifeline.start(
            command, ending=signal.SIGKILL, stdin=subprocess.DEVNULL, start_new_session=True, **options
        )
        return cls(name, command, options, process, time.monotonic())

    def revive(self) -> "_Child":
        """Return the process started again. One that ends at once, time and again, is given ever longer."""
        again = _Child.start(self.name, self.command, **self.options)
        if again.since - self.since < _TOO_SOON + self.pause:
            again.pause = min(_LONGEST_PAUSE, max(1.0, 2 * self.pause))
        return again


def _children(listener: socket.socket, workers: int) -> list[_Child]:
    handle = listener.fileno()
    web = {"pass_fds": (handle,), "env": os.environ | {"HANSA_POOL": str(env.number("HANSA_POOL", 12))}}
    command = [sys.executable, "-m", "hansa.config.web", str(handle)]
    children = [_Child.start(f"web process {n + 1}", command, **web) for n in range(workers)]
    return [*children, _Child.start("worker", [sys.executable, "-m", "hansa.cli", "worker"])]


class _Stopped(BaseException):
    """Someone asked for the end."""


@contextlib.contextmanager
def stops_cleanly() -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into the end of the block."""

    def stop(*_) -> None:
        for number in kept:  # what follows is the clean end; nothing may cut it short
            signal.signal(number, signal.SIG_IGN)
        raise _Stopped

    kept = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with contextlib.suppress(_Stopped):
            yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def run(listener: socket.socket, node: Node, *, workers: int, ready: Callable[[], None]) -> None:
    """Serve until stopped. A process that ends by itself is started again, once the site has answered.

    Raises CannotStart when one ends before that.
    """
    children: list[_Child] = []
    try:
        children += _children(listener, workers)
        _wait_for_answer(listener, children)
        ready()
        while True:
            if node.server:
                node.server.revive()
            for place, child in enumerate(children):
                if child.process.poll() is None or time.monotonic() < child.since + child.pause:
                    continue
                say(f"The {child.name} stopped and is started again.")
                children[place] = child.revive()
            time.sleep(0.25)
    finally:
        listener.close()
        _stop_all(children)


def _wait_for_answer(listener: socket.socket, children: list[_Child]) -> None:
    """Return once a page was answered; the queue of the listener holds the question until then."""
    port = listener.getsockname()[1]
    question = b"HEAD /health/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port)) as asking:
        asking.sendall(question)
        asking.settimeout(0.25)
        while True:
            with contextlib.suppress(TimeoutError):
                asking.recv(1)
                return
            for child in children:
                if child.process.poll() is not None:
                    raise CannotStart(f"The {child.name} stopped at once (see the lines above).")


def _stop_all(children: list[_Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + _PATIENCE
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()

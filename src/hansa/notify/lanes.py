# SPDX-License-Identifier: Apache-2.0
"""Some connections side by side, each used by one thread at a time and kept for the next batch."""

import queue
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor, as_completed
from typing import Protocol
from uuid import UUID

from hansa.notify.channel import ChannelDown, Outcome, Outgoing

_IDLE = 60.0


class Lane(Protocol):
    """One connection to a provider."""

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send one message. Raises `ChannelDown` when it would go wrong for every other, too."""

    def close(self) -> None:
        """Let go of the connection; never raises."""


class Lanes:
    """At most `width` connections, made by `connect` when they are needed."""

    def __init__(self, name: str, connect: Callable[[], Lane], width: int) -> None:
        self._connect = connect
        self._idle: queue.LifoQueue[tuple[float, Lane]] = queue.LifoQueue()
        self._threads = ThreadPoolExecutor(width, thread_name_prefix=f"notify-{name}")

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Send a batch and yield each outcome as it comes. Once the channel is down, what was not begun is left."""
        running = {self._threads.submit(self._one, outgoing): outgoing.id for outgoing in batch}
        down: ChannelDown | None = None
        for done in as_completed(running):
            try:
                yield running[done], done.result()
            except ChannelDown as broken:
                down = broken
                for waiting in running:
                    waiting.cancel()
            except CancelledError:
                continue
        if down:
            raise down

    def _one(self, outgoing: Outgoing) -> Outcome:
        lane = self._take()
        try:
            outcome = lane.send(outgoing)
        except BaseException:
            lane.close()
            raise
        self._idle.put((time.monotonic(), lane))
        return outcome

    def _take(self) -> Lane:
        while True:
            try:
                since, lane = self._idle.get_nowait()
            except queue.Empty:
                return self._connect()
            if time.monotonic() - since < _IDLE:
                return lane
            lane.close()

    def close(self) -> None:
        """Let go of every connection that is not in use."""
        while True:
            try:
                self._idle.get_nowait()[1].close()
            except queue.Empty:
                return

# SPDX-License-Identifier: Apache-2.0
"""Live pages: one LISTEN connection per process tells every open board that something was logged.

A client holds neither a transaction nor a pooled connection. It hears only that its activation has changed, with the
node-wide number of the newest leaf as event id; what changed it fetches like any page, within its member's rows.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import psycopg
from asgiref.sync import sync_to_async
from django.db import connections

from hansa.ledger.sequencer import CHANNEL

BEAT = 5.0
PAUSE = 0.5
_RETRY = 2.0
_SCOPES = """
SELECT a.scope, max(l.received) FROM ledger_leaf l
JOIN ledger_loggedact a ON a.origin = l.origin AND a.index = l.index
WHERE {} AND a.scope IS NOT NULL GROUP BY a.scope
"""
_OF_THESE = _SCOPES.format("l.received = ANY(%s)")
_AFTER = _SCOPES.format("l.received > %s")
_NEWEST = "SELECT coalesce(max(received), 0) FROM ledger_leaf"
_CHANGED_ONE = """
SELECT coalesce(max(l.received), 0) FROM ledger_leaf l
JOIN ledger_loggedact a ON a.origin = l.origin AND a.index = l.index WHERE l.received > %s AND a.scope = %s
"""


class Hub:
    """Listens for one event loop, and wakes the streams of the activations in which something was logged."""

    def __init__(self) -> None:
        self._streams: dict[UUID, set[asyncio.Queue[int]]] = {}
        self._task: asyncio.Task | None = None

    def join(self, scope: UUID) -> asyncio.Queue[int]:
        """Return a queue that holds the newest number of `scope`; listening starts with the first one."""
        queue: asyncio.Queue[int] = asyncio.Queue(maxsize=1)
        self._streams.setdefault(scope, set()).add(queue)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())
        return queue

    def leave(self, scope: UUID, queue: asyncio.Queue[int]) -> None:
        """Forget a queue; listening ends with the last one."""
        queues = self._streams.get(scope, set())
        queues.discard(queue)
        if not queues:
            self._streams.pop(scope, None)
        if not self._streams and self._task:
            self._task.cancel()
            self._task = None

    def _wake(self, scope: UUID, number: int) -> None:
        for queue in self._streams.get(scope, ()):
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(number)

    async def _listen(self) -> None:
        newest: int | None = None
        while True:
            with suppress(psycopg.OperationalError):
                async with await _connect() as line:
                    await line.execute(f"LISTEN {CHANNEL}")
                    # What was logged while the line was down is found by its number.
                    newest = (
                        await self._first(line) if newest is None else await self._tell(line, _AFTER, newest, newest)
                    )
                    while True:
                        # Numbers are given before commit, so a later one may come first: each is looked up.
                        if numbers := await _numbers(line):
                            newest = await self._tell(line, _OF_THESE, numbers, newest)
            await asyncio.sleep(_RETRY)

    async def _first(self, line: psycopg.AsyncConnection) -> int:
        row = await (await line.execute(_NEWEST)).fetchone()
        return row[0] if row else 0

    async def _tell(self, line: psycopg.AsyncConnection, query: str, asked: int | list[int], newest: int) -> int:
        """Wake the streams of what `query` finds; return the newest number."""
        async with line.transaction():
            await line.execute("SELECT set_config('hansa.node', 'on', true)")
            found = await (await line.execute(query, [asked])).fetchall()
        for scope, number in found:
            self._wake(scope, number)
        return max([newest, *(number for _scope, number in found)])


async def _numbers(line: psycopg.AsyncConnection) -> list[int]:
    """Return the numbers of the leaves that the next message and those close behind it tell of; none in silence."""
    told = [message async for message in line.notifies(timeout=BEAT, stop_after=1)]
    if told:
        # Many acts in one moment are one change.
        told += [message async for message in line.notifies(timeout=PAUSE)]
    return [int(message.payload.rsplit(" ", 1)[1]) for message in told]


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())


async def _connect() -> psycopg.AsyncConnection:
    """Open the one connection of this process that listens, outside of any pool."""
    wrapper = connections["default"]
    settings = wrapper.settings_dict
    named = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    given: dict[str, Any] = {key: str(settings[name]) for key, name in named.items() if settings.get(name)}
    return await psycopg.AsyncConnection.connect(**given, autocommit=True)


def newest() -> int:
    """Return the number of the newest leaf on this node: the place from which a page is live."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_NEWEST)
        return cursor.fetchone()[0]


def changed_since(scope: UUID, number: int) -> int:
    """Return the number of the newest leaf of an activation after `number`, 0 when there is none."""
    with connections["default"].cursor() as cursor:
        cursor.execute(_CHANGED_ONE, [number, scope])
        return cursor.fetchone()[0]


def _give_back() -> None:
    """Close this thread's connection, or return it to the pool: a stream may stay open for hours."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()


async def stream(scope: UUID, missed: int) -> AsyncIterator[bytes]:
    """Yield server-sent events of one activation: `change` with the newest number, `beat` in silence.

    `missed` is the number of a change that came before the stream was opened; 0 for none.
    """
    await sync_to_async(_give_back)()
    queue = hub().join(scope)
    try:
        yield b"retry: 2000\n\n"
        if missed:
            yield event("change", missed)
        while True:
            try:
                number = await asyncio.wait_for(queue.get(), BEAT)
            except TimeoutError:
                yield event("beat")
            else:
                yield event("change", number)
    finally:
        hub().leave(scope, queue)


def event(name: str, number: int | None = None) -> bytes:
    """Return one server-sent event."""
    place = f"id: {number}\n" if number is not None else ""
    return f"{place}event: {name}\ndata: {number or ''}\n\n".encode()

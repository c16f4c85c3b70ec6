# SPDX-License-Identifier: Apache-2.0
"""A small HTTP server on asyncio that can do what a good one cannot: take a request and hang up without an answer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

_LARGEST = 1_000_000


class HungUp(Exception):
    """Close the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """What came in. Header names are in small letters."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of a form, each with its values."""
        return parse_qs(self.body.decode(), keep_blank_values=True)

    def field(self, name: str, default: str = "") -> str:
        """Return a field of the form."""
        return self.form.get(name, [default])[0]

    def asked(self, name: str, default: str = "") -> str:
        """Return a value of the address."""
        return self.query.get(name, [default])[0]


@dataclass(slots=True)
class Reply:
    """What goes out: a body, or `stream`, pieces that are sent as they come."""

    status: int = 200
    body: str | bytes = b""
    kind: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    stream: AsyncIterator[bytes] | None = None

    @classmethod
    def json(cls, content: object, status: int = 200, **headers: str) -> "Reply":
        """Return an answer in JSON."""
        return cls(
            status, json.dumps(content), "application/json", {k.replace("_", "-"): v for k, v in headers.items()}
        )

    @classmethod
    def see(cls, address: str) -> "Reply":
        """Return the answer to a form that sends the browser to another page."""
        return cls(303, headers={"Location": address})


Handler = Callable[[Request], Awaitable[Reply]]


async def serve(handler: Handler, port: int) -> tuple[asyncio.Server, int]:
    """Listen on loopback; return the server and its port (a free one for 0)."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # At the end every open connection is cancelled; asyncio would print that of each.
        ends = (asyncio.CancelledError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, HungUp)
        with contextlib.suppress(*ends):
            while request := await _read(reader):
                await _answer(writer, await handler(request))
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", port)
    return server, server.sockets[0].getsockname()[1]


async def _read(reader: asyncio.StreamReader) -> Request | None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _ = head[0].split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for line in head[1:] if line for name, _, value in [line.partition(":")]
    }
    size = int(headers.get("content-length", "0"))
    if size > _LARGEST:
        return None
    parts = urlsplit(target)
    query = parse_qs(parts.query, keep_blank_values=True)
    return Request(method, unquote(parts.path), query, headers, await reader.readexactly(size))


async def _answer(writer: asyncio.StreamWriter, reply: Reply) -> None:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    headers = {"Content-Type": reply.kind, "Cache-Control": "no-store", **reply.headers}
    if reply.stream is None:
        headers["Content-Length"] = str(len(body))
    else:
        headers["Connection"] = "close"
    lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
    await writer.drain()
    if reply.stream is not None:
        async for piece in reply.stream:
            writer.write(piece)
            await writer.drain()
        raise HungUp

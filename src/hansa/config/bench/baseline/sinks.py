# SPDX-License-Identifier: Apache-2.0
"""A mail server and a text message provider that take everything, in a process of their own. Imports nothing of Hansa.

sinks.py prints {"smtp", "http"} (ports), then keeps what it took: GET /count answers how many, GET /taken all of it as
[kind, to, key, seconds since the epoch], POST /forget drops it. It ends with its standard input.
"""

import asyncio
import contextlib
import json
import sys
import time
from collections import defaultdict
from email.utils import formatdate
from urllib.parse import parse_qs

from aiosmtpd.controller import UnthreadedController

TAKEN: list[tuple[str, str, str, float]] = []
TEXTS: dict[str, list[dict[str, str]]] = defaultdict(list)


class Mailbox:
    """Takes every letter."""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        """Note whose letter it is and which."""
        head = envelope.content.partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        key = next((line for line in head.split("\r\n") if line.lower().startswith("message-id:")), "")
        TAKEN.append(("email", envelope.rcpt_tos[0], key.partition(":")[2].strip(), time.time()))
        return "250 OK"


def _answer(method: str, target: str, body: str) -> tuple[int, object]:
    path, _, query = target.partition("?")
    if path == "/count":
        return 200, len(TAKEN)
    if path == "/taken":
        return 200, TAKEN
    if path == "/forget":
        TAKEN.clear()
        TEXTS.clear()
        return 200, 0
    if method == "POST":
        form = {name: values[0] for name, values in parse_qs(body).items()}
        sid = f"SM{len(TAKEN):032x}"
        TAKEN.append(("sms", form["To"], form["Body"], time.time()))
        text = {"sid": sid, "status": "queued", "to": form["To"], "body": form["Body"], "direction": "outbound-api",
                "date_created": formatdate(usegmt=True)}  # fmt: skip
        TEXTS[form["To"]].insert(0, text)
        return 201, text
    to = parse_qs(query).get("To", [""])[0]
    return 200, {"messages": TEXTS[to]}


async def _talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            method, target, _ = head.split(" ", 2)
            size = next(
                (int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")), 0
            )
            status, said = _answer(method, target, (await reader.readexactly(size)).decode())
            out = json.dumps(said).encode()
            begin = f"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {len(out)}\r\n\r\n"
            writer.write(begin.encode() + out)
    writer.close()


async def main() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    mail = await loop.create_server(UnthreadedController(Mailbox(), hostname="127.0.0.1").factory, "127.0.0.1", 0)
    web = await asyncio.start_server(_talk, "127.0.0.1", 0)
    ports = {"smtp": mail.sockets[0].getsockname()[1], "http": web.sockets[0].getsockname()[1]}
    sys.stdout.write(json.dumps(ports) + "\n")
    sys.stdout.flush()
    ended = asyncio.Event()
    loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())

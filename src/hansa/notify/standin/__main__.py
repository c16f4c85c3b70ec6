# SPDX-License-Identifier: Apache-2.0
"""Starts the stand-in: `python -m hansa.notify.standin --hooks http://localhost:8000/hooks`.

Prints one line of JSON once everything listens: `http`, `smtp` (host and port), `pop` (the node's mailbox), `account`,
`token`. Ends with Ctrl-C, SIGTERM, or the end of its standard input when it was given a pipe (`--until-eof`).
"""

import argparse
import asyncio
import contextlib
import json
import signal
import sys

from hansa.notify.standin import http, mail, pop
from hansa.notify.standin.house import House

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "exercise-token"  # noqa: S105 - it signs messages to nobody


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="hansa.notify.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="of the page, the REST and the push service; 0: a free one")
    parser.add_argument("--smtp-port", type=int, default=0, help="of the mail server; 0: a free one")
    parser.add_argument("--hooks", default="http://localhost:8000/hooks", help="where Hansa takes webhooks")
    parser.add_argument("--account", default=ACCOUNT)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--speed", type=float, default=1.0, help="100 makes a ring of 20 seconds last 0.2")
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    return parser.parse_args()


async def _run(given: argparse.Namespace) -> None:
    house = House(given.account, given.token, given.hooks.rstrip("/"), given.speed)
    server, port = await http.serve(house.answer, given.port)
    smtp = await mail.serve(house.world, given.smtp_port)
    mailbox = await pop.serve(house.world)
    house.base = f"http://127.0.0.1:{port}"
    ready = {"http": house.base, "smtp": f"127.0.0.1:{smtp}", "pop": f"pop3://node:exercise@127.0.0.1:{mailbox}",
             "account": given.account, "token": given.token}  # fmt: skip
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if given.until_eof:
        loop.add_reader(sys.stdin.fileno(), ended.set)
    await ended.wait()
    server.close()


def main() -> None:
    """Run until told to stop."""
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_run(_arguments()))


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""The bench `aid`: requests sent through the real form under `hansa serve`, and the board of a large activation.

`form_*`: eight clients, each signed in as a persona of the member in crisis, fetch the form and send it as fast as they
are answered; a request is what was fetched, filled in and sent, the milliseconds are those of sending.
`board_*`: one reader, while the activation has ten thousand requests.
"""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import psycopg
from django.urls import reverse

from hansa.config import lifeline
from hansa.config.bench import bed
from hansa.config.bench.ledger import Publisher
from hansa.config.embedded import find_running
from hansa.config.node import DATABASE, data_folder, say

ROUNDS, REQUESTS, CLIENTS, READS = 3, 400, 8, 60
FEW, MANY = 100, 10_000


def main() -> None:
    """Measure, and print the values."""
    with bed.made() as own:
        publisher = Publisher(own)
        publisher.batches([FEW])
        links, path = _links(), reverse("activation:activation-board", args=[own.activation])
        few = _queries(links[0], path)
        publisher.batches([FEW] * (MANY // FEW - 1))
        growth = _queries(links[0], path) - few
        publisher.leaves()
    with _served() as port:
        board = _board(port, links, path)
        form = _form(port, links, own.activation)
    sys.stdout.write(json.dumps({**form, **board, "board_query_growth": growth}))


def _links() -> list[str]:
    """Return the links by which the clients sign in: the personas that may ask, as often as there are clients."""
    from hansa.core.rls import member_scope
    from hansa.people import sign_in
    from hansa.people.choices import Office
    from hansa.people.models import Account

    asking = (Office.LOGISTICS, Office.EMERGENCY_MANAGEMENT, Office.CHIEF_EXECUTIVE, Office.DUTY_OFFICER)
    with member_scope(bed.MEMBERS[0]):
        accounts = {a.email.partition("@")[0]: a.id for a in Account.objects.all()}
    return [f"/exercise/sign-in/{sign_in.persona_token(accounts[office])}/" for office in asking] * (
        CLIENTS // len(asking)
    )


def _queries(link: str, path: str) -> int:
    """Return the number of statements that the page asks of the database."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="localhost")
    client.get(link)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} was answered {answer.status_code}")
    return len(asked)


@contextmanager
def _served() -> Iterator[int]:
    """Run `hansa serve` with two web processes over this node; yield its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "hansa.cli", "serve", "--port", str(port), "--workers", "2"]
    serving = lifeline.start(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        for line in serving.stderr or ():
            if "Hansa serves" in line:
                break
            say(line.rstrip())
        else:
            raise SystemExit("`hansa serve` did not start")
        yield port
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)


def _clients(**asked: Any) -> dict[str, Any]:
    command = [sys.executable, "-I", str(bed.BASELINES / "clients.py")]
    done = subprocess.run(command, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return json.loads(done.stdout)


def _p95(ms: list[float]) -> float:
    return quantiles(ms, n=20)[18]


def _board(port: int, links: list[str], path: str) -> dict[str, float]:
    _clients(task="read", port=port, links=links[:1], path=path, count=10)
    rounds = [
        _p95(_clients(task="read", port=port, links=links[:1], path=path, count=READS)["ms"]) for _ in range(ROUNDS)
    ]
    say(f"  board p95 {[round(ms) for ms in rounds]} ms")
    return {"board_p95_ms": median(rounds)}


def _form(port: int, links: list[str], activation: UUID) -> dict[str, float]:
    path = f"{reverse('aid:request-new')}?activation={activation}"
    due = datetime.now(UTC) + timedelta(days=2)
    values = {
        "what": "cots", "kind": "cot", "quantity": "400", "needed_by_day": f"{due:%b} {due.day}, {due.year}",
        "needed_by_time": "15:00", "priority": "3", "note": "Loading dock B.", "level": "", "lifeline": "",
    }  # fmt: skip
    asked = {"task": "form", "port": port, "links": links, "path": path, "values": values}
    _clients(**asked, count=CLIENTS * 4)
    rates, slow, lost = [], [], 0
    for _ in range(ROUNDS):
        done = _clients(**asked, count=REQUESTS)
        rates.append(len(done["sent"]) / done["seconds"])
        slow.append(_p95(done["ms"]))
        lost += REQUESTS - _kept(done["sent"])
        say(f"  form {rates[-1]:.0f}/s, p95 {slow[-1]:.0f} ms, lost so far {lost}")
    return {"form_per_s": median(rates), "form_p95_ms": median(slow), "form_lost": lost}


def _kept(ids: list[str]) -> int:
    """Return how many of these requests the database holds, with their act, once each."""
    server = find_running(data_folder())
    if server is None:
        raise SystemExit("the database is gone")
    with psycopg.connect(server.url(database=DATABASE)) as reading:
        row = reading.execute(
            "SELECT count(*) FROM aid_requestline r JOIN ledger_loggedact a USING (id) WHERE r.id = ANY(%s::uuid[])",
            [ids],
        ).fetchone()
    return row[0] if row else 0


if __name__ == "__main__":
    main()

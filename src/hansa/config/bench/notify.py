# SPDX-License-Identifier: Apache-2.0
"""The bench `notify`: from a published invocation to acceptance by a mail server and a provider of texts, two workers.

Each member has three people on call with two channels each and asks all of them at once, whoever is first on duty
first. The clock begins before the act is drawn up: judging, sealing and logging it, and all that follows from it at a
thousand members, are in the figures. Sinks and workers are processes of their own; SQL counts what arrived.
"""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row

from hansa.config import lifeline
from hansa.config.bench import bed, crowd
from hansa.config.node import bring_schema_up_to_date, opened_node, say

MEMBERS, FEW, WORKERS, KILLS = 1000, 100, 2, 3
_PATIENCE, _SETTLING = 240.0, 60.0


class Sinks:
    """The mail server and the provider, in their own process."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", str(bed.BASELINES / "sinks.py")]
        self.process = lifeline.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout  # noqa: S101 - for mypy: it was asked for
        self.ports = json.loads(self.process.stdout.readline())

    def ask(self, path: str) -> Any:
        """Return what the sink says about what it took."""
        line = http.client.HTTPConnection("127.0.0.1", self.ports["http"])
        line.request("GET", path)
        said = json.loads(line.getresponse().read())
        line.close()
        return said

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()


def _settings(sinks: Sinks) -> dict[str, str]:
    return {
        "HANSA_SMTP_HOST": "127.0.0.1", "HANSA_SMTP_PORT": str(sinks.ports["smtp"]), "HANSA_SMTP_TLS": "none",
        "HANSA_PHONE_URL": f"http://127.0.0.1:{sinks.ports['http']}", "HANSA_PHONE_ACCOUNT": "AC0",
        "HANSA_PHONE_TOKEN": "bench", "HANSA_PHONE_FROM": "+15005550001",
    }  # fmt: skip


@dataclass
class Workers:
    """The workers; one that was killed is started again at once, as `hansa serve` does."""

    running: list[subprocess.Popen] = field(default_factory=list)

    def start(self) -> None:
        """Start one."""
        self.running.append(lifeline.start([sys.executable, "-m", "hansa.cli", "worker"]))

    def kill_one(self) -> None:
        """Kill the oldest with SIGKILL and start another."""
        oldest = self.running.pop(0)
        oldest.send_signal(signal.SIGKILL)
        oldest.wait()
        self.start()

    def wait_until_ready(self) -> None:
        """Return once every lane of every worker has registered."""
        from django.db import connection

        from hansa.notify.registry import channels

        wanted = WORKERS * (len(channels) + 1)
        while True:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM procrastinate_workers")
                if cursor.fetchone()[0] >= wanted:
                    return
            if any(each.poll() is not None for each in self.running):
                raise SystemExit("a worker stopped")
            time.sleep(0.1)

    def close(self) -> None:
        """End them all."""
        for each in self.running:
            each.kill()
            each.wait()


@dataclass(frozen=True, slots=True)
class Bed:
    """What is measured on: the league, its two workers, the sinks, and the address of a role that reads every row."""

    crowd: crowd.Crowd
    workers: Workers
    sinks: Sinks
    admin_url: str


@contextlib.contextmanager
def _set_up() -> Iterator[Bed]:
    with contextlib.ExitStack() as stack:
        sinks = Sinks()
        stack.callback(sinks.close)
        os.environ.update(_settings(sinks))
        node = stack.enter_context(opened_node(attach=False))
        bring_schema_up_to_date()
        workers = Workers()
        stack.callback(workers.close)
        for _ in range(WORKERS):
            workers.start()
        workers.wait_until_ready()
        league = crowd.Crowd()
        league.found()
        yield Bed(league, workers, sinks, node.admin_url)


def _wait(sinks: Sinks, workers: Workers, wanted: int, kills: int) -> None:
    """Return once that many different addresses were served, after killing workers on the way."""
    deadline, killed = time.monotonic() + _PATIENCE, 0
    while time.monotonic() < deadline:
        count = sinks.ask("/count")
        if killed < kills and count >= wanted * (killed + 1) / (kills + 1):
            workers.kill_one()
            killed += 1
        if count >= wanted and len({(kind, to) for kind, to, _, _ in sinks.ask("/taken")}) >= wanted:
            return
        time.sleep(0.1)


def _round(own: Bed, name: str, kills: int = 0) -> dict[str, float]:
    """Let the pact be invoked once; return how long the first on duty and all waited, and what was lost or doubled."""
    own.sinks.ask("/forget")
    members = len(own.crowd.members)
    wanted = members * crowd.CONTACTS * 2
    began = time.time()
    activation = own.crowd.invoke()
    published = time.time() - began
    _wait(own.sinks, own.workers, wanted, kills)
    values = _counted(own, activation, began, wanted, members)
    say(f"  {name}: published in {published:.1f} s, {values}")
    return values


# What the sinks took is laid beside what the outbox says of it. `place` 0 is whoever is first on duty.
_COUNT = """
WITH sent AS (
  SELECT d.member, d.place, d.state, d.resent_identically AS again, t.copies, t.first_at, t.last_at
  FROM notify_delivery d JOIN notify_message m ON m.id = d.message_id JOIN notify_address a ON a.id = d.address_id
  LEFT JOIN (SELECT lookup, count(*) AS copies, min(at) AS first_at, max(at) AS last_at FROM taken GROUP BY lookup) t
    ON t.lookup = a.lookup
  WHERE m.event = %(event)s),
firsts AS (SELECT min(first_at) AS at FROM sent WHERE place = 0 GROUP BY member)
SELECT max(last_at) - %(began)s AS all_s,
  (SELECT percentile_disc(0.95) WITHIN GROUP (ORDER BY coalesce(at, 'infinity')) FROM firsts) - %(began)s AS first_s,
  count(*) FILTER (WHERE copies > 0 AND state = 'accepted') AS arrived,
  (SELECT count(*) FROM firsts WHERE at IS NOT NULL) AS members,
  coalesce(sum(copies - 1), 0) AS doubled, coalesce(sum(greatest(copies - 1 - again, 0)), 0) AS unreported
FROM sent
"""


def _counted(own: Bed, activation: UUID, began: float, wanted: int, members: int) -> dict[str, float]:
    """Return what the database and the sinks say together, once the outbox has noted what it sent."""
    from hansa.activation.alarming import key_of
    from hansa.notify import sealing

    deadline = time.monotonic() + _SETTLING
    with psycopg.connect(own.admin_url, autocommit=True, row_factory=dict_row) as admin:
        admin.execute("CREATE TEMP TABLE taken (lookup text, at double precision)")
        while True:
            admin.execute("TRUNCATE taken")
            rows = [(sealing.lookup(kind, to), at) for kind, to, _, at in own.sinks.ask("/taken")]
            with admin.cursor() as cursor:
                cursor.executemany("INSERT INTO taken VALUES (%s, %s)", rows)
            found = admin.execute(_COUNT, {"event": key_of(activation), "began": began}).fetchone() or {}
            if found["arrived"] == wanted or time.monotonic() > deadline:
                break
            time.sleep(1)
    reached = found["members"] >= members
    return {
        "all_s": float(found["all_s"] or _PATIENCE), "first_s": float(found["first_s"]) if reached else _PATIENCE,
        "lost": wanted - found["arrived"], "doubled": int(found["doubled"]), "unreported": int(found["unreported"]),
    }  # fmt: skip


def main() -> None:
    """Measure, and print the values."""
    with _set_up() as own:
        own.crowd.grow(FEW)
        _round(own, "warm")
        hundred = _round(own, f"{FEW} members")
        own.crowd.grow(MEMBERS)
        all_ = _round(own, f"{MEMBERS} members")
        bare = bed.baseline("senders", own.sinks.ports["smtp"], own.sinks.ports["http"], MEMBERS * crowd.CONTACTS)
        killed = _round(own, f"{MEMBERS} members, {KILLS} workers killed", kills=KILLS)
    rounds = (hundred, all_, killed)
    values = {
        "first_duty_p95_s": all_["first_s"], "first_duty_100_p95_s": hundred["first_s"], "all_s": all_["all_s"],
        "ratio_to_bare_senders": all_["all_s"] / bare["seconds"], "all_with_3_kills_s": killed["all_s"],
        "lost": sum(each["lost"] for each in rounds),
        "doubled_unreported": sum(each["unreported"] for each in rounds),
    }  # fmt: skip
    sys.stdout.write(json.dumps(values))


if __name__ == "__main__":
    main()

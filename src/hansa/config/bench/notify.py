# SPDX-License-Identifier: Apache-2.0
"""The bench `notify`: from the event to acceptance by a mail server and a provider of text messages, two workers.

Each member has three contacts with two channels each; the first contact is on duty. Everything is written in one
transaction, as the reaction to `activation.activated` does. Sinks and workers are processes of their own.
"""

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from hansa.config import lifeline
from hansa.config.bench import bed
from hansa.config.node import bring_schema_up_to_date, opened_node, say

MEMBERS, FEW, CONTACTS, WORKERS, KILLS = 1000, 100, 3, 2, 3
_PATIENCE = 240.0


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


@contextlib.contextmanager
def _set_up() -> Iterator[tuple[Sinks, Workers]]:
    with contextlib.ExitStack() as stack:
        sinks = Sinks()
        stack.callback(sinks.close)
        os.environ.update(_settings(sinks))
        stack.enter_context(opened_node(attach=False))
        bring_schema_up_to_date()
        workers = Workers()
        stack.callback(workers.close)
        for _ in range(WORKERS):
            workers.start()
        workers.wait_until_ready()
        yield sinks, workers


def _people(members: int) -> dict[str, list]:
    """Write the contacts of each member, with a confirmed address for each channel; return their ids by member."""
    from hansa.core import clock
    from hansa.core.ids import new_id
    from hansa.core.rls import every_member
    from hansa.notify import sealing
    from hansa.notify.models import Address

    people, number = {}, 0
    with every_member() as step:
        for place in range(members):
            member = f"city-{place:04d}-il"
            step(member)
            people[member] = [new_id() for _ in range(CONTACTS)]
            rows = []
            for person in people[member]:
                number += 1
                for channel, value in (("email", f"p{number}@city.example"), ("sms", f"+1888{number:07d}")):
                    key = new_id()
                    rows.append(
                        Address(id=key, person=person, channel=channel, lookup=sealing.lookup(channel, value),
                                sealed=sealing.seal(value, context=f"{member}/{key}"), verified_at=clock.now())
                    )  # fmt: skip
            Address.objects.bulk_create(rows)
    return people


def _tell(people: dict[str, list], key: str) -> float:
    """Tell every contact of every member in one transaction; return when it began, in seconds since the epoch."""
    from django.db import transaction

    from hansa.core.rls import member_scope
    from hansa.notify import Event, Recipient, Urgency, send_message

    began = time.time()
    event = Event(
        key=key, headline="EXERCISE: the pact is invoked by Chicago, Illinois. Seen and taken by your office?",
        url="/alerts/{message}/{code}/", urgency=Urgency.HIGH, answer=True,
        expires_at=datetime.now(UTC) + timedelta(hours=2),
    )  # fmt: skip
    with transaction.atomic():
        for member, persons in people.items():
            with member_scope(member):
                send_message(event, [Recipient(person, place=place) for place, person in enumerate(persons)])
    return began


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


def _round(sinks: Sinks, workers: Workers, people: dict[str, list], key: str, kills: int = 0) -> dict[str, float]:
    """Tell everybody once; return how long the first on duty and all waited, and what was lost or doubled."""
    sinks.ask("/forget")
    wanted = len(people) * CONTACTS * 2
    began = _tell(people, key)
    written = time.time() - began
    _wait(sinks, workers, wanted, kills)
    taken = sinks.ask("/taken")
    first: dict[str, float] = {}
    for _kind, to, _key, at in taken:
        number = int(to[1:].partition("@")[0]) if "@" in to else int(to[5:])
        if (number - 1) % CONTACTS == 0:
            member = str(number)
            first[member] = min(first.get(member, at), at)
    waits = sorted(at - began for at in first.values())
    copies = Counter((kind, to) for kind, to, _, _ in taken)
    _settled(people, key, wanted)
    values = {
        "all_s": max(at for *_, at in taken) - began,
        "first_s": waits[int(len(waits) * 0.95) - 1] if len(waits) == len(people) else _PATIENCE,
        "lost": wanted - len(copies),
        "doubled": sum(copies.values()) - len(copies),
        "unreported": _unreported(people, key, copies),
    }
    say(f"  {key}: written in {written:.1f} s, {values}")
    return values


def _settled(people: dict[str, list], key: str, wanted: int) -> None:
    """Return once every delivery of the round is noted as accepted."""
    from hansa.core.rls import every_member
    from hansa.notify.models import Delivery

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with every_member() as step:
            done = 0
            for member in people:
                step(member)
                done += Delivery.objects.filter(message__event=key, state="accepted").count()
        if done == wanted:
            return
        time.sleep(1)


def _unreported(people: dict[str, list], key: str, copies: Counter) -> int:
    """Return how many further copies of a message no delivery speaks of."""
    from hansa.core.rls import every_member
    from hansa.notify.models import Delivery

    reported: Counter = Counter()
    with every_member() as step:
        for member in people:
            step(member)
            again = Delivery.objects.filter(message__event=key, resent_identically__gt=0).select_related("address")
            for row in again:
                reported[row.channel, row.address.value] += row.resent_identically
    return sum(max(0, count - 1 - reported[address]) for address, count in copies.items())


def main() -> None:
    """Measure, and print the values."""
    with _set_up() as (sinks, workers):
        people = _people(MEMBERS)
        few = dict(list(people.items())[:FEW])
        _round(sinks, workers, few, "bench.warm")
        hundred = _round(sinks, workers, few, "bench.few")
        all_ = _round(sinks, workers, people, "bench.all")
        bare = bed.baseline("senders", sinks.ports["smtp"], sinks.ports["http"], MEMBERS * CONTACTS)
        killed = _round(sinks, workers, people, "bench.killed", kills=KILLS)
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

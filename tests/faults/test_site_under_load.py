# SPDX-License-Identifier: Apache-2.0
"""Over HTTP, end to end: the database restarts and web processes are killed while people send forms.

Whoever was told that a form was taken finds it; whoever was not is told something clear, sends the same form again,
and it counts once. Afterwards `hansa verify` and `hansa rebuild` hold.
"""

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from hansa.config.bench.baseline.clients import Client
from hansa.config.embedded import find_running
from hansa.config.node import DATABASE
from hansa.config.tests.test_launcher import HANSA, environment, free_port, processes_with, until

PATIENCE = 60.0
CLEAR = ("send the same form again", "In danger, call 911")
_TAKEN = """
SELECT r.id::text, count(*) FROM aid_requestline r JOIN ledger_loggedact a ON a.id = r.id
WHERE r.id = ANY(%s::uuid[]) GROUP BY r.id
"""


@dataclass
class Site:
    """A node that is served: its folder, its port, and what visitors need."""

    folder: Path
    port: int
    links: list[str]
    form: str

    @property
    def postmaster(self) -> int:
        return int((self.folder / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0])

    def web_processes(self) -> list[int]:
        """Return the ids of the web processes, which are ours."""
        return [p for p in processes_with(self.folder) if b"hansa.config.web" in _command(p)]

    def answers(self) -> bool:
        """Return whether the site and its database answer."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            asking.request("GET", "/health/", headers={"Host": "localhost"})
            return asking.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()

    def taken(self, ids: list[str]) -> dict[str, int]:
        """Return how often each of these forms is in the tables, with its act."""
        server = find_running(self.folder)
        assert server is not None
        with psycopg.connect(server.url(database=DATABASE)) as reading:
            return dict(reading.execute(_TAKEN, [ids]).fetchall())

    def holds(self) -> None:
        """Assert that the ledger verifies and the shared tables are what it says."""
        for command in ("verify", "rebuild"):
            done = subprocess.run(
                [*HANSA, command], env=environment(self.folder), capture_output=True, text=True, timeout=300
            )
            assert done.returncode == 0, done.stdout + done.stderr


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Iterator[Site]:
    """Return a served node with a league in which one member asks for aid."""
    folder, port = tmp_path_factory.mktemp("site"), free_port()
    folder.chmod(0o711)
    settings = environment(folder, HANSA_DEMO="1")
    founding = Path(__file__).with_name("league_for_serving.py")
    made = subprocess.run(
        [sys.executable, str(founding)], env=settings, stdout=subprocess.PIPE, text=True, check=True, timeout=300
    )
    serving = subprocess.Popen([*HANSA, "serve", "--port", str(port)], env=settings, stderr=subprocess.DEVNULL)
    try:
        own = Site(folder, port, **json.loads(made.stdout))
        assert until(own.answers, PATIENCE)
        yield own
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.wait(60)


@dataclass
class Visitor:
    """A person who fills in the form and sends it, again and again until it is taken, before filling in the next."""

    site: Site
    link: str
    told: dict[str, str] = field(default_factory=dict)
    again: int = 0
    unclear: list[str] = field(default_factory=list)
    failed: Exception | None = None
    _client: Client | None = None

    def work(self, ended: threading.Event) -> None:
        try:
            while not ended.is_set():
                fields = self._until_done(self._filled_in)
                page = self._until_done(lambda fields=fields: self._sent(fields))
                self.told[fields["act"]] = page
        except Exception as error:  # noqa: BLE001 - shown by the test
            self.failed = error

    def _filled_in(self) -> dict[str, str]:
        due = datetime.now(UTC) + timedelta(days=2)
        shown = self._browser().fields(self.site.form, "act")
        return shown | {
            "what": "cots", "kind": "cot", "quantity": "40", "needed_by_day": f"{due:%b} {due.day}, {due.year}",
            "needed_by_time": "15:00", "priority": "3", "note": "Loading dock B.", "level": "", "lifeline": "",
        }  # fmt: skip

    def _sent(self, fields: dict[str, str]) -> str:
        status, page, text = self._browser().ask("POST", self.site.form.partition("?")[0], fields)
        if status == 302:
            return page
        if status != 500 or not all(words in text for words in CLEAR):
            self.unclear.append(f"{status}: {text[:2000]}")
        raise RuntimeError(f"answered {status}")

    def _browser(self) -> Client:
        if self._client is None:
            self._client = Client(self.site.port, self.link)
        return self._client

    def leave(self) -> None:
        if self._client:
            self._client.reconnect()

    def _until_done(self, step: Callable):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                return step()
            except (OSError, http.client.HTTPException, RuntimeError, SystemExit) as error:
                # The connection broke, or the page said that it could not finish: a person tries again.
                self.again += 1
                if self._client:
                    self._client.reconnect()
                assert time.monotonic() < deadline, f"the site does not come back: {error!r}"
                time.sleep(0.1)


def _restart(site: Site, how: signal.Signals) -> None:
    os.kill(site.postmaster, how)
    assert until(site.answers, PATIENCE)


def stop_fast(site: Site) -> None:
    _restart(site, signal.SIGINT)


def stop_at_once(site: Site) -> None:
    _restart(site, signal.SIGQUIT)


def kill_a_web_process(site: Site) -> None:
    """Kill one of two, so that a commit may stand whose page nobody sees."""
    os.kill(random.choice(site.web_processes()), signal.SIGKILL)  # noqa: S311 - any of them


@pytest.mark.parametrize("fault", [stop_fast, stop_at_once, kill_a_web_process])
def test_what_was_taken_stands_once_and_what_was_not_is_said_clearly_and_can_be_sent_again(site, rounds, fault):
    visitors = [Visitor(site, link) for link in site.links * 2]
    ended = threading.Event()
    threads = [threading.Thread(target=visitor.work, args=[ended]) for visitor in visitors]
    for thread in threads:
        thread.start()
    try:
        for _ in rounds:
            before = [len(visitor.told) for visitor in visitors]
            # Under load: everybody has been served since the last time.
            served = lambda before=before: all(len(v.told) > b for v, b in zip(visitors, before, strict=True))  # noqa: E731
            assert until(served, PATIENCE), [visitor.failed for visitor in visitors]
            fault(site)
    finally:
        ended.set()
        for thread, visitor in zip(threads, visitors, strict=True):
            thread.join(2 * PATIENCE)
            visitor.leave()
    assert [visitor.failed for visitor in visitors if visitor.failed] == []
    assert [text for visitor in visitors for text in visitor.unclear] == []
    assert sum(visitor.again for visitor in visitors) > 0
    told = {id: page for visitor in visitors for id, page in visitor.told.items()}
    assert site.taken(list(told)) == dict.fromkeys(told, 1)
    assert all(id in page for id, page in told.items())
    site.holds()

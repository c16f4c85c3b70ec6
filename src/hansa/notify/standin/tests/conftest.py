# SPDX-License-Identifier: Apache-2.0
"""A stand-in as its own process, and a place that takes its webhooks."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs

import pytest

from hansa.notify.standin.control import StandIn, started


@dataclass
class Hooks:
    """What came to the webhooks: address and fields and signature of each; `answers` by the end of the address."""

    url: str = ""
    taken: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    answers: dict[str, Callable[[dict[str, str]], str]] = field(default_factory=dict)

    def statuses(self) -> list[str]:
        """Return the statuses in the order in which they came."""
        reports = [fields for path, fields, _ in self.taken if "status" in path]
        return [fields.get("MessageStatus") or fields["CallStatus"] for fields in reports]


@pytest.fixture(scope="module")
def _hooks() -> Iterator[Hooks]:
    kept = Hooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            kept.taken.append((self.path, fields, self.headers["X-Twilio-Signature"]))
            answer = kept.answers.get(self.path.rpartition("/")[2], lambda fields: "")(fields).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}/hooks"
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def _standin(_hooks) -> Iterator[StandIn]:
    with started(hooks=_hooks.url, speed=100) as running:
        yield running


@pytest.fixture
def hooks(_hooks) -> Hooks:
    _hooks.taken.clear()
    _hooks.answers.clear()
    return _hooks


@pytest.fixture
def standin(_standin) -> StandIn:
    _standin.clear()
    _standin.phones({"number": "+15105550101"})
    return _standin

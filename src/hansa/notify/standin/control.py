# SPDX-License-Identifier: Apache-2.0
"""Starts a stand-in as a process of its own, and tells it what to do; for `hansa demo`, benches and tests."""

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping

import httpx

from hansa.notify.standin.world import LOOPBACK_MAILBOX, LOOPBACK_NUMBER


class StandIn:
    """A running stand-in: where it listens, and its controls."""

    def __init__(self, ready: dict[str, str]) -> None:
        self.url = ready["http"]
        self.smtp_host, _, port = ready["smtp"].partition(":")
        self.smtp_port = int(port)
        self.mailbox = ready["pop"]
        self.account = ready["account"]
        self.token = ready["token"]
        self._client = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

    def close(self) -> None:
        """Close the connection to it."""
        self._client.close()

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which a node sends everything here."""
        return {
            "HANSA_PHONE_URL": self.url,
            "HANSA_PHONE_ACCOUNT": self.account,
            "HANSA_PHONE_TOKEN": self.token,
            "HANSA_PHONE_FROM": "+15005550006",
            "HANSA_CALL_FROM": "+15005550006",
            "HANSA_PHONE_LOOPBACK": LOOPBACK_NUMBER,
            "HANSA_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "HANSA_SMTP_HOST": self.smtp_host,
            "HANSA_SMTP_PORT": str(self.smtp_port),
            "HANSA_SMTP_USER": "",
            "HANSA_SMTP_PASSWORD": "",
            "HANSA_SMTP_TLS": "none",
            "HANSA_MAIL_LOOPBACK": LOOPBACK_MAILBOX,
            "HANSA_MAILBOX_URL": self.mailbox,
            "HANSA_PUSH_HOSTS": self.url,
            "HANSA_STANDIN_URL": self.url,
        }

    def state(self) -> dict:
        """Return everything that it has seen."""
        return self._client.get("/state").json()

    def faults(self, **wanted) -> None:
        """Have it misbehave: see `world.Faults`."""
        self._client.post("/faults", json=wanted).raise_for_status()

    def phones(self, *phones: Mapping[str, str | bool]) -> None:
        """List phones: see `world.Phone`."""
        self._client.post("/phones", json=phones).raise_for_status()

    def clear(self) -> None:
        """Have it forget what happened, and behave."""
        self._client.post("/clear")

    def say(self, number: str, body: str, *, to: str = "+15005550006", sid: str = "", token: str = "") -> str:
        """Send a text from a phone to Hansa, answered when this returns; return its id. See `Provider.say`."""
        form = {"number": number, "to": to, "body": body, "sid": sid, "token": token}
        answer = self._client.post("/say", data=form, headers={"Accept": "application/json"})
        return answer.raise_for_status().json()["sid"]

    def press(self, call: str, key: str) -> None:
        """Pick up (`answer`), press a key, or hang up (`hang-up`)."""
        self._client.post("/key", data={"call": call, "key": key})

    def subscription(self, status: int = 201) -> dict:
        """Return a new push subscription that answers with a status."""
        return self._client.post(f"/push/new?as={status}").json()

    def wait(self, done: Callable[[dict], object], seconds: float = 10) -> dict:
        """Return what it has seen as soon as `done` holds of it; TimeoutError otherwise."""
        deadline = time.monotonic() + seconds
        while not done(state := self.state()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the stand-in saw {state}")
            time.sleep(0.02)
        return state


def command(*, hooks: str, speed: float = 1, port: int = 0) -> list[str]:
    """Return the command that starts one."""
    given = ["--hooks", hooks, "--speed", str(speed), "--port", str(port), "--until-eof"]
    return [sys.executable, "-m", "hansa.notify.standin", *given]


@contextlib.contextmanager
def started(*, hooks: str, speed: float = 1, port: int = 0) -> Iterator[StandIn]:
    """Run one for the time of the block. It ends with this process, too: its standard input ends then."""
    ends = subprocess.PIPE
    process = subprocess.Popen(command(hooks=hooks, speed=speed, port=port), stdin=ends, stdout=ends, text=True)  # noqa: S603
    assert process.stdin and process.stdout  # noqa: S101 - both are pipes
    try:
        standin = StandIn(json.loads(process.stdout.readline()))
        with contextlib.closing(standin):
            yield standin
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()

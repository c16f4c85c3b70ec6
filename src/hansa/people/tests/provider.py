# SPDX-License-Identifier: Apache-2.0
"""A real OpenID provider as a process of its own, loopback only, for tests of single sign-on."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from hansa.people.sign_on_systems import SignOn


@contextmanager
def running_provider() -> Iterator[str]:
    """Start the provider on a free port, wait until it answers, and end it; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address)
            yield address
        finally:
            process.terminate()


def _wait_for(address: str) -> None:
    ends = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{address}/.well-known/openid-configuration", timeout=5).raise_for_status()
            return
        except requests.ConnectionError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.1)


def say(provider: str, subject: str, claims: dict) -> None:
    """Let the provider know a user: what it says of them when they sign in."""
    requests.put(f"{provider}/users/{subject}", json=claims, timeout=5).raise_for_status()


def use(settings, *systems: SignOn) -> None:
    """Let the node offer these sign-in systems, as the operator's list would."""
    settings.HANSA_SIGN_ON = systems
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [system.for_allauth() for system in systems]}}

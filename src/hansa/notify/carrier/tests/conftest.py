# SPDX-License-Identifier: Apache-2.0
"""A stand-in as the telephone provider of a test."""

from collections.abc import Iterator

import pytest

from hansa.notify import registry
from hansa.notify.sms.transport import Sms
from hansa.notify.standin.control import StandIn, started
from hansa.notify.voice.transport import Voice


def use(settings, standin: StandIn) -> None:
    """Have the settings of a test name the stand-in as the provider."""
    for name, value in standin.environment.items():
        if name.startswith(("HANSA_PHONE", "HANSA_CALL")):
            setattr(settings, name, [value] if name == "HANSA_PHONE_FROM" else value)


@pytest.fixture(scope="module")
def _running(request) -> Iterator[StandIn]:
    hooks = getattr(request.module, "HOOKS", "http://127.0.0.1:9/hooks")
    with started(hooks=hooks, speed=100) as running:
        yield running


@pytest.fixture
def standin(_running, settings, monkeypatch) -> Iterator[StandIn]:
    """Yield the stand-in, clean; this test's channels send to it."""
    _running.clear()
    use(settings, _running)
    settings.HANSA_HOOKS_URL = "http://127.0.0.1:9"
    sms, voice = Sms(), Voice()
    monkeypatch.setitem(registry.channels, "sms", sms)
    monkeypatch.setitem(registry.channels, "voice", voice)
    yield _running
    sms.close()
    voice.close()

# SPDX-License-Identifier: Apache-2.0
"""A person with a confirmed e-mail address, a mail server on loopback, an event to tell."""

from collections.abc import Iterator

import pytest

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import current_member, member_scope
from hansa.notify import registry, sealing
from hansa.notify.email.tests.post_office import PostOffice, open_post_office
from hansa.notify.email.transport import Email
from hansa.notify.event import Event
from hansa.notify.models import Address

MEMBER = "oakland-ca"


@pytest.fixture
def scope(db) -> Iterator[None]:
    with member_scope(MEMBER):
        yield


def address(person, value="clerk@city.example", channel="email", **changes) -> Address:
    """Write a confirmed address of a person of the member whose scope is open."""
    key = new_id()
    row = {"id": key, "person": person, "channel": channel, "lookup": sealing.lookup(channel, value),
           "sealed": sealing.seal(value, context=f"{current_member()}/{key}"), "verified_at": clock.now()}  # fmt: skip
    return Address.objects.create(**row | changes)


def event(**changes) -> Event:
    return Event(**{"key": f"test:{new_id()}", "headline": "Four nurses needed", "answer": True} | changes)


@pytest.fixture
def post_office(settings, monkeypatch) -> Iterator[PostOffice]:
    """Yield a mail server; the e-mail channel of this test sends to it."""
    with open_post_office() as (office, port):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        channel = Email()
        monkeypatch.setitem(registry.channels, "email", channel)
        yield office
        channel.close()

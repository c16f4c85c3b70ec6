# SPDX-License-Identifier: Apache-2.0
"""Text messages over a provider's REST. What is in doubt is found by the code in its words."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from hansa.core import clock
from hansa.notify.carrier.client import MESSAGES, Client, hook, is_configured
from hansa.notify.channel import Accepted, Outcome, Outgoing, Refused
from hansa.notify.choices import Channel
from hansa.notify.lanes import Lanes
from hansa.notify.registry import add_channel
from hansa.notify.sms import texts

_LONGEST = 36_000
_QUEUE_FULL = "21611"


class SmsLane:
    """One connection to the provider."""

    def __init__(self) -> None:
        self._client = Client()

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send one text; from the next number when the queue of one is full."""
        form = {
            "To": outgoing.address,
            "Body": texts.body(outgoing),
            "StatusCallback": hook(reverse("notify-sms-status", args=[outgoing.id])),
            "ValidityPeriod": str(validity(outgoing.expires_at, clock.now())),
        }
        outcome: Outcome = Refused("unset")
        for sender in settings.HANSA_PHONE_FROM:
            own = "MessagingServiceSid" if sender.startswith("MG") else "From"
            outcome = self._client.create(MESSAGES, form | {own: sender})
            if not (isinstance(outcome, Refused) and outcome.code == _QUEUE_FULL):
                break
        return outcome

    def close(self) -> None:
        """Hang up."""
        self._client.close()


def validity(expires_at: datetime, now: datetime) -> int:
    """Return for how many seconds a carrier may go on trying: until the message is of no use any more."""
    return min(max(int((expires_at - now).total_seconds()), 1), _LONGEST)


class Sms:
    """The channel."""

    name = Channel.SMS.value
    can_ask = True
    batch = 50

    def __init__(self) -> None:
        self._lanes = Lanes(self.name, SmsLane, settings.HANSA_PHONE_LANES)

    def configured(self) -> bool:
        """Return whether the provider's account and a number to send from are named."""
        return is_configured() and bool(settings.HANSA_PHONE_FROM)

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Send a batch over a few connections."""
        return self._lanes.send(batch)

    def find(self, outgoing: Outgoing) -> Accepted | None:
        """Return the text with the same words that was taken for this number since the doubt began."""
        words = texts.body(outgoing)
        with closing(Client()) as client:
            rows = client.since_doubt(MESSAGES, outgoing)
        for row in rows:
            said = str(row.get("body", ""))
            if said == words or (outgoing.code and outgoing.code in said.split()):
                return Accepted(str(row["sid"]))
        return None

    def render(self, outgoing: Outgoing) -> str:
        """Return the words as they are sent."""
        return texts.body(outgoing)

    def loopback(self) -> str:
        """Return the number of the node itself that takes its own test messages."""
        return settings.HANSA_PHONE_LOOPBACK

    def close(self) -> None:
        """Hang up everywhere, for tests that change the provider."""
        self._lanes.close()


add_channel(Sms())

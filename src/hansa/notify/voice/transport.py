# SPDX-License-Identifier: Apache-2.0
"""Calls over a provider's REST. What is in doubt is usually settled by the provider's own report, which names the
attempt; where none came, by the calls to this number since the doubt began."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from hansa.notify.carrier.client import CALLS, Client, hook, is_configured
from hansa.notify.channel import Accepted, Outcome, Outgoing
from hansa.notify.choices import Channel
from hansa.notify.lanes import Lanes
from hansa.notify.registry import add_channel

_RING, _LONGEST = 25, 240
_EVENTS = ("initiated", "ringing", "answered", "completed")


class VoiceLane:
    """One connection to the provider."""

    def __init__(self) -> None:
        self._client = Client()

    def send(self, outgoing: Outgoing) -> Outcome:
        """Have one call placed. It rings 25 seconds, before most voicemails answer, and ends after four minutes."""
        return self._client.create(
            CALLS,
            {
                "To": outgoing.address,
                "From": settings.HANSA_CALL_FROM,
                "Url": hook(reverse("notify-voice", args=[outgoing.id])),
                "StatusCallback": hook(reverse("notify-voice-status", args=[outgoing.id])),
                "StatusCallbackEvent": _EVENTS,
                "Timeout": str(_RING),
                "TimeLimit": str(_LONGEST),
            },
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()


class Voice:
    """The channel."""

    name = Channel.VOICE.value
    can_ask = True
    batch = 20

    def __init__(self) -> None:
        self._lanes = Lanes(self.name, VoiceLane, settings.HANSA_PHONE_LANES)

    def configured(self) -> bool:
        """Return whether the provider's account and a number to call from are named."""
        return is_configured() and bool(settings.HANSA_CALL_FROM)

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Have a batch of calls placed over a few connections."""
        return self._lanes.send(batch)

    def find(self, outgoing: Outgoing) -> Accepted | None:
        """Return the one call that was placed to this number since the doubt began.

        The list does not name the attempt. When there are several, another message may have rung the phone, and
        nobody knows which: then it is called again, for a call too many wakes, and one too few loses.
        """
        with closing(Client()) as client:
            rows = client.since_doubt(CALLS, outgoing)
        return Accepted(str(rows[0]["sid"])) if len(rows) == 1 else None

    def render(self, outgoing: Outgoing) -> str:
        """Return the words that the call says about the event."""
        return outgoing.headline

    def loopback(self) -> str:
        """Return the number of the node itself that takes its own test calls."""
        return settings.HANSA_PHONE_LOOPBACK

    def close(self) -> None:
        """Hang up everywhere, for tests that change the provider."""
        self._lanes.close()


add_channel(Voice())

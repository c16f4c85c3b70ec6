# SPDX-License-Identifier: Apache-2.0
"""Web push: a headline and a link, encrypted for one browser, that a newer one of the same message replaces.

A push service cannot be asked; what is in doubt goes out again under the same topic, and the browser shows one.
"""

import json
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit
from uuid import UUID

import httpx
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from py_vapid import Vapid02
from pywebpush import WebPusher

from hansa.core import clock
from hansa.notify import sealing
from hansa.notify.channel import Accepted, Outcome, Outgoing, Refused, Unknown
from hansa.notify.choices import Channel, Urgency
from hansa.notify.lanes import Lanes
from hansa.notify.reasons import coded
from hansa.notify.registry import add_channel
from hansa.notify.webpush import subscriptions

_TIMEOUT = 5.0
_LARGEST = 3993  # what fits 4,096 bytes with 103 of encryption; pywebpush does not check
_LANES = 4
_TOKEN_LIVES = 3600
_URGENCY = {Urgency.HIGH: "high", Urgency.NORMAL: "normal", Urgency.LOW: "low"}


@lru_cache(maxsize=64)
def _authorization(origin: str, hour: int) -> str:
    """Return how the node proves to a push service who it is, for one hour (of two that the token lives)."""
    claims = {"aud": origin, "sub": settings.HANSA_PUSH_CONTACT, "exp": (hour + 2) * _TOKEN_LIVES}
    return Vapid02(private_key=sealing.push_key()).sign(claims)["Authorization"]


def payload(outgoing: Outgoing) -> bytes:
    """Return what the browser decrypts. No names and no text: it shows on a locked screen.

    `shown` is where the browser says that it showed it; nobody else learns that address.
    """
    with translation.override(outgoing.language):
        words = " ".join(outgoing.headline.split())
        title = _("EXERCISE: %(headline)s") % {"headline": words} if outgoing.exercise else words
    content: dict[str, str | bool] = {
        "title": title, "url": outgoing.url, "tag": outgoing.topic, "lang": outgoing.language,
        "shown": reverse("notify-push-shown", args=[outgoing.id]),
    }  # fmt: skip
    if outgoing.urgency == Urgency.LOW:
        content["quiet"] = True
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


class PushLane:
    """Connections to push services, kept by host."""

    def __init__(self) -> None:
        self._http = httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False)

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send one message."""
        found = subscriptions.read(outgoing.address)
        if found is None:
            return Refused("host", permanent=True, disables=True)
        data = payload(outgoing)
        if len(data) > _LARGEST:
            return Refused("too-long", permanent=True)
        parts = urlsplit(found.endpoint)
        left = int((outgoing.expires_at - clock.now()).total_seconds())
        headers = {
            "TTL": str(max(left, 0)), "Urgency": _URGENCY[outgoing.urgency], "Topic": outgoing.topic,
            "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream",
            "Authorization": _authorization(f"{parts.scheme}://{parts.netloc}", int(time.time()) // _TOKEN_LIVES),
        }  # fmt: skip
        body = WebPusher(found.as_dict()).encode(data)["body"]
        try:
            answer = self._http.post(found.endpoint, content=body, headers=headers)
        except (httpx.ConnectError, httpx.ConnectTimeout) as unreached:
            # One push service of several: the others go on.
            return Refused("unreached", type(unreached).__name__)
        except httpx.HTTPError as lost:
            return Unknown(coded("lost", type(lost).__name__))
        return _outcome(answer)

    def close(self) -> None:
        """Hang up."""
        self._http.close()


def _outcome(answer: httpx.Response) -> Outcome:
    code = answer.status_code
    if code in (200, 201, 202, 204):
        return Accepted(answer.headers.get("Location", "")[:120])
    if code in (404, 410):
        return Refused(str(code), permanent=True, disables=True)
    if code == 429 or code >= 500:
        wait = answer.headers.get("Retry-After", "")
        return Refused(str(code), retry_after=float(wait) if wait.isdecimal() else 0)
    return Refused(str(code), answer.text[:120], permanent=True)


class WebPush:
    """The channel."""

    name = Channel.WEBPUSH.value
    can_ask = False
    batch = 50

    def __init__(self) -> None:
        self._lanes = Lanes(self.name, PushLane, _LANES)

    def configured(self) -> bool:
        """Return True: the node's push key follows from HANSA_KEY."""
        return True

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Send a batch side by side."""
        return self._lanes.send(batch)

    def find(self, outgoing: Outgoing) -> Accepted | None:
        """Return None: a push service cannot be asked."""
        return None

    def render(self, outgoing: Outgoing) -> str:
        """Return what the browser shows."""
        return json.loads(payload(outgoing))["title"]

    def loopback(self) -> str:
        """Return nothing: no browser stands by to take test messages."""
        return ""

    def close(self) -> None:
        """Hang up everywhere."""
        self._lanes.close()


add_channel(WebPush())

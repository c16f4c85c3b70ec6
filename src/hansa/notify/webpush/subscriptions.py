# SPDX-License-Identifier: Apache-2.0
"""Push subscriptions: what a browser hands over, and to which hosts a node may send at all.

A subscription names an address that the node then calls. Only hosts of known push services are called, by TLS, so that
nobody has the node call into its own network.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

# Chrome and others, Firefox, Safari, Edge. A leading dot stands for every host below.
_HOSTS = (
    "fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.services.mozilla.com", ".push.apple.com",
    ".notify.windows.com",
)  # fmt: skip
_LONGEST = 2000
_PUBLIC_KEY, _SECRET = 65, 16


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where one browser takes messages, and the keys to which they are encrypted (base64url)."""

    endpoint: str
    p256dh: str
    auth: str

    def as_dict(self) -> dict[str, Any]:
        """Return it in the form in which browsers write it."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


def read(text: str) -> Subscription | None:
    """Return the subscription in a browser's JSON; None when it is none, or its host is none that may be called."""
    try:
        given = json.loads(text)
        found = Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
        sizes = len(_bytes(found.p256dh)), len(_bytes(found.auth))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        return None
    if sizes != (_PUBLIC_KEY, _SECRET) or len(found.endpoint) > _LONGEST or not may_call(found.endpoint):
        return None
    return found


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def may_call(endpoint: str) -> bool:
    """Return whether a node may send to this address."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    # A whole origin may be named by the operator: a push service of its own, or one on loopback for tests.
    if f"{parts.scheme}://{parts.netloc}" in settings.HANSA_PUSH_HOSTS:
        return True
    if parts.scheme != "https" or port not in (None, 443) or parts.username or parts.password:
        return False
    named = (*_HOSTS, *(each for each in settings.HANSA_PUSH_HOSTS if "/" not in each))
    return any(host.endswith(each) if each.startswith(".") else host == each for each in named)

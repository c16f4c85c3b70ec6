# SPDX-License-Identifier: Apache-2.0
"""Text messages and calls: the provider's account, and where it reaches this node. docs/operator.md explains each."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from hansa.config import env

from .people import HANSA_ORIGINS

# Any provider that speaks the same REST and signs alike.
HANSA_PHONE_URL = env.text("HANSA_PHONE_URL", "https://api.twilio.com").rstrip("/")
HANSA_PHONE_ACCOUNT = env.text("HANSA_PHONE_ACCOUNT", "")
HANSA_PHONE_TOKEN = env.text("HANSA_PHONE_TOKEN", "")
# Numbers from which texts go out (or one messaging service); calls come from the first one unless one is named.
HANSA_PHONE_FROM = env.words("HANSA_PHONE_FROM")
HANSA_CALL_FROM = env.text("HANSA_CALL_FROM", HANSA_PHONE_FROM[0] if HANSA_PHONE_FROM else "")
HANSA_PHONE_LOOPBACK = env.text("HANSA_PHONE_LOOPBACK", "")
HANSA_PHONE_LANES = env.number("HANSA_PHONE_LANES", 4)

# The page of the exercise's phones and mailboxes, set by `hansa demo`.
HANSA_STANDIN_URL = env.text("HANSA_STANDIN_URL", "") if env.flag("HANSA_DEMO") else ""

# Signatures cover the exact address that the provider was given, so it is a setting, never what a request claims.
HANSA_HOOKS_URL = env.text("HANSA_HOOKS_URL", HANSA_ORIGINS[0]).rstrip("/")
if "_" in (urlsplit(HANSA_HOOKS_URL).hostname or ""):
    raise ImproperlyConfigured(
        f"HANSA_HOOKS_URL is {HANSA_HOOKS_URL}: providers refuse a host name with an underscore."
    )

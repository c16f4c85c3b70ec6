# SPDX-License-Identifier: Apache-2.0
"""Members' own sign-in systems (OpenID Connect), as the operator lists them in `HANSA_SIGN_ON`: JSON, or a file of it.

Each system belongs to one member and opens accounts of that member only.
"""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_FIELDS = {"id", "member", "name", "issuer", "client_id", "secret"}
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LOCAL = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True, slots=True)
class SignOn:
    """One member's sign-in system: its id in addresses, its name on the button, where it answers, who we are to it."""

    id: str
    member: str
    name: str
    issuer: str
    client_id: str
    secret: str

    def for_allauth(self) -> dict[str, Any]:
        """Return the system as allauth's settings describe one."""
        return {
            "provider_id": self.id,
            "name": self.name,
            "client_id": self.client_id,
            "secret": self.secret,
            # The member's own system says whose address it is, and it opens this member's accounts only.
            "settings": {"server_url": self.issuer, "email_authentication": True, "oauth_pkce_enabled": True},
        }


def read(text: str) -> tuple[SignOn, ...]:
    """Return the systems that `text` lists; stop with a line that says what to correct."""
    if not text.strip():
        return ()
    try:
        listed = json.loads(text)
        found = tuple(SignOn(**entry) for entry in listed)
    except (ValueError, TypeError) as error:
        asked = ", ".join(sorted(_FIELDS))
        raise ImproperlyConfigured(f"HANSA_SIGN_ON is a JSON list of objects with {asked}: {error}") from None
    for system in found:
        _check(system)
    if len({system.id for system in found}) < len(found):
        raise ImproperlyConfigured("HANSA_SIGN_ON names one id twice.")
    return found


def _check(system: SignOn) -> None:
    if not all(isinstance(getattr(system, field), str) and getattr(system, field) for field in _FIELDS):
        raise ImproperlyConfigured(f"HANSA_SIGN_ON: every field of {system.id!r} is a text, and none is empty.")
    for slug in (system.id, system.member):
        if not _SLUG.fullmatch(slug):
            raise ImproperlyConfigured(f"HANSA_SIGN_ON: {slug!r} has to be small letters, digits and dashes.")
    where = urlsplit(system.issuer)
    if where.scheme != "https" and where.hostname not in _LOCAL:
        raise ImproperlyConfigured(f"HANSA_SIGN_ON: the issuer of {system.id!r} has to begin with https://.")

# SPDX-License-Identifier: Apache-2.0
"""The signature of a provider's webhook: HMAC-SHA1 over the exact URL and the sorted fields. Pure."""

import base64
import hmac
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

Fields = Mapping[str, Sequence[str]]
_PORTS = {"https": 443, "http": 80}


def sign(token: str, url: str, fields: Fields) -> str:
    """Return the signature (base64) of a form that is posted to `url`; a repeated value counts once, in order."""
    words = [url, *(f"{name}{value}" for name in sorted(fields) for value in sorted(set(fields[name])))]
    return base64.b64encode(hmac.digest(token.encode(), "".join(words).encode(), "sha1")).decode()


def is_valid(token: str, url: str, fields: Fields, given: str) -> bool:
    """Return whether `given` signs this form. Providers name the port or leave it out, so either is right."""
    if not token:
        return False
    found = [hmac.compare_digest(sign(token, each, fields).encode(), given.encode()) for each in _spellings(url)]
    return any(found)


def _spellings(url: str) -> Iterable[str]:
    parts = urlsplit(url)
    yield url
    usual = _PORTS.get(parts.scheme)
    if parts.port is None and usual:
        yield parts._replace(netloc=f"{parts.netloc}:{usual}").geturl()
    elif parts.port is not None:
        yield parts._replace(netloc=parts.netloc.rpartition(":")[0]).geturl()

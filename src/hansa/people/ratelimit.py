# SPDX-License-Identifier: Apache-2.0
"""Rate limits as token buckets in PostgreSQL, so that all web processes count together.

A bucket's key is a hash of what is limited and for whom. Taking a token is one statement on an unlogged table.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import wraps

from allauth.account.adapter import get_adapter
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from hansa.core import clock
from hansa.people.rules import Rate, wait_seconds

# A bucket that was filled later than now was so by a clock that has been set back since: it begins anew.
_AHEAD = "b.filled_at > %(now)s + interval '1 minute'"
_FILLED = "b.tokens + GREATEST(0, extract(epoch FROM %(now)s - b.filled_at)) / %(seconds)s"
_LEFT = f"CASE WHEN {_AHEAD} THEN %(burst)s ELSE LEAST(%(burst)s, {_FILLED}) END"
# An empty bucket is left as it is, so that knocking again does not put off its filling.
_TAKE = f"""
INSERT INTO people_ratebucket AS b (key, tokens, filled_at) VALUES (%(key)s, %(burst)s - 1, %(now)s)
ON CONFLICT (key) DO UPDATE SET tokens = {_LEFT} - 1,
  filled_at = CASE WHEN {_AHEAD} THEN %(now)s ELSE GREATEST(b.filled_at, %(now)s) END WHERE {_LEFT} >= 1
RETURNING tokens
"""  # noqa: S608 (no value is in the text)
_LOOK = f"SELECT {_LEFT} FROM people_ratebucket b WHERE b.key = %(key)s"  # noqa: S608

SIGN_IN = Rate(burst=20, seconds=6)
PUBLIC_FORM = Rate(burst=10, seconds=30)
API = Rate(burst=300, seconds=0.05)


def take(name: str, who: str, rate: Rate) -> int:
    """Take a token from the bucket of `who`; return 0, or the seconds to wait when it was empty."""
    key = hashlib.sha256(f"{name}\n{who}".encode()).hexdigest()
    with connection.cursor() as cursor:
        values: dict[str, str | float | datetime] = {
            "key": key,
            "burst": rate.burst,
            "seconds": rate.seconds,
            "now": clock.now(),
        }
        cursor.execute(_TAKE, values)
        if cursor.fetchone():
            return 0
        cursor.execute(_LOOK, values)
        return wait_seconds(float(cursor.fetchone()[0]), rate)


def client_of(request: HttpRequest) -> str:
    """Return whom a limit counts: the person who is signed in, else the network address."""
    actor = getattr(request, "actor", None)
    return str(actor.person) if actor else get_adapter().get_client_ip(request)


def too_many(request: HttpRequest, seconds: int) -> HttpResponse:
    """Return the page that says when to try again; status 429 with `Retry-After`."""
    if request.path.startswith("/api/"):
        response: HttpResponse = JsonResponse({"detail": f"Too many requests. Try again in {seconds} s."}, status=429)
    else:
        response = render(request, "people/too_many.html", {"seconds": seconds}, status=429)
    response["Retry-After"] = str(seconds)
    return response


def limited(name: str, rate: Rate) -> Callable:
    """Decorator: let a view change something only while the sender's bucket holds a token. Reading is free."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
            if request.method not in ("GET", "HEAD", "OPTIONS") and (wait := take(name, client_of(request), rate)):
                return too_many(request, wait)
            return view(request, *args, **kwargs)

        return guarded

    return decorate

# SPDX-License-Identifier: Apache-2.0
"""How programs prove who they are: a bearer token, whose scope says whether they read or act.

The middleware has found the token, opened the member's scope and set `request.actor` before ninja asks here. Acting
means what the person's office may; what a passkey signs stays pending until the person signs it.
"""

from django.http import HttpRequest
from ninja.security import HttpBearer

from hansa.core.actor import Actor
from hansa.people.choices import Scope


class TokenAuth(HttpBearer):
    """Admits a token that has one of the scopes; answers 401 otherwise. Returns the actor as `request.auth`."""

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self.scopes = frozenset(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who acts by this token, None when it opens nothing here."""
        known = getattr(request, "token", None)
        return request.actor if known and self.scopes.intersection(known.scopes) else None


reads = TokenAuth(Scope.READ, Scope.ACT)
acts = TokenAuth(Scope.ACT)

# SPDX-License-Identifier: Apache-2.0
"""How programs prove who they are: a bearer token, whose scope says whether they read or act.

The middleware has found the token, opened the member's scope and set `request.actor` before ninja asks here. Acting
means what the person's office may; what a passkey signs stays pending until the person signs it.
"""

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer

from hansa.core.actor import Actor
from hansa.core.verdicts import Refused, refuse
from hansa.people.choices import Scope

_ONLY_READS = _("This token only reads. Nothing was changed. Make a token that reads and acts.")


class TokenAuth(HttpBearer):
    """Admits a token that has one of the scopes and returns the actor as `request.auth`.

    A token that is not known is answered with 401, one whose scope is too narrow with 403 and what it may.
    """

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self.scopes = frozenset(scopes)

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        """Return who acts by this token, None when it opens nothing here; `Refused` when it only reads."""
        known = getattr(request, "token", None)
        if known and not self.scopes.intersection(known.scopes):
            raise Refused(refuse(_ONLY_READS))
        return request.actor if known else None


reads = TokenAuth(Scope.READ, Scope.ACT)
acts = TokenAuth(Scope.ACT)

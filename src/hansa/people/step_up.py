# SPDX-License-Identifier: Apache-2.0
"""Step-up: what a session proved, and asking for a fresh proof before something that cannot be taken back.

Acts that need a passkey are proved by the touch itself, over the very bytes. This is about the rest: a session acts in
an office while its second factor is fresh, and changes how a person signs in only right after it was asked.
"""

import time
from collections.abc import Callable
from functools import wraps

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Refused, refuse
from hansa.people.choices import Office
from hansa.people.proofs import Proof, is_confirmed, opens_offices

PERSONA_METHOD = "exercise-link"
INVITATION_METHOD = "invitation"
_KINDS = {PERSONA_METHOD: "persona", INVITATION_METHOD: "invitation"}
_NO_PROOF = _(
    "Neither a password nor your organization's sign-on is enough for this. Nothing was changed."
    " Ask your administrator for a new invitation, and make a passkey with it."
)


def proofs(request: HttpRequest) -> list[Proof]:
    """Return how this session was proved, oldest first."""
    return [_proof(record) for record in get_authentication_records(request, request.user)]


def _proof(record: dict) -> Proof:
    kind = _KINDS.get(record.get("method", ""), "weak")
    if record.get("method") == "mfa":
        kind = "passkey" if record.get("type") == Authenticator.Type.WEBAUTHN else "code"
    return Proof(kind, time.time() - record.get("at", 0), bool(record.get("reauthenticated")))


def acts_in_office(request: HttpRequest) -> bool:
    """Return whether this session opens offices: it proved a second factor today, or is a persona's."""
    return opens_offices(proofs(request))


def factors(request: HttpRequest) -> list[str]:
    """Return the kinds of second factors with which the person can prove who they are, passkeys first."""
    found = Authenticator.objects.filter(user_id=request.user.pk, type__in=("webauthn", "totp"))
    return sorted(set(found.values_list("type", flat=True)), reverse=True)


def note(request: HttpRequest) -> None:
    """Write down that the person has just touched their passkey, over acts that they signed."""
    said = {"type": Authenticator.Type.WEBAUTHN.value, "reauthenticated": True}
    record_authentication(request, request.user, "mfa", **said)


def url_of(request: HttpRequest) -> str:
    """Return the page on which this person proves who they are; empty when they have nothing to prove it with."""
    pages = {"webauthn": "mfa_reauthenticate_webauthn", "totp": "mfa_reauthenticate"}
    return next((reverse(pages[kind]) for kind in factors(request)), "")


def step_up(view: Callable) -> Callable:
    """Decorator: let a signed-in person through who was asked for proof within five minutes; ask everyone else.

    What was posted is kept and goes on after the proof. Raises `Refused` for whoever has nothing to prove it with.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return view(request, *args, **kwargs)
        url = url_of(request)
        if is_confirmed(proofs(request), has_factor=bool(url)):
            return view(request, *args, **kwargs)
        if not url:
            raise Refused(refuse(_NO_PROOF, Office.ADMINISTRATOR))
        return suspend_request(request, url)

    return guarded

# SPDX-License-Identifier: Apache-2.0
"""Coming in: the invitation with the first passkey, and the sign-in links of exercise personas."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid
from hansa.people import actions, approving, queries, sign_in
from hansa.people.browser import creation_options, read_new_passkey
from hansa.people.forms import PasswordForm
from hansa.people.models import Account, Invitation
from hansa.people.ratelimit import SIGN_IN, limited
from hansa.people.step_up import INVITATION_METHOD, PERSONA_METHOD

_BACKEND = "hansa.people.backends.AccountBackend"


def enter(request: HttpRequest, account: Account, method: str, **said) -> None:
    """Sign the account in; the session says how, because a password alone opens reading only."""
    request.hansa_persona = method == PERSONA_METHOD  # type: ignore[attr-defined]
    login(request, account, backend=_BACKEND)
    if method != PERSONA_METHOD:
        record_authentication(request, account, INVITATION_METHOD)
    # Fresh proof: the next step (app, further passkey) does not ask for it again.
    record_authentication(request, account, method, reauthenticated=True, **said)


@never_cache
@limited("invitation", SIGN_IN)
@require_http_methods(["GET", "POST"])
def invitation_accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an invitation; on POST make the passkey or the password, and sign in. The link works once."""
    member = sign_in.member_by_invitation(secret)
    if member is None:
        return render(request, "people/invitation_over.html", status=404)
    with member_scope(member):
        invitation = queries.open_invitation(sign_in.secret_hash(secret), clock.now())
        if invitation is None:
            return render(request, "people/invitation_over.html", status=404)
        if request.method == "POST":
            return _accept(request, invitation)
        return _invitation(request, invitation)


def _invitation(request: HttpRequest, invitation: Invitation, error: object = None, form=None) -> HttpResponse:
    options = webauthn.begin_registration(invitation.account, passwordless=True)
    context = {
        "invitation": invitation, "account": invitation.account, "error": error, "form": form or PasswordForm(),
        "options": creation_options(options), "terms": queries.drawn_up_for(invitation.account),
    }  # fmt: skip
    return render(request, "people/invitation_accept.html", context, status=422 if error or form else 200)


def _accept(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if "password" in request.POST:
        return _accept_password(request, invitation)
    account = invitation.account
    form = AddWebAuthnForm(request.POST, user=account)
    if not form.is_valid():
        return _invitation(request, invitation, error=form.errors.get("credential", form.non_field_errors())[0])
    try:
        credential_id, public_key = read_new_passkey(form.cleaned_data["credential"])
    except Invalid as error:
        return _invitation(request, invitation, error=error.errors[""])
    actions.use_invitation(invitation, at=clock.now())
    made = webauthn.WebAuthn.add(account, form.cleaned_data["name"], form.cleaned_data["credential"]).instance
    approving.enrol_passkey(credential_id, public_key, actor=queries.actor_for(account))
    enter(request, account, "mfa", id=made.pk, type=Authenticator.Type.WEBAUTHN.value, passwordless=True)
    return redirect("people:account-detail")


def _accept_password(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = PasswordForm(request.POST)
    account = invitation.account
    if form.is_valid():
        try:
            validate_password(form.cleaned_data["password"], account)
        except ValidationError as error:
            form.add_error("password", error)
    if not form.is_valid():
        return _invitation(request, invitation, form=form)
    actions.use_invitation(invitation, at=clock.now())
    actions.set_password(account, form.cleaned_data["password"])
    enter(request, account, "password", email=account.email)
    return redirect("mfa_activate_totp")


@never_cache
@require_GET
def persona_sign_in(request: HttpRequest, token: str) -> HttpResponse:
    """Sign in as a persona of the exercise. There is no such page in a real league, or outside demo mode."""
    account_id = sign_in.persona_of(token)
    if account_id is None or not approving.in_exercise():
        raise Http404
    member = sign_in.member_by_account(account_id)
    if member is None:
        raise Http404
    with member_scope(member):
        account = queries.accounts().filter(id=account_id, is_active=True).first()
        if account is None:
            raise Http404
        enter(request, account, PERSONA_METHOD)
    return redirect("/")

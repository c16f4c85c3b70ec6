# SPDX-License-Identifier: Apache-2.0
"""One's own account: in which office one acts, passkeys, tokens, language."""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.ledger.models import PendingAct
from hansa.people import actions, approving, policy, queries, sign_in, watching
from hansa.people.browser import creation_options, read_new_passkey
from hansa.people.forms import TokenForm
from hansa.people.step_up import acts_in_office, step_up, url_of


@login_required
def account_detail(request: HttpRequest) -> HttpResponse:
    """Show the person's offices, ways to sign in, passkeys that approve, and tokens."""
    actor = request.actor
    terms = [pair for pair in queries.terms_of(actor.member) if pair[0].person == actor.person]
    context = {
        "terms": [(term, term.state(clock.now())) for term, _name in terms],
        "passkeys": queries.passkeys_of(actor.person),
        "unvouched": approving.unvouched(actor.person),
        "factors": Authenticator.objects.filter(user_id=actor.person),
        "delegations": queries.delegations_of(actor.member, actor.person, clock.now()),
        "tokens": queries.tokens_with_state(actor.person, clock.now()),
        "full": acts_in_office(request),
        "step_up": url_of(request),
        "languages": settings.LANGUAGES,
    }
    return render(request, "people/account_detail.html", context)


@login_required
@require_POST
def office_choose(request: HttpRequest) -> HttpResponse:
    """Act in another office that the person holds, until they choose again."""
    office = request.POST.get("office", "")
    if office not in request.actor.offices:
        raise Http404
    request.session[sign_in.OFFICE_KEY] = office
    then = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(then, {request.get_host()})
    return redirect(then if safe else "people:account-detail")


@login_required
@require_POST
def language_choose(request: HttpRequest) -> HttpResponse:
    """Write to this person in another language from now on, and show pages in it."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    actions.choose_language(request.actor.person, language)
    response = redirect("people:account-detail")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=31_536_000, samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )  # fmt: skip
    return response


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def passkey_add(request: HttpRequest) -> HttpResponse:
    """Make a further passkey: it signs in at once, and approves when one that is enrolled has vouched for it."""
    error: object = None
    if request.method == "POST":
        form = AddWebAuthnForm(request.POST, user=request.user)
        try:
            if not form.is_valid():
                raise Invalid({"": form.errors.get("credential", form.non_field_errors())[0]})
            credential_id, public_key = read_new_passkey(form.cleaned_data["credential"])
            made = webauthn.WebAuthn.add(request.user, form.cleaned_data["name"], form.cleaned_data["credential"])
            watching.see_factor_added(None, made.instance.user, made.instance)
            drawn_up = approving.enrol_passkey(credential_id, public_key, actor=request.actor)
            return _to_approval(request, drawn_up)
        except Invalid as invalid:
            error = invalid.errors[""]
    options = creation_options(webauthn.begin_registration(request.user, passwordless=True))
    context = {"options": options, "error": error}
    return render(request, "people/passkey_add.html", context, status=422 if error else 200)


def _to_approval(request: HttpRequest, drawn_up) -> HttpResponse:
    """Lead to the approve page whoever can approve; tell everyone else who will."""
    pending = isinstance(drawn_up, PendingAct)
    if pending and policy.may_approve(request.actor, tuple(drawn_up.offices), clock.now()):
        return redirect(f"{reverse('people:act-approve')}?act={drawn_up.id}&next={reverse('people:account-detail')}")
    messages.success(request, _("Saved. It counts when an administrator has approved it."))
    return redirect("people:account-detail")


@login_required
@require_http_methods(["GET", "POST"])
def passkey_revoke(request: HttpRequest, credential: str) -> HttpResponse:
    """Draw up the revocation of a passkey that approves; an administrator signs it."""
    if not credential.isprintable():
        raise Http404
    passkey = get_object_or_404(queries.passkeys_of_member(request.actor.member), credential=credential)
    require(policy.may_see_account(request.actor, passkey.person))
    if request.method == "POST":
        return _to_approval(request, approving.revoke_passkey(passkey, actor=request.actor, id=new_id()))
    return render(request, "people/passkey_revoke.html", {"passkey": passkey})


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def token_make(request: HttpRequest) -> HttpResponse:
    """Make an API token; its secret is shown on the answer to this POST and nowhere else."""
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        token, secret = actions.make_token(
            name=said["name"],
            scopes=[said["scopes"]],
            actor=request.actor,
            at=clock.now(),
            life=timedelta(days=int(said["days"])),
        )
        return render(request, "people/token_made.html", {"token": token, "secret": secret})
    return render(request, "people/token_make.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_POST
def token_revoke(request: HttpRequest, token: str) -> HttpResponse:
    """Revoke a token: the next request with it is refused."""
    row = get_object_or_404(queries.tokens_of(request.actor.person), id=token)
    actions.revoke_token(row, actor=request.actor, at=clock.now())
    messages.success(request, _("The token opens nothing any more."))
    return redirect("people:account-detail")

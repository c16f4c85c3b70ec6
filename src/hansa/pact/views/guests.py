# SPDX-License-Identifier: Apache-2.0
"""Pages about guests: the host's list and invitation, and the guest's own first steps on a phone."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal import auth as webauthn
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, require
from hansa.ledger import queries as acts
from hansa.ledger.models import PendingAct
from hansa.pact import actions, naming, onward, policy, queries
from hansa.pact.actions.guests import Call, guest_keys, passkey_of
from hansa.pact.charter import Charter
from hansa.pact.charter.clauses import Clause
from hansa.pact.forms import ConfirmForm, EndForm, GuestForm, GuestPersonForm, typed
from hansa.pact.models import GuestAcceptance, GuestCall, GuestInvitation
from hansa.pact.views.signing import show_errors, sign_next
from hansa.people import actions as people
from hansa.people import queries as persons
from hansa.people import recovery, sign_in
from hansa.people.browser import creation_options, read_new_passkey
from hansa.people.models import Invitation
from hansa.people.ratelimit import SIGN_IN, limited
from hansa.people.views.entry import enter


@login_required
@require_safe
def guest_list(request: HttpRequest) -> HttpResponse:
    """Show the guests of the league, and those that one's own member invited."""
    now = clock.now()
    version = queries.charter_in_force(now)
    context = {
        "guests": [(row, naming.member_name(row.author), acts.get(row.activation)) for row in queries.guests()],
        "invited": queries.invitations_of(request.actor.member),
        "version": version,
        "clause": queries.clause("guests") if version else None,
        "rights": naming.guest_rights(version.charter) if version else "",
        "crumbs": [(_("League"), reverse("pact:member-list"))],
    }
    return render(request, "pact/guest_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def guest_invite(request: HttpRequest) -> HttpResponse:
    """Invite a government into one activation, after a call to a number that it publishes."""
    now = clock.now()
    version = queries.charter_in_force(now)
    require(policy.may_invite_guest(request.actor, version, now))
    activation = _uuid(request.POST.get("activation") or request.GET.get("activation", ""))
    opened = acts.get(activation)
    if opened is None:
        raise Http404
    # Most write a call down at once: the time is there, and can be changed.
    form = GuestForm(request.POST or None, initial={"activation": activation, "called_at": typed(now)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        call = Call(said["called_number"], said["number_source"], said["called_at"], said["spoke_with"])
        try:
            made = actions.invite_guest(
                form.place, activation=activation, call=call, actor=request.actor, at=now, id=said["act"]
            )
            return sign_next(request, made, reverse("pact:guest-link", args=[made.id]))
        except Invalid as invalid:
            show_errors(form, invalid)
    context = {"form": form, "opened": opened, "clause": queries.clause("guests"), "crumbs": _crumbs()}
    return render(request, "pact/guest_invite.html", context, status=422 if form.is_bound else 200)


def _crumbs() -> list[tuple[str, str]]:
    return [(_("League"), reverse("pact:member-list")), (_("Guests"), reverse("pact:guest-list"))]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@login_required
@require_safe
def guest_show(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Show an invitation: how the guest was confirmed, whether it accepted, what it may do."""
    row = get_object_or_404(GuestInvitation, id=invitation)
    held = queries.charter(row.charter)
    context = {
        "invitation": row,
        "host": naming.member_name(row.author),
        "acceptance": GuestAcceptance.objects.filter(invitation=row.digest).first(),
        "call": GuestCall.objects.filter(invitation=row.id).first(),
        "rights": naming.guest_rights(held) if held else "",
        "clause": queries.clause("guests", digest=row.charter),
        "opened": acts.get(row.activation),
        "may_end": policy.may_end_guest(request.actor, row),
        "mine": request.actor.member == row.author,
        "own": request.actor.member == row.guest,
        "onward": onward.page_of(row.activation),
        "is_member": row.guest in queries.members(),
        "crumbs": _crumbs(),
    }
    return render(request, "pact/guest_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def guest_link(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """Make the link with which the guest's authorized person makes a passkey. It is shown once."""
    row = GuestInvitation.objects.filter(id=invitation).first()
    if row is None and PendingAct.objects.filter(id=invitation).exists():
        # Whoever drew the invitation up comes here from its receipt; the charter may ask for a second person.
        return redirect("pact:guest-list")
    row = row or get_object_or_404(GuestInvitation, id=invitation)
    require(policy.may_end_guest(request.actor, row))
    form = GuestPersonForm(request.POST or None, initial=_called(row))
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            _account, secret = actions.link_for_guest(row, **form.cleaned_data, actor=request.actor, at=clock.now())
            link = request.build_absolute_uri(reverse("pact:guest-open", args=[secret]))
        except Invalid as invalid:
            show_errors(form, invalid)
    context = {"form": form, "invitation": row, "link": link, "crumbs": _crumbs()}
    return render(request, "pact/guest_link.html", context, status=422 if form.errors else 200)


def _called(row: GuestInvitation) -> dict[str, str]:
    """Return name and title of whom the host spoke with, so that nobody types them twice."""
    call = GuestCall.objects.filter(invitation=row.id).first()
    name, _comma, title = call.spoke_with.partition(",") if call else ("", "", "")
    return {"name": name.strip(), "title": title.strip()}


@login_required
@require_http_methods(["GET", "POST"])
def guest_end(request: HttpRequest, invitation: UUID) -> HttpResponse:
    """End a guest's stay."""
    row = get_object_or_404(GuestInvitation, id=invitation)
    require(policy.may_end_guest(request.actor, row))
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = actions.end_guest(row, reason=said["reason"], actor=request.actor, at=clock.now(), id=said["act"])
        return sign_next(request, made, reverse("pact:guest-show", args=[row.id]))
    context = {"form": form, "invitation": row, "crumbs": _crumbs()}
    return render(request, "pact/guest_end.html", context, status=422 if form.is_bound else 200)


@never_cache
@limited("invitation", SIGN_IN)
@require_http_methods(["GET", "POST"])
def guest_open(request: HttpRequest, secret: str) -> HttpResponse:
    """The guest's link: make the passkey on this phone; its government then has a log and keys of its own."""
    guest = sign_in.member_by_invitation(secret)
    if guest is None:
        return render(request, "people/invitation_over.html", status=404)
    with member_scope(guest):
        link = persons.open_invitation(sign_in.secret_hash(secret), clock.now())
        invitation = queries.invitation_for(guest)
        if link is None or invitation is None:
            return render(request, "people/invitation_over.html", status=404)
        if request.method == "POST":
            return _make_passkey(request, link, invitation)
        return _guest_page(request, link, invitation)


def _guest_page(
    request: HttpRequest, link: Invitation, invitation: GuestInvitation, error: object = None
) -> HttpResponse:
    options = webauthn.begin_registration(link.account, passwordless=True)
    held = queries.charter(invitation.charter)
    context = {
        "account": link.account,
        "link": link,
        "invitation": invitation,
        "host": naming.member_name(invitation.author),
        "rights": naming.guest_rights(held) if held else "",
        "options": creation_options(options),
        "error": error,
    }
    return render(request, "pact/guest_open.html", context, status=422 if error else 200)


def _make_passkey(request: HttpRequest, link: Invitation, invitation: GuestInvitation) -> HttpResponse:
    account, now = link.account, clock.now()
    form = AddWebAuthnForm(request.POST, user=account)
    if not form.is_valid():
        return _guest_page(request, link, invitation, form.errors.get("credential", form.non_field_errors())[0])
    try:
        credential_id, public_key = read_new_passkey(form.cleaned_data["credential"])
        passkey = passkey_of(account, credential_id, public_key)
        roots = guest_keys()
        people.use_invitation(link, at=now)
        actions.open_guest(account, passkey, roots=roots, at=now)
    except Invalid as invalid:
        return _guest_page(request, link, invitation, invalid.errors.get("") or next(iter(invalid.errors.values())))
    made = webauthn.WebAuthn.add(account, form.cleaned_data["name"], form.cleaned_data["credential"]).instance
    enter(request, account, "mfa", id=made.pk, type=Authenticator.Type.WEBAUTHN.value, passwordless=True)
    keys = [(recovery.to_text(key), recovery.fingerprint(key.public.hex())) for key in roots]
    return render(request, "pact/guest_keys.html", {"keys": keys, "invitation": invitation})


@login_required
@require_http_methods(["GET", "POST"])
def guest_terms(request: HttpRequest) -> HttpResponse:
    """Accept the terms for guests: the guest's authorized person signs with the new passkey."""
    invitation = queries.invitation_for(request.actor.member)
    if invitation is None:
        raise Http404
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.accept_terms(invitation, actor=request.actor, at=clock.now(), id=form.cleaned_data["act"])
        return sign_next(request, made, _onward(invitation))
    if GuestAcceptance.objects.filter(invitation=invitation.digest).exists():
        return redirect(_onward(invitation))
    held = queries.charter(invitation.charter)
    context = {
        "form": form,
        "invitation": invitation,
        "host": naming.member_name(invitation.author),
        "rights": naming.guest_rights(held) if held else "",
        "clauses": held.articles if held else (),
        "own_clauses": _guest_clauses(held) if held else (),
        "clause": queries.clause("guests", digest=invitation.charter),
        "lawful": held.clause_for("lawfulness") if held else None,
    }
    return render(request, "pact/guest_terms.html", context)


def _guest_clauses(held: Charter) -> tuple[Clause, ...]:
    """Return the clauses of the article on guests: what their authorized person accepts."""
    number = held.clause_for("guests").number
    return next(a.clauses for a in held.articles if number in {clause.number for clause in a.clauses})


def _onward(invitation: GuestInvitation) -> str:
    """Return where the guest goes on: to what is needed; to its own page where no part shows that."""
    return onward.page_of(invitation.activation) or reverse("pact:guest-show", args=[invitation.id])

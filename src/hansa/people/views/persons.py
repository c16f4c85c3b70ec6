# SPDX-License-Identifier: Apache-2.0
"""The member's people: who serves in which office until when; invite, appoint, end, close, renew."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.people import actions, policy, queries
from hansa.people.forms import AppointmentForm, EndForm, InvitationForm, ReadOnForm
from hansa.people.models import Appointment


@login_required
@require_GET
def person_list(request: HttpRequest) -> HttpResponse:
    """Show who serves the member, and the accounts that serve in no office."""
    now, member = clock.now(), request.actor.member
    context = {
        "terms": [(term, name, term.state(now)) for term, name in queries.terms_of(member)],
        "accounts": queries.accounts(),
        "may": policy.may_administer(request.actor),
        "now": now,
    }
    return render(request, "people/person_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def person_invite(request: HttpRequest) -> HttpResponse:
    """Invite a person: account, name told to the league, term drawn up, and a link that works once."""
    require(policy.may_administer(request.actor))
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        key = said.pop("act")
        try:
            account, secret, drawn_up = actions.invite_person(actor=request.actor, at=clock.now(), act=key, **said)
        except Invalid as invalid:
            _tell(form, invalid)
        else:
            return _invited(request, account, secret, drawn_up)
    return render(request, "people/person_invite.html", {"form": form}, status=422 if form.is_bound else 200)


def _tell(form, invalid: Invalid) -> None:
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, message)


def _invited(request: HttpRequest, account, secret: str, drawn_up) -> HttpResponse:
    context = {
        "account": account,
        "link": request.build_absolute_uri(reverse("people:invitation-accept", args=[secret])),
        "life": actions.INVITATION_LIFE.days,
        "approve": _approve_url(drawn_up) if isinstance(drawn_up, PendingAct) else "",
    }
    return render(request, "people/person_invited.html", context)


def _approve_url(drawn_up: Act | PendingAct, then: str = "people:person-list") -> str:
    return f"{reverse('people:act-approve')}?act={drawn_up.id}&next={reverse(then)}"


@login_required
@require_GET
def person_detail(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show one person of the member: terms, passkeys that approve, ways to help who lost theirs."""
    account = get_object_or_404(queries.accounts(), id=person)
    now = clock.now()
    terms = [pair for pair in queries.terms_of(request.actor.member) if pair[0].person == person]
    context = {
        "account": account,
        "terms": [(term, term.state(now)) for term, _name in terms],
        "passkeys": queries.passkeys_of(person),
        "may": policy.may_administer(request.actor),
        "left_at": queries.standing(account, now).left_at,
        "invitation": queries.invitation_of(person, now),
        "tokens": queries.tokens_with_state(person, now),
    }
    return render(request, "people/person_detail.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def person_read_on(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let a person whose last term ended read on until a day."""
    require(policy.may_administer(request.actor))
    account = get_object_or_404(queries.accounts(), id=person)
    form = ReadOnForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.allow_reading(account, until=form.cleaned_data["until"], actor=request.actor, at=clock.now())
            messages.success(request, _("They can read until that day. They act in no office."))
            return redirect("people:person-detail", person)
        except Invalid as invalid:
            _tell(form, invalid)
    context = {"form": form, "account": account}
    return render(request, "people/person_read_on.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def invitation_void(request: HttpRequest, person: UUID) -> HttpResponse:
    """Make a person's open invitation void."""
    account = get_object_or_404(queries.accounts(), id=person)
    actions.void_invitation(account, actor=request.actor, at=clock.now())
    messages.success(request, _("The invitation opens nothing any more."))
    return redirect("people:person-detail", person)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_make(request: HttpRequest, person: UUID) -> HttpResponse:
    """Draw up a term for a person, then check and sign it."""
    require(policy.may_administer(request.actor))
    account = get_object_or_404(queries.accounts(), id=person)
    form = AppointmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            drawn_up = actions.appoint_person(
                person, office=said["office"], until=said["until"], actor=request.actor, at=clock.now(), id=said["act"]
            )
            return redirect(_approve_url(drawn_up))
        except Invalid as invalid:
            _tell(form, invalid)
    context = {"form": form, "account": account}
    return render(request, "people/appointment_make.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """Draw up the end of a term, then check and sign it."""
    require(policy.may_administer(request.actor))
    term = get_object_or_404(Appointment, id=appointment, member=request.actor.member)
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            drawn_up = actions.end_appointment(
                term, reason=said["reason"], actor=request.actor, at=clock.now(), id=said["act"]
            )
            return redirect(_approve_url(drawn_up))
        except Invalid as invalid:
            _tell(form, invalid)
    context = {"form": form, "term": term, "name": queries.with_names([term])[0][1]}
    return render(request, "people/appointment_end.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def person_close(request: HttpRequest, person: UUID) -> HttpResponse:
    """Close a person's account at once; their terms are ended by acts."""
    actions.close_account(get_object_or_404(queries.accounts(), id=person), actor=request.actor)
    messages.success(request, _("The account is closed. End the terms of office, too."))
    return redirect("people:person-detail", person)


@login_required
@require_POST
def person_renew(request: HttpRequest, person: UUID) -> HttpResponse:
    """Replace whatever way in a person lost by a new invitation."""
    account = get_object_or_404(queries.accounts(), id=person)
    secret = actions.forget_sign_in(account, actor=request.actor, at=clock.now())
    return _invited(request, account, secret, None)

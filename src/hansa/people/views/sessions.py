# SPDX-License-Identifier: Apache-2.0
"""Where an account is signed in, and signing it out there: one's own, and for administrators that of others."""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from hansa.people import actions, queries
from hansa.people.watching import browser_of


@login_required
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """Show the sessions of the person's own account, and the browsers that it was used from."""
    rows = UserSession.objects.purge_and_list(request.user)
    rows.sort(key=lambda row: row.created_at, reverse=True)
    context = {
        "sessions": [(row, browser_of(row.user_agent)) for row in rows],
        "current": request.session.session_key,
        "devices": queries.devices_of(request.actor.person),
    }
    return render(request, "usersessions/usersession_list.html", context)


@login_required
@require_POST
def session_end(request: HttpRequest) -> HttpResponse:
    """End one session of one's own (`session`), or all but this one."""
    only = request.POST.get("session", "")
    if only and not only.isdecimal():
        raise Http404
    here = "" if only else request.session.session_key or ""
    account = get_object_or_404(queries.accounts(), id=request.actor.person)
    _say(request, actions.end_sessions(account, actor=request.actor, only=only, but=here))
    return redirect("usersessions_list")


@login_required
@require_POST
def person_sign_out(request: HttpRequest, person: UUID) -> HttpResponse:
    """End every session of a person of the member; administrators do that."""
    account = get_object_or_404(queries.accounts(), id=person)
    _say(request, actions.end_sessions(account, actor=request.actor))
    return redirect("people:person-detail", person)


def _say(request: HttpRequest, ended: int) -> None:
    said = ngettext("%d session is ended.", "%d sessions are ended.", ended) % ended
    messages.success(request, said if ended else _("No other session was open."))

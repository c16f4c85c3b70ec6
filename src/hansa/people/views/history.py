# SPDX-License-Identifier: Apache-2.0
"""Who could do what, when: offices at a moment, and every change of access."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hansa.core import clock
from hansa.people import history, policy, queries
from hansa.people.forms import MomentForm

_PAGE = 50


@login_required
@require_GET
def who_could(request: HttpRequest) -> HttpResponse:
    """Show who held which office at a moment (now unless asked), and what changed; details to administrators only."""
    member, now = request.actor.member, clock.now()
    persons = [(str(row.id), row.name) for row in queries.accounts()]
    form = MomentForm(request.GET or None, persons=persons)
    asked = form.cleaned_data if form.is_valid() else {}
    at = asked.get("at") or now
    person = UUID(asked["person"]) if asked.get("person") else None
    may = policy.may_see_account(request.actor, person) if person else policy.may_administer(request.actor)
    lines = history.changes(member, now, person) if may else []
    context = {
        "form": form, "at": at, "holdings": history.holdings(member, at, person), "may": may, "asked": bool(asked),
        "lines": Paginator(lines, _PAGE).get_page(request.GET.get("page")),
    }  # fmt: skip
    return render(request, "people/who_could.html", context, status=422 if request.GET and not asked else 200)

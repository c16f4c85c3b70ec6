# SPDX-License-Identifier: Apache-2.0
"""Programs that read for the member, and every token: for administrators; a secret is made after a fresh proof."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.verdicts import require
from hansa.people import actions, policy, queries
from hansa.people.forms import ProgramForm
from hansa.people.models import Account, ApiToken
from hansa.people.step_up import step_up


@login_required
@require_GET
def program_list(request: HttpRequest) -> HttpResponse:
    """Show the member's programs with their tokens, and the tokens that people made for themselves."""
    require(policy.may_administer(request.actor))
    now = clock.now()
    context = {"programs": queries.programs(now), "tokens": queries.tokens_of_people(now)}
    return render(request, "people/program_list.html", context)


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def program_make(request: HttpRequest) -> HttpResponse:
    """Make a program with its first token; the secret is shown on the answer and nowhere else."""
    return _make(request, None)


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def program_token(request: HttpRequest, program: UUID) -> HttpResponse:
    """Make another token for a program."""
    return _make(request, get_object_or_404(queries.accounts().filter(service=True, is_active=True), id=program))


def _make(request: HttpRequest, program: Account | None) -> HttpResponse:
    require(policy.may_administer(request.actor))
    form = ProgramForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said, now = form.cleaned_data, clock.now()
        life = timedelta(days=int(said["days"]))
        if program:
            token, secret = actions.give_token(program, name=said["name"], actor=request.actor, at=now, life=life)
        else:
            _made, token, secret = actions.make_program(name=said["name"], actor=request.actor, at=now, life=life)
        return render(request, "people/token_made.html", {"token": token, "secret": secret})
    context = {"form": form, "program": program}
    return render(request, "people/program_make.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def token_end(request: HttpRequest, token: UUID) -> HttpResponse:
    """Revoke any token of the member: the next request with it is refused."""
    actions.revoke_token(get_object_or_404(ApiToken, id=token), actor=request.actor, at=clock.now())
    messages.success(request, _("The token opens nothing any more."))
    return redirect("people:program-list")

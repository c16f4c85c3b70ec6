# SPDX-License-Identifier: Apache-2.0
"""Pages of the records schedule."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from hansa.core import clock, pages
from hansa.core.verdicts import Invalid, require
from hansa.evidence import kinds, policy
from hansa.evidence.actions import schedules as actions
from hansa.evidence.forms import ScheduleForm
from hansa.evidence.queries import holds, schedules
from hansa.people.compartment_forms import tell


@login_required
@require_GET
def schedule_list(request: HttpRequest) -> HttpResponse:
    """Show how long each kind of records is kept, since when, by which law, and what a hold keeps."""
    require(policy.may_read(request.actor))
    now = clock.now()
    context = {
        "lines": schedules.lines(now, holds.kinds_held()),
        "may_set": policy.may_set_schedule(request.actor).ok,
        "now": now,
    }
    return render(request, "evidence/schedule_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def schedule_set(request: HttpRequest, code: str) -> HttpResponse:
    """Set how long one kind is kept from a day on, and show every line that it ever had."""
    require(policy.may_set_schedule(request.actor))
    kind = pages.found(kinds.kind(code))
    form = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_schedule(code, actor=request.actor, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("Set. What ran out before stays destroyed."))
            return redirect("evidence:schedule-list")
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "kind": kind, "history": schedules.history(code)}
    return render(request, "evidence/schedule_set.html", context, status=422 if form.is_bound else 200)

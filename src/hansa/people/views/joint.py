# SPDX-License-Identifier: Apache-2.0
"""Steps that take two people, and the page that says who may do what."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.people import deeds, joint, queries
from hansa.people.choices import office_label
from hansa.people.compartment_forms import DeclineForm, WhyForm, tell
from hansa.people.models import JointStep
from hansa.people.step_up import step_up


def _step(id: UUID) -> JointStep:
    found = joint.step(id)
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def joint_list(request: HttpRequest) -> HttpResponse:
    """Show the steps that wait for a second person, and those that were answered."""
    require(joint.may_see(request.actor))
    now = clock.now()
    shown = joint.steps()
    rows = [
        (step, joint.kind_of(step), step.state(now), bool(joint.may_confirm(request.actor, step, now)))
        for step in shown
    ]
    names = joint.names_of(step.proposed_by for step in shown)
    return render(request, "people/joint_list.html", {"rows": rows, "names": names, "now": now})


@login_required
@require_GET
def joint_show(request: HttpRequest, step: UUID) -> HttpResponse:
    """Show one step with what was proposed, from the frozen values, and let the second person answer."""
    return _shown(request, _step(step), DeclineForm())


def _shown(request: HttpRequest, step: JointStep, form: DeclineForm) -> HttpResponse:
    require(joint.may_see(request.actor))
    kind, now = joint.kind_of(step), clock.now()
    confirm = joint.may_confirm(request.actor, step, now)
    context = {
        "step": step,
        "kind": kind,
        "sentence": kind.sentence(step.payload),
        "facts": kind.facts(step.payload),
        "state": step.state(now),
        "confirm": confirm,
        "withdraw": joint.may_withdraw(request.actor, step, now).ok,
        "holders": [] if confirm or step.answer else queries.holders(request.actor.member, confirm.who),
        "names": joint.names_of(p for p in (step.proposed_by, step.answered_by) if p),
        "then": kind.then(step.payload, step.id),
        "form": form,
    }
    return render(request, "people/joint_show.html", context, status=422 if form.is_bound else 200)


@login_required
@step_up
@require_POST
def joint_confirm(request: HttpRequest, step: UUID) -> HttpResponse:
    """Be the second person."""
    found = joint.confirm(_step(step), shown=request.POST.get("shown", ""), actor=request.actor, at=clock.now())
    reviewed = found.review_by is not None
    messages.success(request, _("Reviewed. It stands.") if reviewed else _("Confirmed. It is in effect."))
    return redirect("people:joint-show", step)


@login_required
@require_POST
def joint_decline(request: HttpRequest, step: UUID) -> HttpResponse:
    """Say no, with a reason."""
    form = DeclineForm(request.POST)
    found = _step(step)
    if form.is_valid():
        try:
            joint.decline(found, reason=form.cleaned_data["reason"], actor=request.actor, at=clock.now())
            messages.success(request, _("Declined. Who proposed it reads your reason."))
            return redirect("people:joint-show", step)
        except Invalid as invalid:
            tell(form, invalid)
    return _shown(request, found, form)


@login_required
@require_POST
def joint_withdraw(request: HttpRequest, step: UUID) -> HttpResponse:
    """Take back what one proposed."""
    joint.withdraw(_step(step), actor=request.actor, at=clock.now())
    messages.success(request, _("Withdrawn. Nothing happened."))
    return redirect("people:joint-list")


@login_required
@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Answer "why can't I do this?" and "who can?" for everything that people do here."""
    form = WhyForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    groups = deeds.answers(request.actor, words)
    context = {"why": form, "groups": groups, "office": office_label(request.actor.office)}
    return render(request, "people/why.html", context)

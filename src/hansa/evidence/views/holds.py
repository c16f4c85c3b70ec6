# SPDX-License-Identifier: Apache-2.0
"""Pages of legal holds, and of what they keep for counsel alone."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from hansa.core import clock, pages
from hansa.core.verdicts import Invalid, require
from hansa.evidence import holding, kinds, policy
from hansa.evidence.actions import holds as actions
from hansa.evidence.forms import HoldForm, ReleaseForm, ReviewForm
from hansa.evidence.queries import holds as queries
from hansa.ledger.sealing import SealingError
from hansa.people import joint, reading
from hansa.people.compartment_forms import PurposeForm, tell
from hansa.people.step_up import step_up


@login_required
@require_GET
def hold_list(request: HttpRequest) -> HttpResponse:
    """Show every hold, the next review first, and those that wait for a second person."""
    require(policy.may_read(request.actor))
    now = clock.now()
    context = {
        "rows": [(hold, hold.state(now)) for hold in queries.all_holds()],
        "waiting": [step for step in joint.steps() if step.kind == actions.PLACE and step.state(now) == "waiting"],
        "may_place": policy.may_place_hold(request.actor).ok,
        "now": now,
    }
    return render(request, "evidence/hold_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def hold_place(request: HttpRequest) -> HttpResponse:
    """Propose a hold; a second person confirms it."""
    require(policy.may_place_hold(request.actor))
    form = HoldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            step = actions.place_hold(
                actor=request.actor, at=clock.now(), id=said.pop("act"), kind_codes=said.pop("kinds"), **said
            )
            return redirect("people:joint-show", step.id)
        except Invalid as invalid:
            tell(form, invalid)
    return render(request, "evidence/hold_place.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_GET
def hold_show(request: HttpRequest, hold: UUID) -> HttpResponse:
    """Show what a hold names, who placed it, its reviews, and what it keeps."""
    require(policy.may_read(request.actor))
    found, now = pages.found(queries.hold(hold)), clock.now()
    reviews = list(found.reviews.order_by("-at"))
    context = {
        "hold": found,
        "state": found.state(now),
        "kinds": [kinds.label(code) for code in found.kinds],
        "page": pages.page_of(queries.copies(found), request),
        "reviews": reviews,
        "names": joint.names_of([found.placed_by, found.confirmed_by, *(review.person for review in reviews)]),
        "may_change": policy.may_change_hold(request.actor, found).ok,
        "opens": policy.may_open_held(request.actor, now),
        "now": now,
    }
    return render(request, "evidence/hold_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def hold_review(request: HttpRequest, hold: UUID) -> HttpResponse:
    """Say why a hold stays, and when it is reviewed next."""
    found = pages.found(queries.hold(hold))
    require(policy.may_change_hold(request.actor, found))
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.review_hold(found, actor=request.actor, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("Reviewed. The hold stays."))
            return redirect("evidence:hold-show", hold)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "hold": found}
    return render(request, "evidence/hold_review.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def hold_release(request: HttpRequest, hold: UUID) -> HttpResponse:
    """Propose to end a hold; a second person confirms."""
    found = pages.found(queries.hold(hold))
    require(policy.may_change_hold(request.actor, found))
    form = ReleaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            step = actions.release_hold(
                found, reason=said["reason"], actor=request.actor, at=clock.now(), id=said["act"]
            )
            return redirect("people:joint-show", step.id)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "hold": found, "count": queries.copies(found).count()}
    return render(request, "evidence/hold_release.html", context, status=422 if form.is_bound else 200)


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def held_read(request: HttpRequest, copy: UUID) -> HttpResponse:
    """Read one act that a hold keeps: first what for, then the act, proven against its leaf."""
    now = clock.now()
    require(policy.may_open_held(request.actor, now))
    found = pages.found(queries.held_copy(copy))
    form = PurposeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.read_held(found, purpose=form.cleaned_data["purpose"], actor=request.actor, at=now)
            return redirect("evidence:held-read", copy)
        except Invalid as invalid:
            tell(form, invalid)
    context: dict = {"form": form, "copy": found}
    if not form.is_bound and reading.recent(actions.HELD, found.id, actor=request.actor, at=now):
        try:
            context |= {"act": holding.open_copy(found), "form": None}
        except SealingError:
            context |= {"broken": True, "form": None}
        readings = reading.readings_of(found.id)
        context |= {"readings": readings, "names": joint.names_of(row.reader for row in readings)}
    return render(request, "evidence/held_read.html", context, status=422 if form.is_bound else 200)

# SPDX-License-Identifier: Apache-2.0
"""Compartments: who is named to them, name someone, end a seat, open one in an emergency; who read what."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.people import compartments, joint, reading
from hansa.people.choices import office_label
from hansa.people.compartment_forms import EmergencyForm, SeatForm, tell
from hansa.people.models import Seat
from hansa.people.step_up import step_up

_PAGE = 50


def _known(code: str) -> compartments.Compartment:
    found = compartments.compartment(code)
    if found is None:
        raise Http404
    return found


@login_required
@require_GET
def compartment_list(request: HttpRequest) -> HttpResponse:
    """Show the compartments, how many persons read each, and whether the reader does."""
    now = clock.now()
    rows = [
        (known, compartments.seats(known.code, now), compartments.may_enter(request.actor, known.code, now).ok)
        for known in compartments.compartments()
    ]
    return render(request, "people/compartment_list.html", {"rows": rows, "now": now})


@login_required
@require_GET
def compartment_show(request: HttpRequest, code: str) -> HttpResponse:
    """Show what lies in a compartment by kind, who is named to it, and who was."""
    known, now = _known(code), clock.now()
    running, past = compartments.seats(code, now), compartments.past_seats(code, now)
    context = {
        "compartment": known,
        "seats": running,
        "past": past,
        "names": joint.names_of(seat.person for seat in (*running, *past)),
        "enters": compartments.may_enter(request.actor, code, now),
        "may_keep": compartments.may_keep(request.actor).ok,
        "may_open": compartments.may_open_in_emergency(request.actor, code).ok,
        "now": now,
    }
    return render(request, "people/compartment_show.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def compartment_name(request: HttpRequest, code: str) -> HttpResponse:
    """Propose to name a person; someone else confirms."""
    known = _known(code)
    require(compartments.may_keep(request.actor))
    form = SeatForm(request.POST or None, people=compartments.nameable(request.actor.member, clock.now()))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            step = compartments.name_person(
                code, UUID(said["person"]), until=said["until"], reason=said["reason"], actor=request.actor,
                at=clock.now(), id=said["act"],
            )  # fmt: skip
            return redirect("people:joint-show", step.id)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "compartment": known}
    return render(request, "people/compartment_name.html", context, status=422 if form.is_bound else 200)


@login_required
@step_up
@require_http_methods(["GET", "POST"])
def compartment_open(request: HttpRequest, code: str) -> HttpResponse:
    """Open a compartment in an emergency, for four hours, with a reason that someone else reviews."""
    known = _known(code)
    require(compartments.may_open_in_emergency(request.actor, code))
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            compartments.open_in_emergency(
                code, reason=said["reason"], actor=request.actor, at=clock.now(), id=said["act"]
            )
            messages.success(request, _("Open to you for four hours. A second person reviews it."))
            return redirect("people:compartment-show", code)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "compartment": known}
    return render(request, "people/compartment_open.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def seat_end(request: HttpRequest, seat: UUID) -> HttpResponse:
    """End a seat now."""
    found = get_object_or_404(Seat, id=seat)
    compartments.end_seat(found, actor=request.actor, at=clock.now())
    messages.success(request, _("The seat is ended."))
    return redirect("people:compartment-show", found.compartment)


@login_required
@require_GET
def reading_list(request: HttpRequest) -> HttpResponse:
    """Who read which sensitive record, when, for what purpose: records of the reader, their own readings."""
    rows = reading.readings_for(request.actor, clock.now())
    page = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [
            (row, reading.kind_label(row.record_kind), office_label(row.office), row.owner == request.actor.person)
            for row in page
        ],
        "names": joint.names_of(row.reader for row in page),
    }
    return render(request, "people/reading_list.html", context)

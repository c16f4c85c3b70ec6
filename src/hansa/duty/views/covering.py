# SPDX-License-Identifier: Apache-2.0
"""Pages on which people cover for one another, and where they take calendar links."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.duty import policy
from hansa.duty.actions import calendar
from hansa.duty.actions import cover as actions
from hansa.duty.actions.watch import wall_text
from hansa.duty.forms import as_uuid
from hansa.duty.forms.rota import CoverForm, LinkForm, SwapForm, wall_input
from hansa.duty.models import CalendarLink, Rota, RotaCover, RotaSwap
from hansa.duty.queries import rota as reads
from hansa.duty.views.planning import Sheet, complain, show_form
from hansa.duty.views.rota import rota_or_404
from hansa.people.choices import office_label


def _asked_span(request: HttpRequest, row: Rota) -> dict:
    """Return the span that a link of the week's page carries, as the form shows it."""
    now = clock.now()
    given = {}
    for name in ("start", "end"):
        moment = _moment(request.GET.get(name, ""))
        if moment:
            given[name] = wall_input(max(moment, now), row.zone)
    return given


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "+"))
    except ValueError:
        return None
    return found if found and found.tzinfo else None


@login_required
@require_http_methods(["GET", "POST"])
def cover_new(request: HttpRequest, office: str) -> HttpResponse:
    """Put someone in, take someone out, or both, for a span."""
    row, now, actor = rota_or_404(office), clock.now(), request.actor
    planner = policy.may_plan(actor).ok
    require(policy.may_cover(actor, row.office, actor.person if actor else None))
    begin = {"act": new_id(), "out": request.GET.get("out", ""), **_asked_span(request, row)}
    form = CoverForm(request.POST or None, row=row, people=reads.holders_of(row, now), initial=begin,
                     only=None if planner else actor.person)  # fmt: skip
    lead = _("This changes only who is named. The hand-overs inside the span stay where they are.")
    sheet = Sheet(_("Cover a time"), _("Save this change"), lead)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.add_cover(row, start=said["start"], end=said["end"], out=said["out"], into=said["into"],
                              note=said["note"], actor=actor, id=said["act"])  # fmt: skip
            messages.success(request, _("Saved. Whoever it concerns was told."))
            return redirect("duty:rota-week", row.office)
        except Invalid as error:
            complain(form, error)
    return show_form(request, row, form, sheet)


@login_required
@require_POST
def cover_withdraw(request: HttpRequest, cover_id: UUID) -> HttpResponse:
    """Take a cover back, a swap as a whole."""
    cover = RotaCover.objects.select_related("rota").filter(id=cover_id).first()
    if cover is None:
        raise Http404
    actions.withdraw_cover(cover, actor=request.actor)
    messages.success(request, _("Taken back. Whoever it concerns was told."))
    return redirect("duty:rota-week", cover.rota.office)


@login_required
@require_http_methods(["GET", "POST"])
def swap_new(request: HttpRequest, office: str) -> HttpResponse:
    """Ask another to take a shift."""
    row, now, actor = rota_or_404(office), clock.now(), request.actor
    require(policy.may_swap(actor, row.office))
    ahead = reads.outlook(row, now, reads.published_until(row, now))
    names = {person.id: person.name for person in reads.holders_of(row, now)}
    offered = [
        (f"{shift.person}/{shift.start.isoformat()}/{shift.end.isoformat()}",
         f"{names[shift.person]}: {wall_text(shift.start, row.zone)} – {wall_text(shift.end, row.zone)}")
        for shift in ahead.shifts if shift.person != actor.person and shift.person in names and shift.start > now
    ]  # fmt: skip
    form = SwapForm(request.POST or None, row=row, people=reads.holders_of(row, now), shifts=offered, me=actor.person,
                    initial={"act": new_id(), **_asked_span(request, row)})  # fmt: skip
    lead = _("Nothing changes until the other agrees. They find your question on this rota's page and in their inbox.")
    sheet = Sheet(_("Ask for a swap"), _("Ask"), lead)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        whose, back = _returned(said["back"])
        if whose is not None and whose != said["asked"]:
            form.add_error("back", _("This shift is not of the person whom you ask. Choose one of theirs."))
        else:
            try:
                actions.ask_swap(row, start=said["start"], end=said["end"], asked=said["asked"], back=back,
                                 note=said["note"], actor=actor, id=said["act"])  # fmt: skip
                messages.success(request, _("Asked. Nothing changes until they agree."))
                return redirect("duty:rota-week", row.office)
            except Invalid as error:
                complain(form, error)
    return show_form(request, row, form, sheet)


def _returned(text: str) -> tuple[UUID | None, tuple[datetime, datetime] | None]:
    if not text:
        return None, None
    whose, start, end = text.split("/")
    return as_uuid(whose), (datetime.fromisoformat(start), datetime.fromisoformat(end))


def _swap(swap_id: UUID) -> RotaSwap:
    swap = RotaSwap.objects.select_related("rota").filter(id=swap_id).first()
    if swap is None:
        raise Http404
    return swap


@login_required
@require_POST
def swap_answer(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    """Agree to a swap, or decline it."""
    agree = request.POST.get("agree") == "yes"
    swap = actions.answer_swap(_swap(swap_id), agree=agree, actor=request.actor)
    messages.success(request, _("Agreed: the shift is yours.") if swap.agreed else _("Declined. Nothing changes."))
    return redirect("duty:rota-week", swap.rota.office)


@login_required
@require_POST
def swap_withdraw(request: HttpRequest, swap_id: UUID) -> HttpResponse:
    """Take a question back."""
    swap = actions.withdraw_swap(_swap(swap_id), actor=request.actor)
    messages.success(request, _("Taken back. Nothing changes."))
    return redirect("duty:rota-week", swap.rota.office)


@login_required
@require_http_methods(["GET", "POST"])
def calendar_list(request: HttpRequest) -> HttpResponse:
    """One's own calendar links; a new one shows its address this once."""
    require(policy.may_read(request.actor))
    offices = [(row.office, office_label(row.office)) for row in reads.rotas()]
    form = LinkForm(request.POST or None, offices=offices)
    address = ""
    if request.method == "POST" and form.is_valid():
        of = form.cleaned_data["of"]
        _link, secret = calendar.make_link(reads.rota_of(of) if of else None, actor=request.actor)
        address = request.build_absolute_uri(reverse("duty:rota-feed", args=[secret]))
    links = [
        (link, office_label(link.rota.office) if link.rota else _("My shifts"))
        for link in reads.calendar_links(request.actor.person)
    ]  # fmt: skip
    context = {"form": form, "links": links, "address": address}
    return render(request, "duty/rota_calendars.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def calendar_revoke(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Let a link open nothing any more."""
    link = CalendarLink.objects.filter(id=link_id).first()
    if link is None:
        raise Http404
    calendar.revoke_link(link, actor=request.actor)
    messages.success(request, _("This link opens nothing any more."))
    return redirect("duty:rota-calendars")

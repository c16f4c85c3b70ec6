# SPDX-License-Identifier: Apache-2.0
"""Pages that plan rotas: how one is kept, lines, fixed shifts, holidays. What would move is shown before saving."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.duty import policy, queries
from hansa.duty.actions import rota as actions
from hansa.duty.actions.rota import Preview
from hansa.duty.forms.rota import DayForm, EndForm, FixedForm, LineForm, RotaForm, wall_input
from hansa.duty.models import Rota, RotaDay, RotaFixed, RotaLine
from hansa.duty.queries import rota as reads
from hansa.duty.views.rota import rota_or_404
from hansa.people.choices import office_label


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page with one form: its title, its button, and what stands above it."""

    title: str
    submit: str
    lead: str = ""


def complain(form: forms.Form, error: Invalid) -> None:
    """Put what an action did not take beside the fields; what has no field stands above the form."""
    for name, message in error.errors.items():
        form.add_error({"people": "turn_1"}.get(name, name) if _field(form, name) else None, str(message))


def _field(form: forms.Form, name: str) -> bool:
    return {"people": "turn_1"}.get(name, name) in form.fields


def show_form(request: HttpRequest, row: Rota | None, form: forms.Form, sheet: Sheet, *,
              preview: Preview | None = None) -> HttpResponse:  # fmt: skip
    """Answer with the form; with a preview, say what would move and ask to confirm that it was read."""
    people = {person for change in preview.changes for person in (*change.was, *change.now)} if preview else set()
    context = {
        "row": row, "form": form, "sheet": sheet, "preview": preview, "names": queries.names_of(people),
        "office": office_label(row.office) if row else "",
    }  # fmt: skip
    return render(request, "duty/rota_form.html", context, status=422 if form.errors else 200)


def previewed(request: HttpRequest, row: Rota, form: forms.Form, sheet: Sheet, look: Callable[[], Preview],
              save: Callable[[str], object]) -> HttpResponse:  # fmt: skip
    """Save what was typed when nothing published moves or what moves was read; else show it first."""
    try:
        preview = look()
        if preview.digest and form.cleaned_data.get("seen") != preview.digest:
            shown = request.POST.copy()
            shown["seen"] = preview.digest
            form.data = shown
            return show_form(request, row, form, sheet, preview=preview)
        save(preview.digest)
    except Invalid as error:
        complain(form, error)
        return show_form(request, row, form, sheet)
    messages.success(request, _("Saved. Whoever it concerns was told."))
    return redirect("duty:rota-week", row.office)


@login_required
@require_http_methods(["GET", "POST"])
def rota_new(request: HttpRequest) -> HttpResponse:
    """Keep a rota for an office that has none."""
    require(policy.may_plan(request.actor))
    zone = str(timezone.get_current_timezone())
    form = RotaForm(request.POST or None, row=None, zone=zone, initial={"office": request.GET.get("office", "")})
    return _kept(request, None, form, Sheet(_("Keep a rota"), _("Keep this rota")))


@login_required
@require_http_methods(["GET", "POST"])
def rota_settings(request: HttpRequest, office: str) -> HttpResponse:
    """Change how a rota is kept."""
    require(policy.may_plan(request.actor))
    row = rota_or_404(office)
    form = RotaForm(request.POST or None, row=row, zone=row.zone)
    return _kept(request, row, form, Sheet(_("How this rota is kept"), _("Save")))


def _kept(request: HttpRequest, row: Rota | None, form: RotaForm, sheet: Sheet) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            row = actions.save_rota(
                row.office if row else said["office"], zone=said["zone"], holidays=said["holidays"],
                weeks=said["weeks"], needed=form.needed, actor=request.actor,
            )  # fmt: skip
            return redirect("duty:rota-week", row.office)
        except Invalid as error:
            complain(form, error)
    return show_form(request, row, form, sheet)


def _line(row: Rota, line_id: UUID) -> RotaLine:
    line = row.lines.filter(id=line_id).first()
    if line is None:
        raise Http404
    return line


@login_required
@require_http_methods(["GET", "POST"])
def line_new(request: HttpRequest, office: str) -> HttpResponse:
    """Add a line of people who take turns."""
    require(policy.may_plan(request.actor))
    row, now = rota_or_404(office), clock.now()
    people = reads.holders_of(row, now)
    today = timezone.localtime(now).date()
    form = LineForm(request.POST or None, row=row, people=people, initial={"act": new_id(), "begins": today})
    sheet = Sheet(_("Add a line"), _("Add this line"), _("People take turns in the order that you choose here."))
    return _lined(request, row, None, form, sheet)


@login_required
@require_http_methods(["GET", "POST"])
def line_change(request: HttpRequest, office: str, line_id: UUID) -> HttpResponse:
    """Let a line go on differently from a day on; what has been stays as it was."""
    require(policy.may_plan(request.actor))
    row, now = rota_or_404(office), clock.now()
    line = _line(row, line_id)
    day = reads.first_free_day(row, line, now)
    form = LineForm(
        request.POST or None, row=row, people=reads.holders_of(row, now), line=line,
        order=reads.turning_on(line, day), initial={"act": new_id(), "begins": day},
    )  # fmt: skip
    lead = _("The day that is proposed comes after all published shifts, so that none of them moves.")
    return _lined(request, row, line, form, Sheet(_("Change a line"), _("Save this line"), lead))


def _lined(request: HttpRequest, row: Rota, line: RotaLine | None, form: LineForm, sheet: Sheet) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return show_form(request, row, form, sheet)
    said, now = form.said(), clock.now()

    def look() -> Preview:
        actions.check_line(row, said, at=now, changed=line)
        return actions.preview_line(row, line, said, at=now)

    def save(seen: str) -> RotaLine:
        return actions.save_line(row, line, said, seen=seen, actor=request.actor, id=form.cleaned_data["act"])

    return previewed(request, row, form, sheet, look, save)


@login_required
@require_http_methods(["GET", "POST"])
def line_end(request: HttpRequest, office: str, line_id: UUID) -> HttpResponse:
    """Let a line end."""
    require(policy.may_plan(request.actor))
    row, now = rota_or_404(office), clock.now()
    line = _line(row, line_id)
    form = EndForm(request.POST or None, initial={"day": reads.first_free_day(row, line, now)})
    lead = _("The day that is proposed comes after all published shifts, so that none of them moves.")
    sheet = Sheet(_("End a line"), _("End this line"), lead)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, row, form, sheet)
    day = form.cleaned_data["day"]
    return previewed(
        request, row, form, sheet, lambda: actions.preview_line(row, line, None, at=now, end_on=day),
        lambda seen: actions.end_line(line, day, seen=seen, actor=request.actor),
    )  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
def fixed_new(request: HttpRequest, office: str) -> HttpResponse:
    """Fix who is on for a span."""
    require(policy.may_plan(request.actor))
    row, now = rota_or_404(office), clock.now()
    begin = {"act": new_id(), "start": wall_input(now, row.zone)}
    form = FixedForm(request.POST or None, row=row, people=reads.holders_of(row, now), initial=begin)
    lead = _("A fixed shift goes over lines and over whoever covers. Use it for a storm watch or a special day.")
    sheet = Sheet(_("Fix a shift"), _("Fix this shift"), lead)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, row, form, sheet)
    said = form.cleaned_data

    def look() -> Preview:
        actions.check_span(said["start"], said["end"], at=now)
        return actions.preview_fixed(row, said["people_on"], said["start"], said["end"], at=now)

    def save(seen: str) -> RotaFixed:
        return actions.fix_shift(row, said["people_on"], said["start"], said["end"], seen=seen, note=said["note"],
                                 actor=request.actor, id=said["act"])  # fmt: skip

    return previewed(request, row, form, sheet, look, save)


@login_required
@require_POST
def fixed_withdraw(request: HttpRequest, fixed_id: UUID) -> HttpResponse:
    """Take a fixed shift back."""
    shift = RotaFixed.objects.select_related("rota").filter(id=fixed_id).first()
    if shift is None:
        raise Http404
    actions.withdraw_fixed(shift, actor=request.actor)
    messages.success(request, _("Taken back. Whoever it concerns was told."))
    return redirect("duty:rota-week", shift.rota.office)


@login_required
@require_http_methods(["GET", "POST"])
def day_list(request: HttpRequest) -> HttpResponse:
    """The days that the member keeps or works, besides the calendar of each rota."""
    require(policy.may_read(request.actor))
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            actions.keep_day(said["day"], said["name"], holiday=said["holiday"] == "yes", actor=request.actor)
            return redirect("duty:rota-days")
        except Invalid as error:
            complain(form, error)
    context = {"form": form, "days": reads.own_days(), "may_plan": policy.may_plan(request.actor)}
    return render(request, "duty/rota_days.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def day_drop(request: HttpRequest, day_id: UUID) -> HttpResponse:
    """Let the calendar say again what a day is."""
    day = RotaDay.objects.filter(id=day_id).first()
    if day is None:
        raise Http404
    actions.drop_day(day, actor=request.actor)
    return redirect("duty:rota-days")

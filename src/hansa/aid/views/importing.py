# SPDX-License-Identifier: Apache-2.0
"""The import of request lines: a dry run that shows every error, then the good rows or all of them."""

from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from hansa.activation import queries as activations
from hansa.activation.models import Activation
from hansa.aid import catalogue as pure
from hansa.aid import naming
from hansa.aid.actions.request import open_sheet
from hansa.aid.catalogue import Kind
from hansa.aid.choices import LIFELINES, PRIORITIES, problem_text
from hansa.aid.forms.fields import spanish, units
from hansa.aid.forms.request import ImportForm, column_label
from hansa.aid.importing import COLUMNS, Broken, Context, Sheet, Table, read_csv, read_file, read_sheet
from hansa.aid.policy import request as policy
from hansa.aid.queries import catalogue
from hansa.aid.rules.requests import Problem
from hansa.aid.showing import asking as showing
from hansa.aid.views.request import here_of
from hansa.aid.views.sending import page, sent
from hansa.core import clock
from hansa.core.verdicts import Invalid, require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read

_SALT = "hansa.aid.import"
MOST_SHOWN = 500


def _context(activation: Activation, at: datetime) -> Context:
    here = here_of(activation)
    known = catalogue.all_kinds()
    language = "es" if spanish() else "en"

    @cache
    def find(text: str) -> list[Kind]:
        only = pure.exact(known, text)
        return [only] if only else pure.find(known, text, language=language, limit=5)

    lifelines = [(code, str(name)) for code, name in LIFELINES.items()]
    return Context(at, here.zone, here.name, find, units, lifelines, here.lat, here.lon, spanish())


def _table(request: HttpRequest, form: ImportForm) -> Table:
    """Return what was pasted or chosen; the second step brings the first one's table along, signed."""
    if held := request.POST.get("held"):
        try:
            kept = signing.loads(held, salt=_SALT, max_age=86_400)
        except signing.BadSignature:
            raise Broken("file-empty") from None
        return Table(tuple(kept["headers"]), tuple((number, tuple(cells)) for number, cells in kept["rows"]))
    upload = form.cleaned_data["file"]
    if upload:
        if upload.size > 5_000_000:
            raise Broken("file-large", most=5)
        return read_file(upload.name, upload.read())
    return read_csv(form.cleaned_data["pasted"])


def _words(broken: Broken) -> str:
    values = dict(broken.values)
    if "columns" in values:
        values["columns"] = ", ".join(column_label(column) for column in values["columns"])
    return problem_text(Problem("", broken.code, tuple(values.items())))


def _rows(sheet: Sheet) -> list[dict[str, Any]]:
    known = catalogue.kinds(row.line.kind for row in sheet.good)
    listed = []
    for row in (*sheet.bad, *sheet.good)[:MOST_SHOWN]:
        line = row.line
        listed.append(
            {"number": row.number, "line": line, "priority": PRIORITIES[line.priority] if line else "",
             "what": catalogue.amount(line.quantity, line.kind, line.level, known) if line else row.cells.get("kind",
             ""),
             "problems": [(column_label(p.field), row.cells.get(p.field, ""), problem_text(p)) for p in row.problems]}
        )  # fmt: skip
    return listed


@require_http_methods(["GET", "POST"])
def request_import(request: HttpRequest) -> HttpResponse:
    """Ask for many lines at once out of a spreadsheet. Nothing is sent before the dry run was seen."""
    at = clock.now()
    require(may_read(request.actor))
    named = as_uuid(request.POST.get("activation") or request.GET.get("activation") or "")
    if named is None:
        return _which(request)
    activation = activations.get(named)
    if activation is None:
        raise Http404
    require(policy.may_open_request(request.actor, activation))
    form = ImportForm(request.POST or None, request.FILES or None, initial={"activation": activation.id})
    context = {
        "activation": activation, "columns": _template(),
        **showing.choices_of(request, activation),
    }  # fmt: skip
    if not request.POST or not form.is_valid():
        return page(request, "aid/request_import.html", {"form": form, **context})
    try:
        table = _table(request, form)
        sheet = read_sheet(table, _context(activation, at))
        if request.POST.get("send") and (not sheet.bad or request.POST["send"] == "good"):
            return _send(request, sheet, activation, at)
    except Broken as broken:
        form.add_error("file" if request.FILES else "pasted", _words(broken))
        return page(request, "aid/request_import.html", {"form": form, **context})
    except Invalid as invalid:
        form.add_error(None, "; ".join(str(message) for message in invalid.errors.values()))
        return page(request, "aid/request_import.html", {"form": form, **context})
    held = signing.dumps(asdict(table), salt=_SALT, compress=True)
    shown = {"sheet": sheet, "rows": _rows(sheet), "held": held, "more": max(len(sheet.rows) - MOST_SHOWN, 0), "at": at}
    return page(request, "aid/request_import_check.html", {"form": form, **context, **shown})


def _which(request: HttpRequest) -> HttpResponse:
    """Ask in which open activation the lines belong; where there is one, it is that."""
    standing = [picture.activation for picture in activations.open_activations(request.actor)]
    if not standing:
        return page(request, "aid/request_none.html", {})
    own = [row for row in standing if row.member == request.actor.member]
    if len(standing) == 1 or len(own) == 1:
        return redirect(f"{request.path}?activation={(own or standing)[0].id}")
    listed = [(row, showing.choices_of(request, row)["crisis"]) for row in standing]
    return page(request, "aid/request_which.html", {"listed": listed})


def _template() -> list[tuple[str, bool]]:
    """Return the header of each column in the reader's language, and whether it must be there."""
    in_spanish = spanish()
    return [((es if in_spanish else en)[0], needed) for needed, en, es in COLUMNS.values()]


def _send(request: HttpRequest, sheet: Sheet, activation: Activation, at: datetime) -> HttpResponse:
    done = open_sheet([row.line for row in sheet.good if row.line], activation=activation, actor=request.actor, at=at)
    then = f"{reverse('aid:request-list')}?activation={activation.id}&order=newest"
    new = [act for act in done if getattr(act, "at", at) >= at]
    text = ngettext("%(new)s request sent.", "%(new)s requests sent.", len(new)) % {
        "new": naming.number(Decimal(len(new)))
    }
    if len(new) < len(done):
        text += " " + _("%(old)s were sent before and were not doubled.") % {"old": len(done) - len(new)}
    return sent(request, done[0], then, text)

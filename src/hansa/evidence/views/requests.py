# SPDX-License-Identifier: Apache-2.0
"""Pages of subpoenas and records requests, and of the exemption log."""

import csv
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.core import clock, pages
from hansa.core.verdicts import Invalid, require
from hansa.evidence import policy
from hansa.evidence.actions import requests as actions
from hansa.evidence.exporting import EXEMPTION_COLUMNS, exemption_rows
from hansa.evidence.forms import AnswerForm, DecisionForm, RecordForm, RequestForm
from hansa.evidence.queries import requests as queries
from hansa.people import joint, reading
from hansa.people.compartment_forms import PurposeForm, tell


@login_required
@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """Show the requests: all of them to counsel, to everyone else those that they logged."""
    require(policy.may_log_request(request.actor))
    now = clock.now()
    sees_all = policy.may_see_requests(request.actor)
    rows = queries.all_requests() if sees_all else queries.logged_by(request.actor.person)
    page = pages.page_of(rows, request)
    context = {"page": page, "rows": [(row, row.state(now)) for row in page], "all": sees_all.ok, "now": now}
    return render(request, "evidence/request_list.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def request_log(request: HttpRequest) -> HttpResponse:
    """Log a subpoena or request: one short page."""
    require(policy.may_log_request(request.actor))
    form = RequestForm(request.POST or None, initial={"received_on": clock.now().date()})
    if request.method == "POST" and form.is_valid():
        said = dict(form.cleaned_data)
        try:
            made = actions.log_request(actor=request.actor, at=clock.now(), id=said.pop("act"), **said)
            messages.success(request, _("Logged as %(reference)s. Counsel answers it.") % {"reference": made.reference})
            return redirect("evidence:request-show", made.id)
        except Invalid as invalid:
            tell(form, invalid)
    return render(request, "evidence/request_log.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def request_show(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Show a request, the records that it asks for, what was decided, and the answer; counsel lists a record."""
    found, now = pages.found(queries.request(request_id)), clock.now()
    require(policy.may_see_request(request.actor, found))
    form = RecordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.list_record(found, title=form.cleaned_data["title"], act=None, actor=request.actor, at=now)
            return redirect("evidence:request-show", request_id)
        except Invalid as invalid:
            tell(form, invalid)
    records = list(queries.records(found))
    may_ask = policy.may_see_contact(request.actor).ok
    context = {
        "item": found,
        "state": found.state(now),
        "records": records,
        "names": joint.names_of([found.logged_by, found.answered_by, *(row.decided_by for row in records)]),
        "may_answer": policy.may_answer(request.actor, found).ok,
        "may_ask": may_ask and not found.contact_gone_at,
        "shown": may_ask and bool(reading.recent(actions.REQUESTER, found.id, actor=request.actor, at=now)),
        "form": form,
        "purpose": PurposeForm(),
    }
    return render(request, "evidence/request_show.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def requester_read(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Say what for, then see who asked, for a quarter of an hour."""
    found = pages.found(queries.request(request_id))
    actions.read_requester(found, purpose=request.POST.get("purpose", ""), actor=request.actor, at=clock.now())
    return redirect("evidence:request-show", request_id)


@login_required
@require_http_methods(["GET", "POST"])
def record_decide(request: HttpRequest, record: UUID) -> HttpResponse:
    """Decide whether one record is released, with the exemption's law and reason where it is not."""
    found = pages.found(queries.record(record))
    require(policy.may_answer(request.actor, found.request))
    initial = {"decision": found.decision, "law": found.law, "reason": found.reason}
    form = DecisionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decide_record(found, actor=request.actor, at=clock.now(), **form.cleaned_data)
            return redirect("evidence:request-show", found.request_id)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "record": found}
    return render(request, "evidence/record_decide.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "POST"])
def request_answer(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """Answer a request, once every record is decided."""
    found = pages.found(queries.request(request_id))
    require(policy.may_answer(request.actor, found))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_request(found, actor=request.actor, at=clock.now(), **form.cleaned_data)
            messages.success(request, _("Answered. Who asked is forgotten in 90 days."))
            return redirect("evidence:request-show", request_id)
        except Invalid as invalid:
            tell(form, invalid)
    context = {"form": form, "item": found, "records": queries.records(found)}
    return render(request, "evidence/request_answer.html", context, status=422 if form.is_bound else 200)


@login_required
@require_GET
def exemption_list(request: HttpRequest) -> HttpResponse:
    """Show what was withheld, by which law and why; `?format=csv` exports it. It names nobody who asked."""
    require(policy.may_see_requests(request.actor))
    if request.GET.get("format") == "csv":
        response = HttpResponse(content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="exemption-log.csv"'
        written = csv.writer(response)
        written.writerow(EXEMPTION_COLUMNS)
        written.writerows(exemption_rows())
        return response
    page = pages.page_of(queries.exemptions(), request)
    names = joint.names_of(row.decided_by for row in page)
    return render(request, "evidence/exemption_list.html", {"page": page, "names": names, "now": clock.now()})

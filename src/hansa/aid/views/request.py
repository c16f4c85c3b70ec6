# SPDX-License-Identifier: Apache-2.0
"""Pages of requests: the list with its map, one request, asking, changing, cancelling, declining."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hansa.activation import queries as activations
from hansa.activation.models import Activation
from hansa.activation.wording import names_kept
from hansa.aid import naming
from hansa.aid.actions import request as actions
from hansa.aid.forms.request import AmendForm, DeclineForm, ReasonForm, RequestForm, default_needed_by
from hansa.aid.models import RequestLine
from hansa.aid.policy import request as policy
from hansa.aid.queries import catalogue
from hansa.aid.queries import request as queries
from hansa.aid.queries.place import DEFAULT_ZONE, Place, zone_of
from hansa.aid.showing import asking as showing
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read

MOST_KINDS = 8


def line_or_404(line_id: UUID) -> RequestLine:
    """Return a line that the open scope may read."""
    line = queries.line(line_id)
    if line is None:
        raise Http404
    return line


def url_of(line: UUID) -> str:
    """Return the address of a request's page."""
    return reverse("aid:request-detail", args=[line])


@require_GET
def request_list(request: HttpRequest) -> HttpResponse:
    """Every request that the member reads, by state, with filters, on a map and in a table of 50."""
    require(may_read(request.actor))
    league = queries.league(clock.now())
    with names_kept(league):
        context = {**showing.listing(request), "may_ask": policy.may_ask(request.actor, league)}
        return render(request, "aid/request_list.html", context)


@require_GET
def request_detail(request: HttpRequest, line: UUID) -> HttpResponse:
    """One request: what it asks for, what covers it, the offers on it, and who could help."""
    require(may_read(request.actor))
    with names_kept(queries.league(clock.now())):
        return render(request, "aid/request_detail.html", showing.detail(line_or_404(line), request.actor))


def here_of(activation: Activation) -> Place:
    """Return where an activation is, as forms prefill it."""
    if activation.lat is None or activation.lon is None:
        return Place(activation.place, None, None, DEFAULT_ZONE)
    lat, lon = float(activation.lat), float(activation.lon)
    return Place(activation.place, lat, lon, zone_of(lat, lon))


def _activation(request: HttpRequest):
    """Return the activation that the form or the address names, else the member's own or newest open one."""
    named = as_uuid(request.POST.get("activation") or request.GET.get("activation") or "")
    standing = []
    if request.method == "GET" or not named:
        # The frame of the page shows them, too: they are read once.
        request.open_activations = activations.open_activations(request.actor)  # type: ignore[attr-defined]
        standing = [picture.activation for picture in request.open_activations]  # type: ignore[attr-defined]
    if named:
        found = next((row for row in standing if row.id == named), None) or activations.get(named)
        if found is None:
            raise Http404
        return found
    own = [row for row in standing if row.member == request.actor.member]
    return next(iter(own or standing), None)


@require_http_methods(["GET", "POST"])
def request_new(request: HttpRequest) -> HttpResponse:
    """Ask the league for something, in six fields and under a minute."""
    require(may_read(request.actor))
    began = clock.now()
    activation = _activation(request)
    if activation is None:
        return render(request, "aid/request_none.html")
    here = here_of(activation)
    initial = {
        "act": new_id(), "activation": activation.id, "place": here.name, "priority": 3,
        "needed_by": default_needed_by(began, here.zone), "what": request.GET.get("what", ""),
    }  # fmt: skip
    form = RequestForm(request.POST or None, initial=initial, here=here)

    def send():
        data = form.cleaned_data
        wanted = form.wanted(data["chosen"].code)
        return actions.open_request(wanted, activation=activation, actor=request.actor, at=began, id=data["act"])

    done = tried(form, send, names={"kind": "what"})
    if done is None:
        # Sending asks by itself; who only looks, or mends what was typed, is told before the form is shown.
        require(policy.may_open_request(request.actor, activation))
        with names_kept():
            context = {
                "activation": activation,
                "kinds": form.found,
                "here": here,
                **showing.choices_of(request, activation),
            }
            return page(request, "aid/request_new.html", {"form": form, **context})
    return sent(request, done, url_of(done.id), _("Sent to the league. Members see it now."), began=began)


@require_GET
def kind_search(request: HttpRequest) -> HttpResponse:
    """The kinds that some words name, as choices for the form: the part of the page that changes while typing."""
    require(may_read(request.actor))
    found = catalogue.find_kinds(request.GET.get("what", ""), limit=MOST_KINDS)
    return render(request, "aid/_kind_choices.html", {"kinds": found, "searched": True})


@require_http_methods(["GET", "POST"])
def request_amend(request: HttpRequest, line: UUID) -> HttpResponse:
    """Change what a request asks for."""
    row = line_or_404(line)
    require(policy.may_change_request(request.actor, row))
    here = Place(row.place, row.lat, row.lon, row.zone)
    form = AmendForm(request.POST or None, initial={"act": new_id(), **AmendForm.initial_of(row)}, here=here, line=row)

    def send():
        data = form.cleaned_data
        return actions.amend_request(
            row, form.wanted(row.kind), actor=request.actor, at=clock.now(), seen=data["seen"], reason=data["reason"],
            id=data["act"],
        )  # fmt: skip

    done = tried(form, send)
    if done is None:
        return page(request, "aid/request_amend.html", {"form": form, "line": row, **showing.about(row)})
    return sent(request, done, url_of(row.id), _("Changed. Members see what you need now."))


@require_http_methods(["GET", "POST"])
def request_cancel(request: HttpRequest, line: UUID) -> HttpResponse:
    """Say that nothing more is needed on a request."""
    row = line_or_404(line)
    require(policy.may_change_request(request.actor, row, "aid.request.cancelled"))
    form = ReasonForm(request.POST or None, initial={"act": new_id()})

    def send():
        data = form.cleaned_data
        return actions.cancel_request(row, actor=request.actor, at=clock.now(), reason=data["reason"], id=data["act"])

    done = tried(form, send)
    if done is None:
        covered = queries.covered_line(row.id, others=0, now=clock.now())
        return page(
            request, "aid/request_cancel.html", {"form": form, "line": row, "covered": covered, **showing.about(row)}
        )
    return sent(request, done, url_of(row.id), _("Cancelled. Members see that nothing more is needed."))


@require_http_methods(["GET", "POST"])
def request_decline(request: HttpRequest, line: UUID) -> HttpResponse:
    """Answer that the member cannot help with a request, and why."""
    row = line_or_404(line)
    require(policy.may_decline_request(request.actor, row))
    form = DeclineForm(request.POST or None, initial={"act": new_id()})

    def send():
        data = form.cleaned_data
        return actions.decline_request(
            row, reason=data["reason"], note=data["note"], actor=request.actor, at=clock.now(), id=data["act"]
        )

    done = tried(form, send)
    if done is None:
        return page(request, "aid/request_decline.html", {"form": form, "line": row, **showing.about(row)})
    return sent(request, done, url_of(row.id), _("Sent. %(member)s sees that you cannot help, and why.") % {
        "member": naming.member(row.requester)})  # fmt: skip


@require_POST
def request_adopt(request: HttpRequest, line: UUID) -> HttpResponse:
    """Make a request that another member filed by voice one's own."""
    row = line_or_404(line)
    report = request.POST.get("report", "")
    done = actions.adopt_request(
        row, report=report, actor=request.actor, at=clock.now(), id=as_uuid(request.POST.get("act", ""))
    )
    return sent(request, done, url_of(row.id), _("Confirmed. The request is yours now."))

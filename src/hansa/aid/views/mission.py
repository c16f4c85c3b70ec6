# SPDX-License-Identifier: Apache-2.0
"""Pages of missions: order people out, name them, check them in and out, let them go."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hansa.aid import naming
from hansa.aid.actions import mission as actions
from hansa.aid.choices.agreeing import PRESENCE
from hansa.aid.forms.agreement import LineBox
from hansa.aid.forms.fields import two_boxes
from hansa.aid.forms.mission import CONDUCT, LEGAL_STATUS, CheckForm, NoteForm, OrderForm, RosterForm
from hansa.aid.models import Mission
from hansa.aid.policy import agreement as policy
from hansa.aid.queries import agreement as agreements
from hansa.aid.queries import mission as queries
from hansa.aid.queries.agreement import is_people
from hansa.aid.queries.catalogue import amount, name_of, number
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.rules import presence
from hansa.aid.showing import agreement as showing_agreement
from hansa.aid.views.agreement import find as find_agreement
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import require
from hansa.duty.policy import may_read


def find(mission_id: UUID) -> Mission:
    """Return a mission that the reader's member may read; 404 otherwise."""
    found = queries.mission(mission_id)
    if found is None:
        raise Http404
    return found


def url_of(mission_id: UUID) -> str:
    """Return the address of a mission's page."""
    return reverse("aid:mission-detail", args=[mission_id])


def _zone(row: Mission) -> str:
    return showing_agreement.zone_of(agreements.case(find_agreement(row.agreement)))


@require_http_methods(["GET", "POST"])
def mission_order(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Order people out under an agreement that stands."""
    row = find_agreement(agreement_id)
    require(policy.may_order_mission(request.actor, row))
    case = agreements.case(row)
    zone, terms = showing_agreement.zone_of(case), case.shown.terms
    boxes = [
        LineBox(
            line.offer,
            find_kind(line.kind),
            name_of(line.kind),
            _("%(left)s can be ordered.") % {"left": amount(left, line.kind, line.level)},
            number(left),
        )
        for line in case.lines
        if is_people(line.kind) and (left := case.balances[line.id].promised) > 0
    ]
    first = {
        "act": new_id(),
        "title": boxes[0].label if boxes else "",
        "report_to": terms.place,
        "conduct": CONDUCT,
        "report_at": two_boxes(terms.deliver_by, zone),
        "ends": two_boxes(terms.ends, zone),
        "legal_status": LEGAL_STATUS,
        "task": terms.conditions,
    }
    form = OrderForm(request.POST or None, initial=first, lines=boxes, zone=zone)

    def send() -> Any:
        return actions.order_mission(row, form.order(), actor=request.actor, id=form.cleaned_data["act"])

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(done.id), _("Ordered. Name the people next."))
    return page(request, "aid/mission_order.html", {"form": form, "case": case, "row": row})


def _context(row: Mission, request: HttpRequest) -> dict[str, Any]:
    found, destroyed_at = queries.deployment(row), queries.destroyed_at(row)
    return {
        "destroyed_at": destroyed_at,
        "destroyed": destroyed_at <= clock.now(),
        "deployment": found,
        "row": row,
        "zone": _zone(row),
        "donor": naming.member(row.donor),
        "requester": naming.member(row.requester),
        "agreement": naming.reference("A", row.agreement),
        "people": [(someone, PRESENCE[someone.state]) for someone in found.people],
        "party": request.actor.member in (row.donor, row.requester),
        "may": {
            "roster": policy.may_name_roster(request.actor, row),
            "check": policy.may_check(request.actor, row),
            "demobilise": policy.may_demobilise(request.actor, row),
        },
    }


@require_GET
def mission_detail(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """One mission: the order, who is there, and what can be done. Names show to the two parties only."""
    require(may_read(request.actor))
    return page(request, "aid/mission_detail.html", _context(find(mission_id), request))


@require_http_methods(["GET", "POST"])
def mission_roster(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Name people of a mission."""
    row = find(mission_id)
    require(policy.may_name_roster(request.actor, row))
    roles = [(line.offer, line.role) for line in row.lines.order_by("role")]
    form = RosterForm(request.POST or None, initial={"act": new_id()}, roles=roles)

    def send() -> Any:
        data = form.cleaned_data
        return actions.name_roster(
            row, form.named(), actor=request.actor, home_contact=data["home_contact"], id=data["act"]
        )

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(row.id), _("Named. Only the two parties read the names."))
    return page(request, "aid/mission_roster.html", {"form": form, **_context(row, request)})


@require_http_methods(["GET", "POST"])
def mission_check(request: HttpRequest, mission_id: UUID, direction: str) -> HttpResponse:
    """Check people in or out: tick them, or let each type the code on their order."""
    row = find(mission_id)
    require(policy.may_check(request.actor, row))
    context = _context(row, request)
    wanted = presence.PRESENT if direction == presence.OUT else None
    people = [
        (someone.entry.person, someone.entry.name)
        for someone in context["deployment"].people
        if (someone.state == presence.PRESENT) == (wanted is not None)
    ]
    form = CheckForm(request.POST or None, initial={"act": new_id()}, people=people)

    def send() -> Any:
        data = form.cleaned_data
        about = {"actor": request.actor, "at": clock.now(), "id": data["act"]}
        if data["code"]:
            return actions.check_in_by_code(row, data["code"], **about)
        check = actions.check_out if direction == presence.OUT else actions.check_in
        return check(row, data["people"], **about)

    if request.method == "POST" and (done := tried(form, send)):
        message = _("Checked out.") if done.type == "aid.mission.departed" else _("Checked in.")
        return sent(request, done, url_of(row.id), message)
    return page(request, "aid/mission_check.html", {"form": form, "direction": direction, **context})


@require_http_methods(["GET", "POST"])
def mission_demobilise(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """Let the whole mission go."""
    row = find(mission_id)
    require(policy.may_demobilise(request.actor, row))
    form = NoteForm(request.POST or None, initial={"act": new_id()})

    def send() -> Any:
        data = form.cleaned_data
        return actions.demobilise_mission(row, actor=request.actor, at=clock.now(), note=data["note"], id=data["act"])

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(row.id), _("Demobilised. Everyone is released."))
    return page(request, "aid/mission_demobilise.html", {"form": form, **_context(row, request)})

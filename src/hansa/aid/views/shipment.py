# SPDX-License-Identifier: Apache-2.0
"""Pages of shipments: send, take over in four taps, receive and count, take home, report lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from hansa.aid import naming
from hansa.aid.actions import shipment as actions
from hansa.aid.forms.agreement import LineBox
from hansa.aid.forms.fields import two_boxes
from hansa.aid.forms.shipment import ArrivedForm, EndForm, HandOverForm, ReceiveForm, SendForm
from hansa.aid.models import Shipment
from hansa.aid.policy import agreement as policy
from hansa.aid.queries import agreement as agreements
from hansa.aid.queries import shipment as queries
from hansa.aid.queries.agreement import is_people
from hansa.aid.queries.catalogue import amount, number
from hansa.aid.queries.catalogue import kind as find_kind
from hansa.aid.showing import agreement as showing_agreement
from hansa.aid.showing import shipment as showing
from hansa.aid.views.agreement import find as find_agreement
from hansa.aid.views.sending import page, sent, tried
from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.verdicts import Verdict, require
from hansa.duty.forms import as_uuid
from hansa.duty.policy import may_read

_PAGE = 50
# What stands in the box of a leg's due time until someone changes it.
_USUAL_LEG = timedelta(hours=12)


def find(shipment_id: UUID) -> Shipment:
    """Return a shipment that the reader's member may read; 404 otherwise."""
    found = queries.shipment(shipment_id)
    if found is None:
        raise Http404
    return found


def url_of(shipment_id: UUID) -> str:
    """Return the address of a shipment's page."""
    return reverse("aid:shipment-detail", args=[shipment_id])


@require_GET
def shipment_list(request: HttpRequest) -> HttpResponse:
    """Every shipment that the member reads, those whose leg has gone silent first."""
    require(may_read(request.actor))
    activation = as_uuid(request.GET.get("activation", ""))
    rows = queries.of_activation(activation) if activation else Shipment.objects.order_by("-at", "-id")
    silent = queries.silent_legs(activation=activation)
    found = Paginator(rows, _PAGE).get_page(request.GET.get("page"))
    context = {
        "page": found,
        "listed": showing.summaries(queries.summaries(found.object_list)),
        "silent": showing.summaries(queries.summaries({leg.shipment.id: leg.shipment for leg in silent}.values())),
        "activation": activation,
    }
    return page(request, "aid/shipment_list.html", context)


@require_GET
def shipment_detail(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Where a shipment is: its way as a timeline, who has what, and what can be done."""
    require(may_read(request.actor))
    journey = queries.journey(find(shipment_id))
    # The code of a scanned waybill goes along to the form, so that nobody types it.
    context = {"code": request.GET.get("code", "")[:12], **showing.shipment_page(journey, request.actor)}
    return page(request, "aid/shipment_detail.html", context)


@require_http_methods(["GET", "POST"])
def shipment_send(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Send goods under an agreement, or send them back (`?back=1`)."""
    row, back = find_agreement(agreement_id), request.GET.get("back") == "1"
    require(policy.may_send(request.actor, row, back=back))
    case = agreements.case(row)
    zone, terms = showing_agreement.zone_of(case), case.shown.terms
    boxes = []
    for line in case.lines:
        left = case.balances[line.id].in_use if back else case.balances[line.id].promised
        if left > 0 and not is_people(line.kind):
            help_text = _("%(left)s can be sent.") % {"left": amount(left, line.kind, line.level)}
            boxes.append(LineBox(line.offer, find_kind(line.kind), amount(left, line.kind), help_text, number(left)))
    due = max(terms.deliver_by, clock.now() + _USUAL_LEG) if not back else clock.now() + _USUAL_LEG
    first = {
        "act": new_id(),
        "bound_for": naming.member(row.donor) if back else terms.place,
        "due": two_boxes(due, zone),
        "place": terms.place if back else naming.member(row.donor),
    }
    form = SendForm(request.POST or None, initial=first, lines=boxes, zone=zone)

    def send() -> Any:
        return actions.send_shipment(
            row, form.quantities, form.trip, actor=request.actor, at=clock.now(), back=back, id=form.cleaned_data["act"]
        )

    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(done.id), _("On its way. Tell the hand-over code to whoever takes it over."))
    return page(request, "aid/shipment_send.html", {"form": form, "case": case, "row": row, "back": back})


Build = Callable[[], Any]


def _about(
    request: HttpRequest,
    journey: queries.Journey,
    form: forms.Form,
    send: Build,
    verdict: Verdict,
    template: str,
    message: str,
) -> HttpResponse:
    require(verdict)
    if request.method == "POST" and (done := tried(form, send)):
        return sent(request, done, url_of(journey.shipment.id), message)
    return page(request, template, {"form": form, **showing.shipment_page(journey, request.actor)})


@require_http_methods(["GET", "POST"])
def shipment_hand_over(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Take over a shipment: a code and one button, the rest is filled in. The code may come from a scanned link."""
    row = find(shipment_id)
    journey = queries.journey(row)
    leg, zone = journey.leg.opened, showing.zone_of(journey)
    due = leg.due if leg.due and leg.due > clock.now() else clock.now() + _USUAL_LEG
    first = {
        "act": new_id(),
        "code": request.GET.get("code", "")[:12],
        "custodian": naming.member(request.actor.member),
        "place": leg.bound_for,
        "bound_for": leg.bound_for,
        "due": two_boxes(due, zone),
    }
    form = HandOverForm(request.POST or None, initial=first, zone=zone)

    def send() -> Any:
        data = form.cleaned_data
        return actions.hand_over_shipment(
            row, form.trip, actor=request.actor, at=clock.now(), code=data["code"], id=data["act"]
        )

    verdict = policy.may_move(request.actor, row, leg)
    message = _("Handed over. The new custodian is on record, with the time.")
    return _about(request, journey, form, send, verdict, "aid/shipment_hand_over.html", message)


@require_http_methods(["GET", "POST"])
def shipment_arrived(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Say where a shipment is, still with the same custodian."""
    row = find(shipment_id)
    journey = queries.journey(row)
    leg = journey.leg.opened
    form = ArrivedForm(request.POST or None, initial={"act": new_id(), "place": leg.bound_for})

    def send() -> Any:
        data = form.cleaned_data
        return actions.report_arrival(row, data["place"], actor=request.actor, at=clock.now(), id=data["act"])

    verdict = policy.may_move(request.actor, row, leg, "aid.shipment.arrived")
    message = _("Noted. Everyone sees where it is.")
    return _about(request, journey, form, send, verdict, "aid/shipment_arrived.html", message)


@require_http_methods(["GET", "POST"])
def shipment_receive(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Receive a shipment, whole or in part: count, damage, what is missing."""
    row = find(shipment_id)
    journey = queries.journey(row)
    first = {"act": new_id(), "code": request.GET.get("code", "")[:12], "place": journey.leg.opened.bound_for}
    zone = showing.zone_of(journey)
    form = ReceiveForm(request.POST or None, initial=first, lines=showing.boxes(journey), zone=zone)

    def send() -> Any:
        data = form.cleaned_data
        return actions.receive_shipment(
            row,
            form.counts,
            actor=request.actor,
            at=clock.now(),
            place=data["place"],
            code=data["code"],
            note=data["note"],
            proof=data["proof"] or None,
            condition=data["condition"],
            happened=data["happened"],
            id=data["act"],
        )

    verdict = policy.may_receive(request.actor, row)
    message = _("Received. The sender sees your count.")
    return _about(request, journey, form, send, verdict, "aid/shipment_receive.html", message)


def _end(request: HttpRequest, shipment_id: UUID, act, verdict, template: str, message: str) -> HttpResponse:
    row = find(shipment_id)
    journey = queries.journey(row)
    first = {"act": new_id(), "place": journey.leg.opened.place}
    form = EndForm(request.POST or None, initial=first, lines=showing.boxes(journey, filled=False))

    def send() -> Any:
        data = form.cleaned_data
        return act(
            row,
            form.quantities,
            actor=request.actor,
            at=clock.now(),
            place=data["place"],
            note=data["note"],
            id=data["act"],
        )

    return _about(request, journey, form, send, verdict(row, journey.leg.opened), template, message)


@require_http_methods(["GET", "POST"])
def shipment_lost(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Report units lost; the custodian of the leg stays the last one known."""
    return _end(
        request,
        shipment_id,
        actions.report_lost,
        lambda row, leg: policy.may_move(request.actor, row, leg, "aid.shipment.lost"),
        "aid/shipment_lost.html",
        _("Reported. The need is open again, and everyone sees who had it last."),
    )


@require_http_methods(["GET", "POST"])
def shipment_home(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """Take home units that were not delivered."""
    return _end(
        request,
        shipment_id,
        actions.take_home,
        lambda row, leg: policy.may_take_home(request.actor, row),
        "aid/shipment_home.html",
        _("Noted. These units are in your stock again."),
    )

# SPDX-License-Identifier: Apache-2.0
"""Agreement, mission order and waybill as PDF, in the reader's language."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from hansa.activation.wording import names_kept
from hansa.aid import naming
from hansa.aid.documents import Paper, papers, render
from hansa.aid.queries import agreement as agreements
from hansa.aid.queries import mission as missions
from hansa.aid.queries import shipment as shipments
from hansa.aid.showing import shipment as showing
from hansa.aid.showing.agreement import zone_of
from hansa.aid.views.agreement import find as find_agreement
from hansa.aid.views.mission import find as find_mission
from hansa.aid.views.shipment import find as find_shipment
from hansa.core import clock
from hansa.core.verdicts import require
from hansa.duty.policy import may_read


def _pdf(paper: Paper) -> HttpResponse:
    response = HttpResponse(render(paper), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{paper.reference}.pdf"'
    return response


def _ledger_address(request: HttpRequest, act: UUID) -> str:
    return request.build_absolute_uri(reverse("ledger:act-detail", args=[act]))


@require_GET
def agreement_paper(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """The agreement on paper."""
    require(may_read(request.actor))
    with names_kept():
        case = agreements.case(find_agreement(agreement_id))
        last = max(case.shown.signatures.values(), key=lambda signed: (signed.at, signed.id))
        return _pdf(papers.agreement_paper(case, address=_ledger_address(request, last.id), at=clock.now()))


@require_GET
def mission_paper(request: HttpRequest, mission_id: UUID) -> HttpResponse:
    """The mission order on paper; names and check-in codes only for the two parties."""
    require(may_read(request.actor))
    row = find_mission(mission_id)
    with names_kept():
        case = agreements.case(find_agreement(row.agreement))
        paper = papers.mission_paper(
            missions.deployment(row),
            zone=zone_of(case),
            agreement=naming.reference("A", row.agreement),
            address=_ledger_address(request, row.id),
            at=clock.now(),
            named=request.actor.member in (row.donor, row.requester),
        )
        return _pdf(paper)


@require_GET
def waybill_paper(request: HttpRequest, shipment_id: UUID) -> HttpResponse:
    """The paper that goes with the goods; scanned, it opens the shipment's page with the hand-over code filled in."""
    require(may_read(request.actor))
    with names_kept():
        journey = shipments.journey(find_shipment(shipment_id))
        page = request.build_absolute_uri(reverse("aid:shipment-detail", args=[shipment_id]))
        address = f"{page}?{urlencode({'code': journey.leg.code})}" if journey.leg.code else page
        paper = papers.waybill_paper(
            journey, zone=showing.zone_of(journey), kinds=showing.kinds_of(journey), address=address, at=clock.now()
        )
        return _pdf(paper)

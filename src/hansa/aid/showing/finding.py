# SPDX-License-Identifier: Apache-2.0
"""Search over agreements, shipments and missions: by short name, by member, place or title."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Model, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from hansa.activation.wording import names_kept
from hansa.aid import naming
from hansa.aid.acts.phrases import custodian, goods
from hansa.aid.choices.agreeing import AGREEMENT_STATES
from hansa.aid.models import Agreement, Mission, Movement, Shipment
from hansa.aid.queries.agreement import read_terms
from hansa.core.actor import Actor
from hansa.core.search import Found

_MOST = 20
_NEWEST = 5_000


def _named(model: type[Model], prefix: str, query: str, order: str) -> list[UUID]:
    """Return the ids whose short name was typed; it is computed from the id, so the newest are looked through."""
    wanted = query.strip().upper()
    if not wanted.startswith(f"{prefix}-"):
        return []
    ids: Iterable[UUID] = model.objects.order_by(order).values_list("id", flat=True)[:_NEWEST]
    return [id for id in ids if naming.reference(prefix, id) == wanted]


def find_agreements(actor: Actor, query: str) -> list[Found]:
    """Return the agreements whose short name, parties or place match, newest first."""
    slug = query.strip().lower().replace(" ", "-")
    match = Q(donor__startswith=slug) | Q(requester__startswith=slug) | Q(document__place__icontains=query)
    match |= Q(id__in=_named(Agreement, "A", query, "-opened_at"))
    rows = list(Agreement.objects.filter(match).order_by("-opened_at")[:_MOST])
    with names_kept({member for row in rows for member in (row.donor, row.requester)}):
        return [
            Found(
                f"{naming.reference('A', row.id)}: {goods(read_terms(row.document).lines) or _('nothing more')}",
                reverse("aid:agreement-detail", args=[row.id]),
                _("%(donor)s to %(requester)s, %(state)s")
                % {
                    "donor": naming.member(row.donor),
                    "requester": naming.member(row.requester),
                    "state": str(AGREEMENT_STATES[row.state].label).lower(),
                },
            )
            for row in rows
        ]


def find_ways(actor: Actor, query: str) -> list[Found]:
    """Return the shipments and missions that match by short name, custodian, place or title, newest first."""
    by_leg = Movement.objects.filter(Q(custodian__icontains=query) | Q(place__icontains=query))
    sent = Q(id__in=_named(Shipment, "S", query, "-at")) | Q(id__in=by_leg.values("shipment"))
    out = Q(id__in=_named(Mission, "M", query, "-at")) | Q(title__icontains=query) | Q(report_to__icontains=query)
    shipments = list(Shipment.objects.filter(sent).order_by("-at")[:_MOST])
    missions = list(Mission.objects.filter(out).order_by("-at")[:_MOST])
    with names_kept():
        return [
            Found(
                naming.reference("S", row.id),
                reverse("aid:shipment-detail", args=[row.id]),
                _("%(origin)s to %(destination)s")
                % {"origin": custodian(row.origin), "destination": custodian(row.destination)},
            )
            for row in shipments
        ] + [
            Found(
                f"{naming.reference('M', row.id)}: {row.title}",
                reverse("aid:mission-detail", args=[row.id]),
                _("%(donor)s to %(requester)s, %(place)s")
                % {
                    "donor": naming.member(row.donor),
                    "requester": naming.member(row.requester),
                    "place": row.report_to,
                },
            )
            for row in missions
        ]

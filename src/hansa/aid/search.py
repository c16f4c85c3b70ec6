# SPDX-License-Identifier: Apache-2.0
"""Search over requests: by short name, place, note, or what was asked for."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa.activation.wording import names_kept
from hansa.aid import naming
from hansa.aid.models import RequestLine
from hansa.aid.queries import catalogue
from hansa.aid.showing import finding
from hansa.core.actor import Actor
from hansa.core.search import Found, register

_MOST = 20
_NEWEST = 5_000


def _by_reference(query: str) -> list[RequestLine]:
    """Return the lines whose short name was typed; it is computed from the id, so the newest are looked through."""
    wanted = query.strip().upper()
    if not wanted.startswith("R-"):
        return []
    ids = RequestLine.objects.order_by("-opened_at").values_list("id", flat=True)[:_NEWEST]
    found = [id for id in ids if naming.reference("R", id) == wanted]
    return list(RequestLine.objects.filter(id__in=found))


def find(actor: Actor, query: str) -> list[Found]:
    """Return the requests that match, newest first."""
    rows = _by_reference(query)
    if not rows:
        codes = [kind.code for kind in catalogue.find_kinds(query, limit=100)]
        match = Q(place__icontains=query) | Q(note__icontains=query) | Q(kind__in=codes)
        rows = list(RequestLine.objects.filter(match).order_by("-opened_at")[:_MOST])
    known = catalogue.kinds(row.kind for row in rows)
    with names_kept({row.requester for row in rows}):
        return [
            Found(
                catalogue.amount(row.quantity, row.kind, row.level, known),
                reverse("aid:request-detail", args=[row.id]),
                _("%(reference)s for %(member)s, %(place)s")
                % {
                    "reference": naming.reference("R", row.id),
                    "member": naming.member(row.requester),
                    "place": row.place,
                },
            )
            for row in rows
        ]


register("aid", gettext_lazy("Requests"), find)
register("aid-agreements", gettext_lazy("Agreements"), finding.find_agreements)
register("aid-ways", gettext_lazy("Shipments and missions"), finding.find_ways)

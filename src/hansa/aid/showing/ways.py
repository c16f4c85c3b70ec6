# SPDX-License-Identifier: Apache-2.0
"""What the board of an activation shows of agreements, shipments and missions, and whether the quantities balance."""

from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from hansa.activation.models import Activation
from hansa.aid.choices.agreeing import AGREEMENT_STATES
from hansa.aid.models import Agreement, Mission, Shipment
from hansa.aid.queries import shipment as shipments
from hansa.aid.showing.shipment import summaries
from hansa.core import clock
from hansa.core.actor import Actor

MOST_SILENT = 10


def ways_panel(activation: Activation, actor: Actor) -> dict[str, Any]:
    """Return counts by state, and the shipments that have gone silent. The number of queries does not grow."""
    now = clock.now()
    silent = {leg.shipment_id: leg.shipment for leg in shipments.silent_legs(activation=activation.id, now=now)}
    states = dict(Agreement.objects.filter(activation=activation.id).values_list("state").annotate(Count("id")))
    return {
        "title": _("Agreements and what is on its way"),
        "anchor": "ways",
        "activation": activation.id,
        "at": now,
        "states": [(look.label, states[state]) for state, look in AGREEMENT_STATES.items() if states.get(state)],
        "shipments": Shipment.objects.filter(activation=activation.id).count(),
        "missions": Mission.objects.filter(activation=activation.id).count(),
        "silent": summaries(shipments.summaries(list(silent.values())[:MOST_SILENT], now=now)),
        "silent_count": len(silent),
    }

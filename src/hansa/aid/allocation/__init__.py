# SPDX-License-Identifier: Apache-2.0
"""Who could send what to whom, by when. Pure: numpy, no Django, no sibling.

Quantities are whole units; time is in hours from the snapshot's now; distance in kilometres.
"""

from hansa.aid.allocation.baseline import greedy
from hansa.aid.allocation.model import Commitment, Lot, Plan, Policy, Request, Shipment, Snapshot
from hansa.aid.allocation.reasons import Explanation, Reason, explain
from hansa.aid.allocation.travel import GreatCircle, TravelTime

__all__ = [
    "Commitment", "Explanation", "GreatCircle", "Lot", "Plan", "Policy", "Reason", "Request", "Shipment", "Snapshot",
    "TravelTime", "explain", "greedy",
]  # fmt: skip

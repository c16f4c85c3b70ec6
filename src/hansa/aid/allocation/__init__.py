# SPDX-License-Identifier: Apache-2.0
"""Who sends what to whom, by when. Pure: numpy and ortools, no Django, no sibling.

Quantities are whole units; time is in hours from the snapshot's now, in minutes where it is a cost; distance in
kilometres. A plan is a proposal; what is signed is committed and never touched.
"""

from hansa.aid.allocation.audit import Violation, audit
from hansa.aid.allocation.baseline import RULES, greedy
from hansa.aid.allocation.certificate import Certificate, certificate
from hansa.aid.allocation.flow import solve
from hansa.aid.allocation.model import Commitment, Lot, Policy, Request, Shipment
from hansa.aid.allocation.plan import KindPlan, Plan
from hansa.aid.allocation.planner import Change, Drop, PlanDiff, Planner, Put, Signed
from hansa.aid.allocation.reasons import Explanation, Reason, explain
from hansa.aid.allocation.snapshot import Block, Lots, Requests, Snapshot
from hansa.aid.allocation.travel import GreatCircle, Region, TravelTime

__all__ = [
    "Block", "Certificate", "Change", "Commitment", "Drop", "Explanation", "GreatCircle", "KindPlan", "Lot", "Lots",
    "Plan", "PlanDiff", "Planner", "Policy", "Put", "RULES", "Reason", "Region", "Request", "Requests", "Shipment",
    "Signed", "Snapshot", "TravelTime", "Violation", "audit", "certificate", "explain", "greedy", "solve",
]  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""States, units and categories of requests and offers, with the words that pages show."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.aid.rules import offers, requests


@dataclass(frozen=True, slots=True)
class Look:
    """A state as a person sees it: the word, the kind of status mark that the shell draws, an icon of one's own."""

    label: Promise
    kind: str
    icon: str = ""


LINE_STATES = {
    requests.OPEN: Look(_("Open"), "ahead"),
    requests.PARTIAL: Look(_("Partial"), "soon"),
    requests.FILLED: Look(_("Filled"), "done"),
    requests.DECLINED: Look(_("Declined by all"), "late"),
    requests.CANCELLED: Look(_("Cancelled"), "waived"),
}
OFFER_STATES = {
    offers.STANDING: Look(_("Waiting for an answer"), "soon"),
    offers.AGREED: Look(_("Agreed"), "done"),
    offers.TAKEN_BACK: Look(_("Recalled or cancelled"), "waived"),
    offers.DECLINED: Look(_("Declined"), "waived"),
    offers.WITHDRAWN: Look(_("Withdrawn"), "waived"),
    offers.EXPIRED: Look(_("No longer firm"), "waived"),
}
UNITS = {
    "each": _("each"), "pair": _("pairs"), "box": _("boxes"), "roll": _("rolls"), "person": _("people"),
    "team": _("teams"), "crew": _("crews"), "task-force": _("task forces"), "unit": _("units"), "night": _("nights"),
    "page": _("pages"), "gallon": _("gallons"), "pound": _("pounds"), "foot": _("feet"),
    "square-foot": _("square feet"), "cubic-yard": _("cubic yards"), "hour": _("hours"),
}  # fmt: skip
PACKS = {
    "box": _("box"), "case": _("case"), "pallet": _("pallet"), "bale": _("bale"), "bag": _("bag"),
    "bundle": _("bundle"), "tanker": _("tanker"), "cylinder": _("cylinder"),
}  # fmt: skip
FORMS = {
    "team": _("Team"), "crew": _("Crew"), "task-force": _("Task force"), "unit": _("Unit"),
    "equipment": _("Equipment"), "vehicle": _("Vehicle"), "aircraft": _("Aircraft"), "facility": _("Facility"),
    "supply": _("Supply"), "service": _("Service"),
}  # fmt: skip
CATEGORIES = {
    "protective": _("Protective equipment"), "shelter": _("Shelter"), "food-water": _("Food and water"),
    "medical": _("Medical and public health"), "ems": _("Emergency medical services"), "sanitation": _("Sanitation"),
    "power": _("Power and fuel"), "communications": _("Communications equipment"), "tools": _("Tools and materials"),
    "logistics": _("Logistics and transport"), "legal": _("Legal help"), "language": _("Language help"),
    "information": _("Public information staff"), "technical": _("Technical help"), "staff": _("Staff"),
    "fire": _("Fire and hazardous materials"), "rescue": _("Search and rescue"), "mass-care": _("Mass care"),
    "public-works": _("Public works"), "management": _("Incident management"), "animals": _("Animals"),
    "assessment": _("Damage assessment"), "prevention": _("Radiation detection"), "cyber": _("Cybersecurity"),
    "mapping": _("Mapping"), "mitigation": _("Hazard mitigation"), "other": _("Other"),
}  # fmt: skip
PRIORITIES = {
    1: _("1 Lives at risk"), 2: _("2 Urgent"), 3: _("3 Needed"), 4: _("4 Can wait a day"), 5: _("5 Planned"),
}  # fmt: skip
# FEMA Community Lifelines, the eight since 2023.
LIFELINES = {
    "safety": _("Safety and Security"), "food-shelter": _("Food, Hydration, Shelter"),
    "health": _("Health and Medical"), "energy": _("Energy"), "communications": _("Communications"),
    "transportation": _("Transportation"), "hazmat": _("Hazardous Materials"), "water": _("Water Systems"),
}  # fmt: skip
COST_CATEGORIES = {
    "personnel": _("Personnel"), "travel": _("Travel"), "equipment": _("Equipment"), "commodities": _("Commodities"),
    "other": _("Other costs"),
}  # fmt: skip
COST_TERMS = {"bill": _("Billed"), "waive": _("Not charged"), "in-kind": _("In kind")}
DECLINE_REASONS = {
    "none-free": _("Nothing above our reserve"), "own-risk": _("We keep it for a risk of our own"),
    "too-far": _("We cannot arrive in time"), "no-kind": _("We do not have this kind"), "other": _("Another reason"),
}  # fmt: skip
OFFER_DECLINE_REASONS = {
    "covered": _("Covered by another offer"), "late": _("It would arrive too late"),
    "unsuitable": _("It does not fit what we need"), "cost": _("The cost is too high"), "other": _("Another reason"),
}  # fmt: skip
COLUMN_LABELS = {
    "kind": _("What"), "quantity": _("Quantity"), "needed_by": _("Needed by"), "place": _("Where"),
    "priority": _("Priority"), "level": _("Type"), "lifeline": _("Lifeline"), "conditions": _("Conditions"),
    "note": _("Note"), "until": _("Until"),
}  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Words for what a charter and a membership can say."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a member is."""

    CITY = "city", _("City")
    COUNTY = "county", _("County")
    STATE = "state", _("State")
    TRIBE = "tribe", _("Tribal nation")


class Choice(models.TextChoices):
    """What a member votes."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


HAZARDS = {
    "fire": _("Fire"),
    "flood": _("Flood"),
    "storm": _("Storm"),
    "earthquake": _("Earthquake"),
    "heat-or-cold": _("Extreme heat or cold"),
    "disease": _("Disease"),
    "hazardous-materials": _("Hazardous materials"),
    "utility-failure": _("Failed utilities"),
    "shortage": _("Shortage"),
    "cyber-attack": _("Cyber attack"),
    "unlawful-deployment": _("Unlawful deployment"),
    "enforcement-surge": _("Enforcement surge"),
    "threats-to-officials": _("Threats to officials"),
}

OBLIGATIONS = {
    "acknowledge": _("Acknowledge"),
    "attest": _("Attest or object"),
    "offer-or-decline": _("Offer or decline"),
    "confirm-in-writing": _("Confirm in writing"),
    "sign-agreement": _("Answer the offer"),
    "confirm-receipt": _("Confirm what came"),
    "hand-over": _("Hand over"),
    "settle-costs": _("Settle costs"),
    "review": _("Say what you learned"),
}

GUEST_RIGHTS = {
    "read-board": _("read the board"),
    "offer": _("make offers"),
    "sign-on": _("sign on to legal papers"),
    "request": _("ask for aid"),
}

WHO_PAYS = {
    "receiving": _("The receiving member"),
    "sending": _("The sending member"),
    "split": _("Both, by the share below"),
}

STARTS = {
    "invoked": _("an invocation"),
    "activated": _("an activation"),
    "requested": _("a request"),
    "offered": _("an offer"),
    "received": _("a delivery"),
    "claimed": _("a claim"),
    "spoken": _("a request by voice"),
    "stood-down": _("a stand-down"),
}

WHOM = {
    "others": _("All other members"),
    "all": _("All members"),
    "invoker": _("The member in crisis"),
    "parties": _("Both sides of an agreement"),
}

FLAWS = {
    "parent": _("It changes a version that was not in force."),
    "author": _("Its author was not a member."),
    "round": _("Another round was open, or its number is not the next."),
    "closes": _("Its closing time is too early or too late."),
}

# SPDX-License-Identifier: Apache-2.0
"""Offices in which a person serves a member, and scopes of API tokens, each with its label."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Office(models.TextChoices):
    """What a person is for a member, for a term. Verdicts follow from offices, never from persons."""

    CHIEF_EXECUTIVE = "chief-executive", _("Chief executive")
    EMERGENCY_MANAGEMENT = "emergency-management", _("Emergency management")
    LEGAL = "legal", _("Legal")
    PUBLIC_INFORMATION = "public-information", _("Public information")
    LOGISTICS = "logistics", _("Logistics")
    DUTY_OFFICER = "duty-officer", _("Duty officer")
    ADMINISTRATOR = "administrator", _("Administrator")


class Scope(models.TextChoices):
    """What an API token may do. Acting means what the person's office may, short of what a passkey signs."""

    READ = "read", _("Read")
    ACT = "act", _("Read and act")


class TermState(models.TextChoices):
    """Where a term of office stands when read. Derived, never stored."""

    AHEAD = "ahead", _("Not begun")
    RUNNING = "running", _("In office")
    OVER = "over", _("Over")


OFFICES = tuple(Office.values)


def office_label(office: str) -> str:
    """Return the office's name in the reader's language; an unknown code is its own name."""
    return str(Office(office).label) if office in OFFICES else office

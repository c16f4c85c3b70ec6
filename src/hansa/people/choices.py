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


class Change(models.TextChoices):
    """What changed in an account's access, for the record of who could do what, when."""

    INVITED = "invited", _("Invited")
    PROGRAM_MADE = "program-made", _("Program added")
    JOINED = "joined", _("Accepted the invitation")
    RENEWED = "renewed", _("New invitation; every way to sign in removed")
    CLOSED = "closed", _("Account closed")
    READS_ON = "reads-on", _("May read on after the last term")
    TOKEN_MADE = "token-made", _("Token made")
    TOKEN_REVOKED = "token-revoked", _("Token revoked")
    SIGN_ON_LINKED = "sign-on-linked", _("Single sign-on linked")
    NEW_DEVICE = "new-device", _("Signed in from a new device")
    SIGNED_OUT = "signed-out", _("Sessions ended")
    FACTOR_ADDED = "factor-added", _("Way to sign in added")
    FACTOR_REMOVED = "factor-removed", _("Way to sign in removed")


class Answer(models.TextChoices):
    """How a step that takes two people was answered; empty while it waits."""

    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class JointState(models.TextChoices):
    """Where a step that takes two people stands when read. Derived, never stored."""

    WAITING = "waiting", _("Waits for a second person")
    REVIEW = "review", _("In effect, waits for review")
    UNREVIEWED = "unreviewed", _("In effect, review overdue")
    EXPIRED = "expired", _("Ran out without an answer")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What the record of access says of a second factor: allauth's codes in words.
FACTORS = {
    "webauthn": _("Passkey"),
    "totp": _("Authenticator app"),
    "recovery_codes": _("Recovery codes"),
}
OFFICES = tuple(Office.values)


def office_label(office: str) -> str:
    """Return the office's name in the reader's language; an unknown code is its own name."""
    return str(Office(office).label) if office in OFFICES else office

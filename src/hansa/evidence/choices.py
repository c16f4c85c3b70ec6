# SPDX-License-Identifier: Apache-2.0
"""States of holds and requests, kinds of requests, and what is decided about a record, each with its label."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RequestKind(models.TextChoices):
    """What asks for records."""

    RECORDS_REQUEST = "records-request", _("Public records request")
    SUBPOENA = "subpoena", _("Subpoena")
    COURT_ORDER = "court-order", _("Court order")
    DISCOVERY = "discovery", _("Discovery in a lawsuit")
    PRESERVATION = "preservation", _("Demand to preserve")


class Outcome(models.TextChoices):
    """How a request was answered; empty while it is open."""

    RELEASED = "released", _("Everything released")
    PART = "part", _("Released in part")
    WITHHELD = "withheld", _("Everything withheld")
    NONE = "none", _("No such records")
    OBJECTED = "objected", _("Objected")
    WITHDRAWN = "withdrawn", _("Withdrawn by who asked")


class Decision(models.TextChoices):
    """What counsel decides about one record that a request asks for."""

    PENDING = "pending", _("Not decided")
    RELEASED = "released", _("Released")
    PART = "part", _("Released in part")
    WITHHELD = "withheld", _("Withheld")


class HoldState(models.TextChoices):
    """Where a hold stands when read. Derived, never stored."""

    IN_FORCE = "in-force", _("In force")
    REVIEW = "review", _("Review due soon")
    OVERDUE = "overdue", _("Review overdue")
    RELEASED = "released", _("Released")


class RequestState(models.TextChoices):
    """Where a request stands when read. Derived, never stored."""

    OPEN = "open", _("Open")
    SOON = "soon", _("Due soon")
    LATE = "late", _("Late")
    ANSWERED = "answered", _("Answered")

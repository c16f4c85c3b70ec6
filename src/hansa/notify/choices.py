# SPDX-License-Identifier: Apache-2.0
"""Channels, urgencies, and the states of a delivery, each with its label."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Channel(models.TextChoices):
    """A way in which a message reaches a person."""

    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    VOICE = "voice", _("Phone call")
    WEBPUSH = "webpush", _("Push message")


class Urgency(models.TextChoices):
    """How soon a message has to be seen. Quiet hours never hold back what is high."""

    HIGH = "high", pgettext_lazy("urgency of a message", "At once")
    NORMAL = "normal", pgettext_lazy("urgency of a message", "Today")
    LOW = "low", pgettext_lazy("urgency of a message", "Any time")


class State(models.TextChoices):
    """How far a delivery has come. Reports only climb (`rules.RANK`)."""

    QUEUED = "queued", pgettext_lazy("delivery", "Waiting")
    SENDING = "sending", pgettext_lazy("delivery", "Being sent")
    ACCEPTED = "accepted", pgettext_lazy("delivery", "Accepted by the provider")
    EXPIRED = "expired", pgettext_lazy("delivery", "Out of time")
    FAILED = "failed", pgettext_lazy("delivery", "Failed")
    DELIVERED = "delivered", pgettext_lazy("delivery", "Delivered")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("delivery", "Answered")


class Outcome(models.TextChoices):
    """How one attempt ended. While it runs it has none."""

    ACCEPTED = "accepted", pgettext_lazy("attempt", "Accepted")
    FOUND = "found", pgettext_lazy("attempt", "Found at the provider")
    REFUSED = "refused", pgettext_lazy("attempt", "Refused")
    UNKNOWN = "unknown", pgettext_lazy("attempt", "Unknown")
    HELD = "held", pgettext_lazy("attempt", "Not sent")


class Via(models.TextChoices):
    """How a person answered."""

    LINK = "link", pgettext_lazy("answered by", "link")
    SMS = "sms", pgettext_lazy("answered by", "text message")
    KEYPAD = "keypad", pgettext_lazy("answered by", "phone keypad")
    PAGE = "page", pgettext_lazy("answered by", "page")

# SPDX-License-Identifier: Apache-2.0
"""States with the words that pages show: of a clock (the five of reference/ux.md, section 2), and of an alert."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hansa.duty.rules import ClockState
from hansa.notify.choices import Channel, Via

CLOCK_LABELS = {
    ClockState.AHEAD: _("Ahead"),
    ClockState.SOON: _("Due soon"),
    ClockState.LATE: _("Overdue"),
    ClockState.DONE: _("Done"),
    ClockState.WAIVED: _("Waived"),
}


class AlertEnd(models.TextChoices):
    """How an alert ended."""

    TAKEN = "taken", pgettext_lazy("alert", "Seen and taken")
    OVER = "over", pgettext_lazy("alert", "No longer needed")
    EXPIRED = "expired", pgettext_lazy("alert", "Out of time")


class SignKind(models.TextChoices):
    """What a member tells the league about its alert."""

    TOLD = "told", pgettext_lazy("alert", "Told, not answered yet")
    UNANSWERED = "unanswered", pgettext_lazy("alert", "Nobody has answered")
    TAKEN = "taken", pgettext_lazy("alert", "Seen and taken")


# Notify's own names, for what members on other nodes tell: the words of a channel, and of an answer.
CHANNEL_LABELS = dict(Channel.choices)
VIA_LABELS = dict(Via.choices)
DELIVERY_TONES = {"accepted": "info", "delivered": "done", "acknowledged": "done", "failed": "late", "expired": "late"}

# Why a person was asked (`AlertAsk.who`).
WHO_LABELS = {
    "first": pgettext_lazy("alert", "First on call"),
    "backup": pgettext_lazy("alert", "Also on call"),
    "everyone": pgettext_lazy("alert", "On call"),
    "holders": pgettext_lazy("alert", "Chief executive"),
    "page": pgettext_lazy("alert", "Signed in"),
}

# SPDX-License-Identifier: Apache-2.0
"""Why a sealed act is recalled, how a holder answers, and why it may refuse; each with its label."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Recalled(models.TextChoices):
    """Why the author wants the text destroyed. A code, because everyone reads it."""

    OVER = "over", _("It has served its purpose")
    READERS = "readers", _("It went to the wrong readers")
    PERSONAL = "personal", _("It holds personal data that should not be kept")
    ORDER = "order", _("A court or an authority orders it")
    MISTAKE = "mistake", _("It was sent by mistake")


class Kept(models.TextChoices):
    """What a holder says that it did."""

    DESTROYED = "destroyed", _("Destroyed")
    HELD = "held", _("Kept for counsel alone, under a hold")
    REFUSED = "refused", _("Refused")


class Refusal(models.TextChoices):
    """Why a holder does not destroy what was recalled."""

    LAW = "law", _("A records law asks us to keep it")
    HOLD = "hold", _("It is evidence in a proceeding")
    ORDER = "order", _("A court or an authority forbids it")
    DUTY = "duty", _("We still owe or are owed something by it")


ANSWER_COLORS = {Kept.DESTROYED: "success", Kept.HELD: "info", Kept.REFUSED: "error"}

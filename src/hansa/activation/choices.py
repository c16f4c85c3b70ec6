# SPDX-License-Identifier: Apache-2.0
"""States of an activation with the words, colors and icons that pages show."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.activation.rules import Phase


@dataclass(frozen=True, slots=True)
class Look:
    """A state as a person sees it: word, tone (a token of the shell) and icon (of the sprite)."""

    label: Promise
    tone: str
    icon: str


PHASES = {
    Phase.WAITING: Look(_("Waiting to be attested"), "soon", "schedule"),
    Phase.ACTIVE: Look(_("Active"), "active", "check_circle"),
    Phase.REFUSED: Look(_("Not attested"), "closed", "remove_circle"),
    Phase.EXPIRED: Look(_("Period ended"), "late", "error"),
    Phase.STOOD_DOWN: Look(_("Stood down"), "closed", "check_circle"),
}

# SPDX-License-Identifier: Apache-2.0
"""States of an activation with the words, colors and icons that pages show."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hansa.activation.rules import Phase


@dataclass(frozen=True, slots=True)
class Look:
    """A state as a person sees it: word, tone (a kind of the status component) and icon (of the sprite)."""

    label: Promise
    tone: str
    icon: str


PHASES = {
    Phase.WAITING: Look(_("Waiting to be attested"), "soon", "schedule"),
    Phase.ACTIVE: Look(_("Active"), "info", "campaign"),
    Phase.LAPSED: Look(_("Not attested in time"), "neutral", "remove_circle"),
    Phase.STOPPED: Look(_("Stopped by objections"), "neutral", "remove_circle"),
    Phase.EXPIRED: Look(_("Period ended, not stood down"), "late", "error"),
    Phase.STOOD_DOWN: Look(_("Stood down"), "done", "check_circle"),
}

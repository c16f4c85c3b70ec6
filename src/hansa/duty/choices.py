# SPDX-License-Identifier: Apache-2.0
"""States of a clock with the words and icons that pages show; the five of reference/ux.md, section 2."""

from django.utils.translation import gettext_lazy as _

from hansa.duty.rules import ClockState

CLOCK_LABELS = {
    ClockState.AHEAD: _("Ahead"),
    ClockState.SOON: _("Due soon"),
    ClockState.LATE: _("Overdue"),
    ClockState.DONE: _("Done"),
    ClockState.WAIVED: _("Waived"),
}

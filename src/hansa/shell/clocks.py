# SPDX-License-Identifier: Apache-2.0
"""The clock of one thing that is due: its state, icon and words (ux, section 2). Pure but for the language."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from hansa.shell.moments import span_text

_SOON_AT_MOST = timedelta(hours=2)
ICONS = {
    "ahead": "schedule",
    "soon": "warning",
    "late": "error",
    "done": "check_circle",
    "waived": "remove_circle",
}


@dataclass(frozen=True, slots=True)
class Clock:
    """What a clock shows: `state` is the color's name, `word` the state, `relative` how far from the due time."""

    state: str
    word: str
    relative: str

    @property
    def icon(self) -> str:
        """The sprite's symbol for the state."""
        return ICONS[self.state]


def clock(
    due: datetime, *, now: datetime, start: datetime | None = None, done: datetime | None = None, waived: bool = False
) -> Clock:
    """Return the clock of something due at `due`, begun at `start`, done at `done` or waived.

    "Soon" begins when a quarter of the period is left, or two hours where the period is not known.
    """
    if waived:
        return Clock("waived", _("Waived"), "")
    if done:
        return _finished(due, done)
    if now > due:
        return Clock("late", _("Overdue"), _("%(span)s late") % {"span": span_text(now - due)})
    limit = (due - start) / 4 if start else _SOON_AT_MOST
    relative = _("in %(span)s") % {"span": span_text(due - now)}
    return Clock("soon", _("Due soon"), relative) if due - now <= limit else Clock("ahead", _("Due"), relative)


def _finished(due: datetime, done: datetime) -> Clock:
    span = {"span": span_text(due - done)}
    if done > due:
        return Clock("done", _("Done"), _("%(span)s late") % span)
    return Clock("done", _("Done"), _("%(span)s early") % span)

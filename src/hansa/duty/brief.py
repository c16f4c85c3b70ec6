# SPDX-License-Identifier: Apache-2.0
"""The draft of a shift hand-over: what is open, what happened, what was noted. A person edits it before it counts."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.duty import queries
from hansa.duty.models import Duty, LogLine
from hansa.ledger import Act


def _time(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def _section(title: str, lines: Sequence[str], nothing: str) -> str:
    return "\n".join([title, *(f"- {line}" for line in lines or [nothing])])


def _open_line(duty: Duty, now: datetime) -> str:
    if duty.due_at is None:
        return duty.words
    words = _("%(duty)s (overdue since %(time)s)") if duty.due_at < now else _("%(duty)s (due %(time)s)")
    return words % {"duty": duty.words, "time": _time(duty.due_at)}


def compose(
    since: datetime, now: datetime, duties: Sequence[Duty], acts: Sequence[Act], lines: Sequence[LogLine]
) -> str:
    """Return the draft for what happened from `since` to `now`."""
    head = _("Shift from %(since)s to %(now)s") % {"since": _time(since), "now": _time(now)}
    return "\n\n".join(
        [
            head,
            _section(_("Open now"), [_open_line(duty, now) for duty in duties], _("Nothing is open.")),
            _section(_("What happened"), [f"{_time(act.at)} {act.headline}" for act in acts], _("No acts.")),
            _section(_("Noted"), [f"{_time(line.happened_at)} {line.text}" for line in lines], _("No lines.")),
        ]
    )


def draft(actor: Actor, now: datetime) -> str:
    """Return the draft of the brief for the actor's office, from its last hand-over until now."""
    since = queries.shift_began(actor.office)
    duties = queries.visible_to(actor).filter(done_at=None, waived=False).order_by("due_at")
    lines = queries.lines(since).reverse()
    return compose(since, now, list(duties), queries.acts_since(since), list(lines))

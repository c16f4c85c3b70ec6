# SPDX-License-Identifier: Apache-2.0
"""The draft of a shift hand-over: what is open, what happened, what was noted. A person edits it before it counts."""

from collections.abc import Callable, Hashable, Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansa.core.actor import Actor
from hansa.duty import queries
from hansa.duty.models import Duty, LogLine
from hansa.duty.rules import Item, fold
from hansa.ledger import Act

_MOST_OF_KIND = 5


def _time(moment: datetime) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")


def _folded(items: Sequence[Item], kind: Callable[[Item], Hashable], line: Callable[[Item], str]) -> list[str]:
    words = []
    for item, more in fold(items, kind, _MOST_OF_KIND):
        words.append(line(item))
        if more:
            text = ngettext("%(n)s more of this kind", "%(n)s more of this kind", len(more))
            words.append(text % {"n": len(more)})
    return words


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
    head = _("Shift from %(since)s to %(now)s") % {"since": _time(since), "now": f"{_time(now)} {localtime(now):%Z}"}
    return "\n\n".join(
        [
            head,
            _section(
                _("Open now"),
                _folded(duties, lambda duty: duty.kind, lambda duty: _open_line(duty, now)),
                _("Nothing is open."),
            ),
            _section(
                _("What happened"),
                _folded(acts, lambda act: (act.type, act.author), lambda act: f"{_time(act.at)} {act.headline}"),
                _("No acts."),
            ),
            _section(_("Noted"), [f"{_time(line.happened_at)} {line.text}" for line in lines], _("No lines.")),
        ]
    )


def draft(actor: Actor, now: datetime) -> str:
    """Return the draft of the brief for the actor's office, from its last hand-over until now."""
    since = queries.shift_began(actor.office)
    duties = queries.visible_to(actor).filter(done_at=None, waived=False).order_by("due_at")
    lines = queries.lines(since).reverse()
    return compose(since, now, list(duties), queries.acts_since(since), list(lines))

# SPDX-License-Identifier: Apache-2.0
"""What rotas need watching for: gaps before they happen, and people who come on duty.

A gap is a duty of the member's administrator, due when it begins; it is done once the rota has none.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import notify
from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.duty import queries
from hansa.duty.actions.inbox import About, close_duties, open_duty, reword_duty, tell
from hansa.duty.models import Duty, Rota
from hansa.duty.queries import rota as reads
from hansa.duty.rota import Change, Shift
from hansa.duty.wording import Wording
from hansa.ledger.models import League
from hansa.people.choices import Office

GAP = "duty.rota.gap"
COMING = "duty.rota.coming"
CHANGED = "duty.rota.changed"
_GAP = gettext_noop("Nobody is on call (%(office)s) from %(start)s. Gaps ahead: %(count)s")
_NO_BACKUP = gettext_noop("Only the backup is on call (%(office)s) from %(start)s. Gaps ahead: %(count)s")
_AHEAD = gettext_noop("You are on call (%(office)s) from %(start)s to %(end)s")
_NOW = gettext_noop("You are on call now (%(office)s), until %(end)s")
_CHANGED = gettext_noop("The rota changed (%(office)s): look at your shifts from %(start)s on")
_AHEAD_BY = timedelta(hours=24)
# A shift is cut where the look ahead ends: look far enough for the end to be its own.
_LONG = timedelta(days=32)
# How long after a shift began its notice still goes out: a node that was off tells nobody of yesterday.
_LATE = timedelta(hours=1)


def wall_text(moment: datetime, zone: str) -> str:
    """Return a moment in a form that reads alike in all languages: "2026-11-20 19:00 PST"."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"


def about(row: Rota) -> About:
    """Return what notices and duties about a rota point at."""
    return About(row.id, reverse("duty:rota-week", args=[row.office]))


def watch_gaps(row: Rota, *, at: datetime) -> Duty | None:
    """Open the administrator's duty about the first gap of what is published, and close those that are no more."""
    # One at a time: the worker and a page may look at the same moment.
    Rota.objects.select_for_update().get(id=row.id)
    ahead = reads.outlook(row, at, reads.published_until(row, at))
    found = ahead.gaps or ahead.backup_only
    if not found:
        close_duties(row.id, GAP, at=at)
        return None
    # A gap that is running began in the past: it keeps the duty that it has.
    first = found[0].start
    standing = queries.open_duties().filter(subject=row.id, kind=GAP).first()
    said = {"office": row.office, "start": wall_text(first, row.zone), "count": str(len(found))}
    words = Wording(_GAP if ahead.gaps else _NO_BACKUP, said)
    if standing and standing.due_at and (standing.due_at == first or standing.due_at <= at == first):
        said["start"] = wall_text(standing.due_at, row.zone)
        reword_duty(standing, words)
        return standing
    close_duties(row.id, GAP, at=at)
    # The same gap may open again after it was closed: that is another duty.
    key = f"{GAP}:{row.id}:{new_id()}"
    office = Office.ADMINISTRATOR.value
    return open_duty(GAP, office, words, about(row), due_at=first, opened_at=at, key=key)


def tell_coming(row: Rota, *, at: datetime) -> int:
    """Tell people that they come on duty: in the inbox a day before, and with a message as they do; once each."""
    shifts = reads.outlook(row, at - _LATE, at + _AHEAD_BY + _LONG).shifts
    told = 0
    for shift in shifts:
        if at - _LATE < shift.start <= at < shift.end:
            told += _tell_now(row, shift, at)
        elif at < shift.start < at + _AHEAD_BY:
            told += _tell_ahead(row, shift, at)
    return told


def tell_changed(row: Rota, changes: Iterable[Change], *, at: datetime, but: UUID | None = None) -> int:
    """Tell each person whose published shifts moved, once for a change; return how many those were."""
    first: dict[UUID, datetime] = {}
    for change in changes:
        for person in {*change.was} ^ {*change.now} - {but}:
            first.setdefault(person, change.start)
    for person, start in first.items():
        said = {"office": row.office, "start": wall_text(start, row.zone)}
        key = f"{CHANGED}:{row.id}:{person}:{at.isoformat()}"
        tell(CHANGED, Wording(_CHANGED, said), about(row), person=person, key=key, at=at)
    return len(first)


def _key(row: Rota, shift: Shift, which: str) -> str:
    return f"{COMING}:{row.id}:{shift.person}:{shift.start.isoformat()}:{which}"


def _told(row: Rota, shift: Shift, which: str, message: str, at: datetime) -> bool:
    key = _key(row, shift, which)
    if queries.was_told(key):
        return False
    said = {
        "office": row.office, "start": wall_text(shift.start, row.zone), "end": wall_text(shift.end, row.zone),
    }  # fmt: skip
    tell(COMING, Wording(message, said), about(row), person=shift.person, key=key, at=at)
    return True


def _tell_ahead(row: Rota, shift: Shift, at: datetime) -> int:
    return int(_told(row, shift, "ahead", _AHEAD, at))


def _tell_now(row: Rota, shift: Shift, at: datetime) -> int:
    if not _told(row, shift, "now", _NOW, at):
        return 0
    league = League.objects.first()
    words = Wording(_NOW, {"office": row.office, "end": wall_text(shift.end, row.zone)})
    event = notify.Event(
        _key(row, shift, "now"), words, url=about(row).url, expires_at=shift.end,
        exercise=(league.exercise or "") if league else "",
    )  # fmt: skip
    notify.send_message(event, [notify.Recipient(shift.person)], at=at)
    return 1


def watch_member(*, at: datetime) -> int:
    """Look at every rota of the member whose scope is open; return how many people were told."""
    if not current_member():
        raise ValueError("watching rotas needs a member's scope")
    told = 0
    for row in reads.rotas():
        watch_gaps(row, at=at)
        told += tell_coming(row, at=at)
    return told

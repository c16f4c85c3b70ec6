# SPDX-License-Identifier: Apache-2.0
"""What can be planned: a rota for an office, its lines, fixed shifts, holidays.

Nothing published moves by surprise: what would move is shown first, and is saved only with the digest of what was
shown. Whoever is concerned gets a notice.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, require
from hansa.duty import policy
from hansa.duty import rota as plans
from hansa.duty.actions import watch
from hansa.duty.models import Rota, RotaDay, RotaFixed, RotaLine
from hansa.duty.queries import rota as reads
from hansa.duty.rota import Change, Gap, OnHolidays
from hansa.people.choices import OFFICES

MOST_PEOPLE = 28
MOST_WINDOWS = 4
LONGEST_TURN = 60
LONGEST_SPAN = timedelta(days=90)
WEEKS = (1, 2, 4, 6, 8, 13)
LEVELS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class LinePlan:
    """A line as somebody wants it, from the day `begins` on. Windows are as `queries.rota.windows_of` reads them."""

    name: str
    people: tuple[UUID, ...]
    begins: date
    zone: str
    handover: time = time(9)
    turn_days: int = 7
    windows: tuple[dict, ...] = ()
    holidays: str = OnHolidays.SAME.value
    level: int = 1


@dataclass(frozen=True, slots=True)
class Preview:
    """What saving would do within what is published: who would be on instead of whom, and the gaps that there would be.

    `digest` names what is shown; it is empty when nothing published moves.
    """

    changes: tuple[Change, ...]
    gaps: tuple[Gap, ...]
    digest: str


def save_rota(office: str, *, zone: str, holidays: str, weeks: int, needed: Sequence[dict], actor: Actor) -> Rota:
    """Keep a rota for an office, or change how it is kept. `needed` empty: somebody has to be on around the clock."""
    require(policy.may_plan(actor))
    errors = _checked_zone(zone)
    if office not in OFFICES:
        errors["office"] = _("There is no such office. Nothing was saved. Choose one of the list.")
    if weeks not in WEEKS:
        errors["weeks"] = _("Nothing was saved. Choose one of the numbers of weeks.")
    if len(needed) > MOST_WINDOWS:
        errors["needed"] = _("These are too many parts of the day. Keep four.")
    if errors:
        raise Invalid(errors)
    values = {"zone": zone, "holidays": holidays, "weeks": weeks, "needed": list(needed)}
    row, made = Rota.objects.update_or_create(member=actor.member, office=office, defaults=values)
    if not made:  # a new one has nobody yet: the worker looks again in five minutes
        watch.watch_gaps(row, at=clock.now())
    return row


def preview_line(row: Rota, line: RotaLine | None, said: LinePlan | None, *, at: datetime,
                 end_on: date | None = None) -> Preview:  # fmt: skip
    """Return what adding a line (`line` None), changing it, or ending it on a day (`said` None) would move."""
    return _preview(row, _lines(row, line, said, end_on), at)


def save_line(row: Rota, line: RotaLine | None, said: LinePlan, *, seen: str, actor: Actor,
              id: UUID | None = None) -> RotaLine:  # fmt: skip
    """Add a line, or let it go on differently from a day on. `seen` is the digest of the preview that was read."""
    require(policy.may_plan(actor))
    now = clock.now()
    if id and (known := RotaLine.objects.filter(id=id).first()):
        return known
    check_line(row, said, at=now, changed=line)
    changed = _lines(row, line, said)
    preview = _agreed(row, changed, seen, now)
    new = changed[-1]
    new.id, new.made_by, new.made_at = id or new.id, actor.person, now
    if line is not None:
        _end(line, said.begins)
    new.save(force_insert=True)
    _said(row, preview, now, actor)
    return new


def end_line(line: RotaLine, day: date, *, seen: str, actor: Actor) -> RotaLine:
    """Let a line end: nothing of it begins on `day` or later."""
    require(policy.may_plan(actor))
    now = clock.now()
    row = line.rota
    if day < now.astimezone(ZoneInfo(line.zone)).date():
        raise Invalid({"day": _("That day has passed. Nothing was changed. Enter today or later.")})
    changed = _lines(row, line, None, day)
    preview = _agreed(row, changed, seen, now)
    _end(line, day)
    _said(row, preview, now, actor)
    return line


def _end(line: RotaLine, day: date) -> None:
    line.until = day
    line.save(update_fields=["until"])


def check_line(row: Rota, said: LinePlan, *, at: datetime, changed: RotaLine | None = None) -> None:
    """Raise `Invalid` unless the plan of a line can stand."""
    errors = _checked_zone(said.zone)
    serving = {person.id for person in reads.holders_of(row, at)}
    if not said.people:
        errors["people"] = _("Nobody is in this line. Nothing was saved. Choose at least one person.")
    elif len(said.people) > MOST_PEOPLE:
        errors["people"] = _("A line has 28 turns at most. Nothing was saved.")
    elif strangers := [person for person in said.people if person not in serving]:
        errors["people"] = _("%(count)d of these hold the office no more. Nothing was saved. Choose others.") % {
            "count": len(strangers)
        }
    if not 1 <= said.turn_days <= LONGEST_TURN:
        errors["turn_days"] = _("A turn has 1 to 60 days. Nothing was saved.")
    if said.level not in LEVELS:
        errors["level"] = _("Nothing was saved. Choose one of the list.")
    if len(said.windows) > MOST_WINDOWS:
        errors["windows"] = _("These are too many parts of the day. Keep four.")
    if "zone" not in errors:
        today = at.astimezone(ZoneInfo(said.zone)).date()
        # A new line may begin with a turn that is running; a changed one leaves the past as it was.
        earliest = today if changed else today - timedelta(days=max(said.turn_days - 1, 1))
        if said.begins < earliest:
            errors["begins"] = _("That day has passed. Nothing was changed. Enter a later one.")
    if errors:
        raise Invalid(errors)


def check_span(start: datetime, end: datetime, *, at: datetime) -> None:
    """Raise `Invalid` unless a span can still be changed."""
    if end <= start:
        raise Invalid({"end": _("The end is not after the start. Nothing was changed.")})
    if end <= at:
        raise Invalid({"end": _("That time has passed. Nothing was changed. Enter a later one.")})
    if end - start > LONGEST_SPAN:
        raise Invalid({"end": _("This is longer than 90 days. Nothing was changed. Change the rotation instead.")})


def preview_fixed(row: Rota, people: Sequence[UUID], start: datetime, end: datetime, *, at: datetime) -> Preview:
    """Return what a fixed shift would move."""
    span = (at, reads.published_until(row, at))
    before = reads.loaded(row, *span)
    shift = plans.Fixed(new_id(), start, end, tuple(people))
    after = plans.Rota(before.zone, before.lines, before.covers, (*before.fixed, shift), before.needed,
                       before.holidays, before.terms)  # fmt: skip
    return _compared(before, after, *span)


def fix_shift(row: Rota, people: Sequence[UUID], start: datetime, end: datetime, *, seen: str, note: str = "",
              actor: Actor, id: UUID | None = None) -> RotaFixed:  # fmt: skip
    """Fix who is on for a span, over lines and covers. `seen` is the digest of the preview that was read."""
    require(policy.may_plan(actor))
    now = clock.now()
    if id and (known := RotaFixed.objects.filter(id=id).first()):
        return known
    check_span(start, end, at=now)
    serving = {person.id for person in reads.holders_of(row, now)}
    if not people or not serving.issuperset(people):
        raise Invalid({"people": _("Choose people who hold this office. Nothing was saved.")})
    preview = preview_fixed(row, people, start, end, at=now)
    _must_agree(preview, seen)
    shift = RotaFixed.objects.create(id=id or new_id(), rota=row, start_at=start, end_at=end, people=list(people),
                                     note=note[:200], made_by=actor.person, made_at=now)  # fmt: skip
    _said(row, preview, now, actor)
    return shift


def withdraw_fixed(shift: RotaFixed, *, actor: Actor) -> RotaFixed:
    """Take a fixed shift back; one that has begun ends now."""
    require(policy.may_plan(actor))
    now = clock.now()
    before = reads.published(shift.rota, now)
    end_or_withdraw(shift, now)
    watch.tell_changed(shift.rota, plans.changes(before, reads.published(shift.rota, now)), at=now, but=actor.person)
    watch.watch_gaps(shift.rota, at=now)
    return shift


def end_or_withdraw(change, at: datetime) -> None:
    """Withdraw what was changed by hand; what has begun ends now, because the past stays as it was."""
    if change.withdrawn_at or change.end_at <= at:
        return
    if change.start_at < at:
        change.end_at = at
    else:
        change.withdrawn_at = at
    change.save(update_fields=["end_at", "withdrawn_at"])


def keep_day(day: date, name: str, *, holiday: bool, actor: Actor) -> RotaDay:
    """Keep a day as the member's holiday, or as a day that it works although the calendar says holiday."""
    require(policy.may_plan(actor))
    if not name.strip():
        raise Invalid({"name": _("The day has no name. Nothing was saved. Write what it is.")})
    values = {"name": name.strip()[:80], "holiday": holiday}
    kept, _made = RotaDay.objects.update_or_create(member=actor.member, day=day, defaults=values)
    _all_watched()
    return kept


def drop_day(day: RotaDay, *, actor: Actor) -> None:
    """Let the calendar say again what a day is."""
    require(policy.may_plan(actor))
    day.delete()
    _all_watched()


def _all_watched() -> None:
    for row in reads.rotas():
        watch.watch_gaps(row, at=clock.now())


def _checked_zone(zone: str) -> dict:
    if zone in available_timezones():
        return {}
    return {"zone": _("There is no such time zone. Nothing was saved. Choose one of the list.")}


def _lines(row: Rota, line: RotaLine | None, said: LinePlan | None, end_on: date | None = None) -> list[RotaLine]:
    """Return the rows that a change of lines would write, the successor last."""
    written = []
    if line is not None:
        held = {field.attname: getattr(line, field.attname) for field in RotaLine._meta.concrete_fields}
        written.append(RotaLine(**held | {"until": said.begins if said else end_on}))
    if said is not None:
        written.append(
            RotaLine(
                id=new_id(), rota=row, name=said.name.strip()[:60], level=said.level, people=list(said.people),
                zone=said.zone, begins=said.begins, handover=said.handover, turn_days=said.turn_days,
                windows=list(said.windows), holidays=said.holidays,
            )
        )  # fmt: skip
    return written


def _preview(row: Rota, changed: Sequence[RotaLine], at: datetime) -> Preview:
    span = (at, reads.published_until(row, at))
    return _compared(reads.loaded(row, *span), reads.with_lines(row, changed, *span), *span)


def _compared(before: plans.Rota, after: plans.Rota, start: datetime, end: datetime) -> Preview:
    then = plans.plan(after, start, end)
    moved = tuple(plans.changes(plans.plan(before, start, end), then))
    # Who is added, into a gap or behind others, takes no shift from anyone.
    taken = [change for change in moved if {*change.was} - {*change.now}]
    said = "\n".join(
        f"{'now' if change.start == start else change.start.isoformat()} {change.end.isoformat()} "
        f"{change.was} {change.now}"
        for change in taken
    )
    digest = hashlib.sha256(said.encode()).hexdigest() if taken else ""
    return Preview(moved, tuple(plans.gaps(after, then)), digest)


def _must_agree(preview: Preview, seen: str) -> None:
    if preview.digest and preview.digest != seen:
        raise Invalid({"seen": _("This moves shifts that are published. Nothing was saved. Read what moves, confirm.")})


def _agreed(row: Rota, changed: Sequence[RotaLine], seen: str, at: datetime) -> Preview:
    preview = _preview(row, changed, at)
    _must_agree(preview, seen)
    return preview


def _said(row: Rota, preview: Preview, at: datetime, actor: Actor) -> None:
    watch.tell_changed(row, preview.changes, at=at, but=actor.person)
    watch.watch_gaps(row, at=at)

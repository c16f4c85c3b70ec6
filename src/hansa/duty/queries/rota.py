# SPDX-License-Identifier: Apache-2.0
"""Who is on call for a member's office, when, and where nobody is. Rows become a plan of `duty/rota/` here."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet
from holidays import country_holidays

from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.duty import rota as plans
from hansa.duty.models import CalendarLink, Rota, RotaCover, RotaDay, RotaFixed, RotaLine, RotaSwap
from hansa.duty.rota import Cover, Fixed, Gap, Line, OnHolidays, Segment, Shift, Window, wall
from hansa.people.models import Account, Appointment

COUNTRY = "US"
_NEXT_WITHIN = timedelta(days=35)
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OnCall:
    """A person on call now: until their shift ends, and whether they are called first (level 1) or as the backup."""

    person: UUID
    until: datetime
    level: int = 1


@dataclass(frozen=True, slots=True)
class NowAndNext:
    """Who is on call for an office now, who comes next and when; nobody next: none within five weeks."""

    rota: Rota
    now: Sequence[OnCall]
    then: Sequence[UUID]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """A span of a rota: who is on when, each one's shifts, and the gaps."""

    rota: plans.Rota
    segments: list[Segment]
    shifts: list[Shift]
    gaps: list[Gap]
    backup_only: list[Gap]


def on_call(member: str, office: str, at: datetime) -> Sequence[OnCall]:
    """Return who is on call for an office of a member at a time, the one to call first at the head; empty: nobody."""
    with member_scope(member):
        row = Rota.objects.filter(office=office).first()
        if row is None:
            return ()
        return tuple(OnCall(post.person, post.end, post.level) for post in plans.at(loaded(row, at, at), at))


def has_rota(member: str, office: str) -> bool:
    """Return whether a member keeps a rota for an office."""
    with member_scope(member):
        return Rota.objects.filter(office=office).exists()


def rotas() -> QuerySet[Rota]:
    """Return the member's rotas, by office."""
    return Rota.objects.order_by("office")


def rota_of(office: str) -> Rota | None:
    """Return the member's rota for an office, or None."""
    return Rota.objects.filter(office=office).first()


def loaded(row: Rota, start: datetime, end: datetime, lines: Iterable[RotaLine] | None = None) -> plans.Rota:
    """Return the rota as a plan for the span from `start` to `end`; with `lines`, those instead of the ones it has."""
    spans = Q(withdrawn_at=None, end_at__gt=start, start_at__lte=end)
    rows = list(row.lines.all() if lines is None else lines)
    terms: dict[UUID, tuple[plans.Term, ...]] = {}
    for term in Appointment.objects.filter(member=row.member, office=row.office):
        terms[term.person] = (*terms.get(term.person, ()), (term.begins_at, term.ends_at))
    return assembled(row, rows, row.covers.filter(spans), row.fixed.filter(spans), terms, start, end)


def assembled(
    row: Rota,
    lines: Sequence[RotaLine],
    covers: Iterable[RotaCover],
    fixed: Iterable[RotaFixed],
    terms: Mapping[UUID, tuple[plans.Term, ...]],
    start: datetime,
    end: datetime,
) -> plans.Rota:
    """Return rows that were read as a plan for a span. Holidays are read here, where a line heeds them."""
    # A line that gives way on holidays is rare: ask for the days only then.
    days = holidays_of(row, start, end) if any(item.holidays != OnHolidays.SAME for item in lines) else {}
    return plans.Rota(
        ZoneInfo(row.zone), tuple(as_line(item) for item in lines), tuple(as_cover(item) for item in covers),
        tuple(Fixed(item.id, item.start_at, item.end_at, tuple(item.people)) for item in fixed),
        windows_of(row.needed), frozenset(days), terms,
    )  # fmt: skip


def as_line(item: RotaLine) -> Line:
    """Return a row as a line of the plan."""
    return Line(
        item.id, tuple(item.people), ZoneInfo(item.zone), item.begins, item.handover, item.turn_days,
        windows_of(item.windows), item.until, OnHolidays(item.holidays), item.level,
    )  # fmt: skip


def as_cover(item: RotaCover) -> Cover:
    """Return a row as a cover of the plan."""
    return Cover(item.id, item.start_at, item.end_at, item.person_out, item.person_in)


def windows_of(stored: Iterable[dict]) -> tuple[Window, ...]:
    """Return windows from their JSON form: `{"start": "19:00", "end": "07:00", "days": [0, 1]}`."""
    return tuple(
        Window(time.fromisoformat(item["start"]), time.fromisoformat(item["end"]), frozenset(item["days"]))
        for item in stored
    )


@lru_cache(maxsize=64)
def _calendar(code: str, year: int) -> dict[date, str]:
    _country, _, subdivision = code.partition("-")
    return dict(country_holidays(COUNTRY, subdiv=subdivision or None, years=year, expand=False))


def holidays_of(row: Rota, start: datetime, end: datetime) -> dict[date, str]:
    """Return the holidays around a span by name: those of the rota's calendar and the member's own."""
    first, last = (start - _WEEK).date(), (end + _WEEK).date()
    days: dict[date, str] = {}
    if row.holidays:
        for year in range(first.year, last.year + 1):
            days |= {day: name for day, name in _calendar(row.holidays, year).items() if first <= day <= last}
    for own in RotaDay.objects.filter(day__range=(first, last)):
        if own.holiday:
            days[own.day] = own.name
        else:
            days.pop(own.day, None)
    return days


def outlook(row: Rota, start: datetime, end: datetime, plan: plans.Rota | None = None) -> Outlook:
    """Return who is on call from `start` to `end`, and the gaps; with `plan`, as that would have it."""
    plan = plan or loaded(row, start, end)
    segments = plans.plan(plan, start, end)
    leveled = {line.level for line in plan.lines}
    nobody = plans.gaps(plan, segments)
    thin = plans.gaps(plan, segments, level=1) if len(leveled) > 1 else []
    return Outlook(plan, segments, plans.shifts(segments), nobody, [gap for gap in thin if gap not in nobody])


def published_until(row: Rota, at: datetime) -> datetime:
    """Return the end of what is published, a midnight: nothing before it moves without being said first."""
    zone = ZoneInfo(row.zone)
    day = at.astimezone(zone).date() + row.weeks * _WEEK + timedelta(days=1)
    return wall.first(datetime.combine(day, time(0)), zone)


def published(row: Rota, at: datetime) -> list[Segment]:
    """Return who is on call from now to the end of what is published."""
    end = published_until(row, at)
    return plans.plan(loaded(row, at, end), at, end)


def now_and_next(row: Rota, at: datetime) -> NowAndNext:
    """Return who is on call now and who comes next."""
    segments = plans.plan(loaded(row, at, at + _NEXT_WITHIN), at, at + _NEXT_WITHIN)
    now = segments[0].posts
    first = _first_called(segments[0])
    following = next((part for part in segments[1:] if _first_called(part) != first), None)
    return NowAndNext(
        row, tuple(OnCall(post.person, post.end, post.level) for post in now),
        _first_called(following) if following else (), following.start if following else None,
    )  # fmt: skip


def _first_called(segment: Segment) -> tuple[UUID, ...]:
    """Return who is called first in a segment: not the backup, where there is somebody before it."""
    level = min((post.level for post in segment.posts), default=0)
    return tuple(post.person for post in segment.posts if post.level == level)


def own_shifts(person: UUID, start: datetime, end: datetime) -> list[tuple[Rota, Shift]]:
    """Return a person's shifts in all rotas of the member, by start."""
    found = [
        (row, shift)
        for row in rotas()
        for shift in outlook(row, start, end).shifts
        if shift.person == person
    ]  # fmt: skip
    return sorted(found, key=lambda pair: pair[1].start)


def holders_of(row: Rota, at: datetime) -> list[Account]:
    """Return the member's people who hold the rota's office at a time or will, by name."""
    terms = Appointment.objects.filter(member=row.member, office=row.office)
    serving = {term.person for term in terms if term.ends_at is None or term.ends_at > at}
    return list(Account.objects.filter(id__in=serving, is_active=True).order_by("name"))


def lines_at(row: Rota, at: datetime) -> list[RotaLine]:
    """Return the lines that lay shifts now or later, those called first at the head."""
    today = at.astimezone(ZoneInfo(row.zone)).date()
    return [line for line in row.lines.all() if line.until is None or line.until > max(today, line.begins)]


def standing_covers(row: Rota, at: datetime) -> list[RotaCover]:
    """Return the covers that are not over, by start."""
    return list(row.covers.filter(withdrawn_at=None, end_at__gt=at).order_by("start_at"))


def standing_fixed(row: Rota, at: datetime) -> list[RotaFixed]:
    """Return the fixed shifts that are not over, by start."""
    return list(row.fixed.filter(withdrawn_at=None, end_at__gt=at).order_by("start_at"))


def without_effect(row: Rota, covers: Iterable[RotaCover]) -> set[UUID]:
    """Return the covers that change nothing: beneath a fixed shift, or of someone who is not on any more."""
    idle = set()
    for item in covers:
        plan = loaded(row, item.start_at, item.end_at)
        if not plans.has_effect(plan, as_cover(item)):
            idle.add(item.id)
    return idle


def open_swaps(actor: Actor, at: datetime) -> list[RotaSwap]:
    """Return the swaps that wait for an answer: those that the actor's person asked for or is asked for."""
    waiting = RotaSwap.objects.select_related("rota").filter(answered_at=None, withdrawn_at=None, end_at__gt=at)
    return list(waiting.filter(Q(asked=actor.person) | Q(made_by=actor.person)).order_by("start_at"))


def own_days() -> QuerySet[RotaDay]:
    """Return the member's own holidays and worked days."""
    return RotaDay.objects.all()


def calendar_links(person: UUID) -> list[CalendarLink]:
    """Return a person's calendar links that still open something, newest first."""
    links = CalendarLink.objects.select_related("rota").filter(person=person, revoked_at=None)
    return list(links.order_by("-made_at"))


def first_free_day(row: Rota, line: RotaLine | None, at: datetime) -> date:
    """Return the first day on which a change touches nothing published: where a turn begins, after the horizon."""
    day = published_until(row, at).astimezone(ZoneInfo(row.zone)).date() + timedelta(days=1)
    if line is None or line.turn_days == 1:
        return day
    return day + timedelta(days=-(day - line.begins).days % line.turn_days)


def turning_on(line: RotaLine, day: date) -> list[UUID]:
    """Return the people of a line in the order in which they would take turns from a day on."""
    turn = (day - line.begins).days // line.turn_days % len(line.people)
    return [*line.people[turn:], *line.people[:turn]]


def with_lines(row: Rota, changed: Sequence[RotaLine], start: datetime, end: datetime) -> plans.Rota:
    """Return the plan that the rota would have with these lines in the place of those with the same ids, or besides."""
    by_id = {line.id: line for line in changed}
    kept = [by_id.pop(line.id, line) for line in row.lines.all()]
    return loaded(row, start, end, [*kept, *by_id.values()])


def link_hash(secret: str) -> str:
    """Return the hash under which the secret of a calendar link is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def member_by_calendar(secret: str) -> str | None:
    """Return the member whose calendar a secret opens, None for a wrong or revoked one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT duty_member_by_calendar(%s)", [link_hash(secret)])
        return cursor.fetchone()[0]


def open_link(secret: str) -> CalendarLink | None:
    """Return the link that a secret opens, in its member's scope."""
    return CalendarLink.objects.select_related("rota").filter(secret_hash=link_hash(secret), revoked_at=None).first()

# SPDX-License-Identifier: Apache-2.0
"""Pages that show rotas: all of them, a week of one, and the feed that a calendar program reads."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.core.verdicts import require
from hansa.duty import feed, policy, queries
from hansa.duty.actions import calendar
from hansa.duty.forms.rota import HOLIDAY_NAMES, LEVEL_NAMES, first_day
from hansa.duty.models import Rota, RotaLine
from hansa.duty.queries import rota as reads
from hansa.duty.rota import OnHolidays
from hansa.duty.week import week_of
from hansa.people.choices import OFFICES, office_label

_FEED_BACK, _FEED_AHEAD = timedelta(days=28), timedelta(days=366)


def rota_or_404(office: str) -> Rota:
    """Return the member's rota for an office."""
    row = reads.rota_of(office)
    if row is None:
        raise Http404
    return row


@login_required
@require_GET
def rota_list(request: HttpRequest) -> HttpResponse:
    """Every rota of the member: who is on call now and next, and whether there are gaps."""
    require(policy.may_read(request.actor))
    now = clock.now()
    rows = []
    for row in reads.rotas():
        view = reads.now_and_next(row, now)
        ahead = reads.outlook(row, now, reads.published_until(row, now))
        rows.append((row, office_label(row.office), view, ahead))
    people = {who.person for _row, _label, view, _ahead in rows for who in view.now}
    people |= {who for _row, _label, view, _ahead in rows for who in view.then}
    kept = {row.office for row, _label, _view, _ahead in rows}
    context = {
        "rows": rows, "names": queries.names_of(people), "at": now, "may_plan": policy.may_plan(request.actor).ok,
        "others": [office for office in OFFICES if office not in kept],
        "swaps": reads.open_swaps(request.actor, now), "actor": request.actor,
    }  # fmt: skip
    return render(request, "duty/rota_list.html", context)


@login_required
@require_GET
def rota_week(request: HttpRequest, office: str) -> HttpResponse:
    """A week of a rota: who is on call when, gaps in red, what was changed by hand, and the lines behind it."""
    require(policy.may_read(request.actor))
    row, now = rota_or_404(office), clock.now()
    today = now.astimezone(ZoneInfo(row.zone)).date()
    day = first_day(request.GET.get("day")) or today
    lines = reads.lines_at(row, now)
    covers, fixed = reads.standing_covers(row, now), reads.standing_fixed(row, now)
    published = reads.published_until(row, now)
    ahead = reads.outlook(row, now, published)
    swaps = [swap for swap in reads.open_swaps(request.actor, now) if swap.rota_id == row.id]
    names = queries.names_of(
        [
            *(person for line in lines for person in line.people), *(post.person for post in ahead.shifts),
            *(person for item in covers for person in (item.person_in, item.person_out)),
            *(person for item in fixed for person in item.people),
            *(person for swap in swaps for person in (swap.asked, swap.made_by)),
            *(person.id for person in reads.holders_of(row, now)),
        ]
    )  # fmt: skip
    try:
        week = week_of(row, day, names, _("Nobody"), at=now)
    except OverflowError:
        raise Http404 from None
    missing = [shift.person for shift in week.outlook.shifts if shift.person not in names]
    context = {
        "row": row, "office": office_label(row.office), "week": week, "at": now, "today": today, "ahead": ahead,
        "names": names | queries.names_of(missing), "view": reads.now_and_next(row, now), "published": published,
        "lines": [(line, _how(line)) for line in lines], "covers": covers, "fixed": fixed, "swaps": swaps,
        "idle": reads.without_effect(row, covers), "levels": LEVEL_NAMES, "actor": request.actor,
        "may_plan": policy.may_plan(request.actor), "may_swap": policy.may_swap(request.actor, row.office),
    }  # fmt: skip
    return render(request, "duty/rota_week.html", context)


def _how(line: RotaLine) -> dict:
    """Return what the page says about a line, in words."""
    return {
        "level": LEVEL_NAMES.get(line.level, line.level), "at": f"{line.handover:%H:%M}",
        "weekly": line.turn_days % 7 == 0 and not line.windows,
        "zone": line.zone.rpartition("/")[2].replace("_", " "),
        "windows": [(window["start"], window["end"], _days(window["days"])) for window in line.windows],
        "holidays": HOLIDAY_NAMES[OnHolidays(line.holidays)] if line.holidays != OnHolidays.SAME else "",
    }  # fmt: skip


def _days(days: list[int]) -> str:
    if len(days) == 7:
        return _("every day")
    short = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
    return ", ".join(short[day] for day in sorted(days))


@require_safe
def rota_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Shifts for a calendar program, for whoever has the link; a wrong or revoked one is not found."""
    member = reads.member_by_calendar(secret)
    if member is None:
        raise Http404
    with member_scope(member):
        link = reads.open_link(secret)
        if link is None:
            raise Http404
        now = clock.now()
        calendar.note_use(link, at=now)
        with translation.override(queries.language_of(link.person)):
            text = feed.calendar_of(link, now - _FEED_BACK, now + _FEED_AHEAD, root=request.build_absolute_uri("/"))
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="rota.ics"'
    answer["Cache-Control"] = "private, max-age=300"
    return answer

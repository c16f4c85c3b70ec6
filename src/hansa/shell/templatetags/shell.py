# SPDX-License-Identifier: Apache-2.0
"""Template tags behind the components. Templates of every part may load them."""

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from hansa.core.clock import now
from hansa.ledger.naming import member_name
from hansa.pact.queries import ClauseLink, clause_by_number
from hansa.shell import atlas, charts, moments
from hansa.shell.assets import VENDOR
from hansa.shell.clocks import Clock, clock
from hansa.shell.forms import summary_of

register = template.Library()
OWN_ICONS = frozenset({"truck", "handshake", "gavel", "receipt", "no-wifi", "pause"})


@register.simple_tag
def icon_href(name: str) -> str:
    """Return the address of an icon's symbol: our own where USWDS has none."""
    return f"{static('shell/icons.svg' if name in OWN_ICONS else 'shell/vendor/sprite.svg')}#{name}"


@register.simple_tag
def clock_of(due: datetime, start: datetime | None, done: datetime | None, waived: bool) -> Clock:
    """Return the clock of something due, against the server's time."""
    return clock(due, now=now(), start=start or None, done=done or None, waived=bool(waived))


@register.simple_tag
def moment_of(moment: datetime | date | None, zone: str = "") -> str | SafeString:
    """Return a `<time>` in words: the zone of the place first, the reader's own after it."""
    if not moment:
        return "–"
    if not isinstance(moment, datetime):
        return format_html('<time datetime="{}">{}</time>', moment.isoformat(), moments.day_text(moment))
    text = moments.with_yours(moment, moments.zone_of(zone))
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), text)


@register.simple_tag
def time_of(moment: datetime, zone: str = "") -> str:
    """Return only the time of day with its zone."""
    return moments.clock_text(moment, moments.zone_of(zone))


@register.simple_tag
def errors_of(form) -> list[tuple[str, str]]:
    """Return (anchor, message) for each error of a form, formset or list of them; none for an unsent one."""
    if not form:
        return []
    forms = form if isinstance(form, list | tuple) else getattr(form, "forms", [form])
    return [line for each in forms if each.is_bound for line in summary_of(each)]


@register.simple_tag(takes_context=True)
def page_address(context: template.Context, number: int, name: str = "page") -> str:
    """Return the address of another page of the same list, its filters kept."""
    query = context["request"].GET.copy()
    query[name] = str(number)
    return f"?{query.urlencode()}"


@register.simple_tag
def bars_of(rows: Iterable) -> list[charts.Bar]:
    """Return a chart's bars from (label, value[, kind]) rows."""
    return charts.bars(list(rows))


@cache
def state_codes() -> dict[str, str]:
    """Return the names of the states by FIPS code, from the collected map."""
    return json.loads((VENDOR / "states.json").read_text(encoding="utf-8"))


@register.simple_tag
def states_of(marked: Iterable[str] | None) -> list[tuple[str, str, bool]]:
    """Return (FIPS code, name, whether marked) for each state; `marked` holds names or codes."""
    chosen = {str(item).casefold() for item in marked or ()}
    return [(code, name, code in chosen or name.casefold() in chosen) for code, name in sorted(state_codes().items())]


@register.simple_tag
def points_of(points: Iterable) -> charts.Placed:
    """Return where each point lies on the map, and which lie outside of it."""
    return charts.placed(points)


@register.simple_tag
def lines_of(lines: Iterable) -> list:
    """Return the ends of each line on the map; a line with an end outside of it is left out."""
    return charts.lines(lines)


@register.simple_tag
def map_size() -> str:
    """Return the view box of the map."""
    return f"0 0 {atlas.WIDTH} {atlas.HEIGHT}"


@register.filter
def part(mapping, key):
    """Return `mapping[key]` or an attribute, for tables whose columns are data."""
    return mapping.get(key) if hasattr(mapping, "get") else getattr(mapping, str(key), None)


@register.filter
def shape(kind: str) -> str:
    """Return the shape that stands for a kind of point on the map."""
    return charts.SHAPES.get(kind, "circle")


@register.filter
def elided(paginator, number: int):
    """Return the page numbers to show around one, with gaps."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.filter
def short(identity: object) -> str:
    """Return the end of an id, by which people find it again: a UUIDv7 begins with the time and ends at random."""
    return str(identity).rpartition("-")[2]


@register.filter
def member(slug: str) -> str:
    """Return the name of a member."""
    return member_name(slug)


@register.simple_tag
def clause_of(number: str, charter: str | None = "") -> ClauseLink | None:
    """Return a clause with its title and address; of the charter in force when no version's digest is given."""
    return clause_by_number(number, charter or "") if number else None


@register.simple_tag
def receivers_of(slugs: Sequence[str]) -> str:
    """Return the names of those who received an act; of many, the first three and how many more."""
    names = ", ".join(member_name(slug) for slug in slugs[:3])
    if len(slugs) <= 3:
        return names
    return _("%(names)s and %(count)s more") % {"names": names, "count": len(slugs) - 3}


@register.filter
def own_name(code: str) -> str:
    """Return a language's name in that language."""
    return get_language_info(code)["name_local"].capitalize()

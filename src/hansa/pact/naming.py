# SPDX-License-Identifier: Apache-2.0
"""Names and words that act headlines and pages share: members, moments, charter terms, what is wrong with a text."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from hansa.core.reading import listed
from hansa.core.statements import ask
from hansa.pact.charter import Charter, Problem
from hansa.pact.charter import read as read_charter
from hansa.pact.choices import GUEST_RIGHTS, HAZARDS, OBLIGATIONS
from hansa.pact.models import Founding, GuestInvitation, Member, Proposal, Ratification

_NAMED = b"SELECT slug, name FROM pact_member WHERE slug IN (SELECT json_array_elements_text($1))"
PLACE_NOT_KNOWN = gettext_lazy("No city of that name is known in this state. Check the spelling.")
ZONE_MISSING = gettext_lazy("This time has no zone. Write it like 2026-12-24T18:00:00Z.")
TIME_FAR = gettext_lazy("This time lies too far away. Enter one between the years 1900 and 2200.")


def member_name(slug: str) -> str:
    """Return a government's name, as it ratified or was invited; its id in words while nobody has told."""
    for model, key in ((Member, "slug"), (Ratification, "author"), (GuestInvitation, "guest")):
        found = model.objects.filter(**{key: slug}).values_list("name", flat=True).first()
        if found:
            return found
    return slug.replace("-", " ").title()


def member_names(slugs: Iterable[str]) -> dict[str, str]:
    """Return the names of many governments, with one query for all that are members."""
    wanted = set(slugs)
    if not wanted:
        return {}
    found = ask(_NAMED, listed(wanted))
    known = {slug.decode(): name.decode() for slug, name in found if slug and name}
    return {slug: known.get(slug) or member_name(slug) for slug in wanted}


def charter_of(digest: str) -> Charter | None:
    """Return the charter that an act carries, whether it ever came into force or not; None for another act."""
    for model in (Founding, Proposal):
        text = model.objects.filter(digest=digest).values_list("text", flat=True).first()
        if text is not None:
            return read_charter(text)
    return None


def moment(at: datetime) -> str:
    """Return date and time with the zone."""
    local = localtime(at)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def span(length: timedelta) -> str:
    """Return a length of time in the largest unit that divides it."""
    seconds = int(length.total_seconds())
    if seconds % 86_400 == 0:
        return ngettext("%(n)d day", "%(n)d days", seconds // 86_400) % {"n": seconds // 86_400}
    if seconds % 3_600 == 0:
        return ngettext("%(n)d hour", "%(n)d hours", seconds // 3_600) % {"n": seconds // 3_600}
    return ngettext("%(n)d minute", "%(n)d minutes", seconds // 60) % {"n": seconds // 60}


def problem_text(problem: Problem) -> str:
    """Return what is wrong with a charter, in the reader's language."""
    return problem.text(gettext)


def change(kind: str) -> str:
    """Return the word for what happened to a clause."""
    return {"added": _("new"), "removed": _("removed"), "changed": _("changed")}[kind]


def guest_rights(charter: Charter) -> str:
    """Return what guests may do, in words."""
    return ", ".join(str(GUEST_RIGHTS[right]) for right in charter.guests.may)


def _in_words(row, known: str) -> str:
    spanish = (get_language() or "en").startswith("es")
    own = row.label_es if spanish and row.label_es else row.label
    return own or known


def trigger_label(charter: Charter, code: str) -> str:
    """Return the name of a trigger: the charter's own, else the usual one."""
    return _in_words(charter.triggers[code], str(HAZARDS.get(code, code)))


def level_label(charter: Charter, code: str) -> str:
    """Return the name of a level of activation."""
    return _in_words(charter.levels[code], code)


def obligation_label(charter: Charter, code: str) -> str:
    """Return the name of an obligation: the charter's own, else the usual one."""
    return _in_words(charter.obligations[code], str(OBLIGATIONS.get(code, code)))

# SPDX-License-Identifier: Apache-2.0
"""How the sentences of agreements, missions and shipments put goods and counts."""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hansa.aid import naming
from hansa.aid.choices.agreeing import COUNTS
from hansa.aid.models import Offer
from hansa.aid.queries import catalogue
from hansa.aid.rules import custody
from hansa.aid.rules.notices import Ahead
from hansa.pact.naming import span

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def custodian(name: str) -> str:
    """Return who has custody: a member by its name, a carrier as it was written."""
    return naming.member(name) if _SLUG.fullmatch(name) else name


def _list(parts: Sequence[str], most: int = 3) -> str:
    shown, rest = parts[:most], len(parts) - most
    more = [ngettext("%(count)s more line", "%(count)s more lines", rest) % {"count": rest}] if rest > 0 else []
    return ", ".join([*shown, *more])


def goods(lines: Sequence[Any]) -> str:
    """Return the goods of a terms document: "400 cots, 20 trailers"."""
    return _list([catalogue.amount(line.quantity, line.kind, line.level) for line in lines])


def _offers(ids: Iterable[UUID]) -> dict[UUID, Offer]:
    return Offer.objects.in_bulk(list(ids))


def load(lines: Sequence[Any]) -> str:
    """Return the goods of lines that name offers."""
    known = _offers(line.offer for line in lines)
    return _list([_amount(known, line.offer, line.quantity) for line in lines])


def counted(counts: Iterable[tuple[UUID, str, Decimal]]) -> str:
    """Return counts in words: "380 cots, 15 cots (damaged)"."""
    found = [(offer, kind, units) for offer, kind, units in counts if units > 0]
    known = _offers(offer for offer, _kind, _units in found)
    return _list(
        [
            _amount(known, offer, units)
            if kind in (custody.RECEIVED, custody.CAME_HOME)
            else f"{_amount(known, offer, units)} ({str(COUNTS[kind]).lower()})"
            for offer, kind, units in found
        ],
        most=4,
    )


def _amount(known: dict[UUID, Offer], offer: UUID, units: Decimal) -> str:
    row = known.get(offer)
    return catalogue.amount(units, row.kind) if row else f"{catalogue.number(units)} × {naming.reference('O', offer)}"


def count_label(kind: str) -> str:
    """Return the word for a kind of count."""
    return str(COUNTS[kind])


def stretch(length: timedelta) -> str:
    """Return a length of time as a notice period is spoken of: in hours up to three days."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    if hours and minutes:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    if 0 < hours <= 72:
        return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours}
    return span(length)


def notice(given: Ahead, clause: str) -> str:
    """Return how much notice was given, whether that is less than the charter asks for, and by which clause."""
    words = {"given": stretch(given.given), "asked": stretch(given.asked), "clause": clause}
    if not given.given:
        return _("None. That is shorter than the %(asked)s the charter asks; clause %(clause)s.") % words
    if given.short:
        return _("%(given)s. That is shorter than the %(asked)s the charter asks; clause %(clause)s.") % words
    return _("%(given)s. The charter asks for %(asked)s; clause %(clause)s.") % words


def proof(code: str) -> str:
    """Return how a hand-over or receipt was proved."""
    return _("by code") if code else _("without a code")

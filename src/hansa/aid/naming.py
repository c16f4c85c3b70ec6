# SPDX-License-Identifier: Apache-2.0
"""How sentences and pages call a member, a thing, an amount and a moment."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from django.utils.formats import date_format, number_format
from django.utils.timezone import get_current_timezone
from django.utils.translation import get_language

from hansa.activation.wording import member_name
from hansa.aid.choices import COST_TERMS
from hansa.aid.queries.catalogue import number as number
from hansa.aid.rules.requests import reference as _short_name
from hansa.core import clock


def member(slug: str) -> str:
    """Return how a member is called."""
    return member_name(slug)


def reference(prefix: str, id: UUID) -> str:
    """Return a short name to say on the phone, such as R-7QM2KX."""
    return _short_name(prefix, id.int)


def day(moment: datetime, zone: str = "") -> str:
    """Return the day of a moment in a zone, or in the reader's: "Nov 21", "21 nov"; with the year unless it is ours."""
    local = moment.astimezone(ZoneInfo(zone) if zone else get_current_timezone())
    skeleton = "MMMd" if local.year == clock.now().year else "yMMMd"
    return format_skeleton(skeleton, local, locale=(get_language() or "en").split("-")[0])


def moment(at: datetime, zone: str = "") -> str:
    """Return a moment in a zone, with the zone's name.

    Without one in the reader's, and beside it in UTC: that is how the bytes of an act say it, which the reader signs.
    """
    local = at.astimezone(ZoneInfo(zone) if zone else get_current_timezone())
    text = f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"
    if zone or not local.utcoffset():
        return text
    return f"{text} ({date_format(at.astimezone(UTC), 'DATETIME_FORMAT')} UTC)"


def money(amount: Decimal) -> str:
    """Return an amount in US dollars."""
    return f"${number_format(amount, 2, force_grouping=True)}"


def money_terms(amount: Decimal, terms: str) -> str:
    """Return a cost with its terms, such as "$1,200.00, billed"."""
    return f"{money(amount)}, {str(COST_TERMS[terms]).lower()}"

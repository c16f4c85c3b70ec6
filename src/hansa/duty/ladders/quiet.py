# SPDX-License-Identifier: Apache-2.0
"""Quiet hours: what may wait until the morning does; what is urgent never does."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def held_until(moment: datetime, begins: time | None, ends: time | None, zone: ZoneInfo, *, urgent: bool) -> datetime:
    """Return when something may be sent: `moment` itself, or the end of the quiet hours in which it lies.

    `moment` is aware, the result in UTC. Quiet hours are wall time; without both ends, or with equal ones, there are
    none. The answer for anything urgent is always `moment`.
    """
    if urgent or begins is None or ends is None or begins == ends:
        return moment
    wall = moment.astimezone(zone)
    now = wall.time().replace(tzinfo=None, fold=0)
    over_midnight = begins > ends
    quiet = (now >= begins or now < ends) if over_midnight else begins <= now < ends
    if not quiet:
        return moment
    day = wall.date() + timedelta(days=1) if over_midnight and now >= begins else wall.date()
    end = datetime.combine(day, ends, zone).astimezone(UTC)
    # An end that the clocks pass twice, or skip, never lies before the moment itself.
    return max(end, moment)

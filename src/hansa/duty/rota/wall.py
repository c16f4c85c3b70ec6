# SPDX-License-Identifier: Apache-2.0
"""From what a clock on the wall shows to instants, across changes of the clocks (reference/notification.md, section 7).

A wall time that comes twice has a first and a last instant; one that is skipped is the instant of the jump.
Everything else in this package counts in UTC: sums of aware local times are wall arithmetic.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_RESOLUTION = timedelta(seconds=1)


def first(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant (UTC) at which clocks in `zone` show the naive time `wall`, else that of the jump."""
    return _instant(wall, zone, 0)


def last(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the last instant (UTC) at which clocks in `zone` show the naive time `wall`, else that of the jump."""
    return _instant(wall, zone, 1)


def shown(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the naive time that clocks in `zone` show at an aware instant."""
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def comes(wall: datetime, zone: ZoneInfo) -> int:
    """Return how often clocks in `zone` show the naive time `wall`: 0 (skipped), 1 or 2."""
    instants = {wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sum(shown(instant, zone) == wall for instant in instants)


def _instant(wall: datetime, zone: ZoneInfo, fold: int) -> datetime:
    instant = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return instant if shown(instant, zone) == wall else _jump(wall, zone)


def _jump(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks jump over `wall`: it lies between its readings by both offsets."""
    low, high = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    before = low.astimezone(zone).utcoffset()
    while high - low > _RESOLUTION:
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)

# SPDX-License-Identifier: Apache-2.0
"""How much of a stock can be released: above the reserve, and not promised already. Pure."""

from decimal import ROUND_CEILING, Decimal

# Share of its stock that a member keeps unless it says otherwise (allocation reference, section 2).
RESERVE_SHARE = Decimal("0.30")


def default_reserve(quantity: Decimal, share: Decimal = RESERVE_SHARE) -> Decimal:
    """Return the units that stay when nobody set a reserve: the share of the quantity, rounded up."""
    return (quantity * share).to_integral_value(ROUND_CEILING)


def releasable(quantity: Decimal, reserve: Decimal, committed: Decimal) -> Decimal:
    """Return the units above the reserve that nobody was promised; never less than none."""
    return max(quantity - reserve - committed, Decimal(0))

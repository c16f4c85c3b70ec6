# SPDX-License-Identifier: Apache-2.0
"""Declarations of personal data: every field of every model, form, act and export says whose it is.

The design, section 5: Hansa records events, never profiles. A field that nobody declared fails the build.
"""

from dataclasses import dataclass, field

WHOSE = ("holder", "staff", "contact", "official", "party")


@dataclass(frozen=True, slots=True)
class Personal:
    """Which fields hold no personal data, and for the others: whose, why, sealed to whom, purged by which clock."""

    none: frozenset[str]
    whose: dict[str, frozenset[str]] = field(default_factory=dict)
    purpose: str = ""
    sealed: str = ""
    purge: str = ""

    @property
    def fields(self) -> frozenset[str]:
        """All declared field names."""
        return self.none.union(*self.whose.values())


def declare(*, none: str = "", purpose: str = "", sealed: str = "", purge: str = "", **whose: str) -> Personal:
    """Return a declaration from space separated field names.

    Keywords beside `none` say whose data a field holds: an account `holder`, rostered `staff`, a consenting
    `contact`, an `official` about themselves, a `party` named in public court records. `ValueError` for anyone
    else, or when purpose, sealing or purge clock is missing.
    """
    unknown = set(whose) - set(WHOSE)
    if unknown:
        raise ValueError(f"Hansa holds no data about {', '.join(sorted(unknown))} (design, section 5)")
    if whose and not (purpose and sealed and purge):
        raise ValueError("personal fields need a purpose, to whom they are sealed, and a purge clock")
    return Personal(
        frozenset(none.split()), {who: frozenset(names.split()) for who, names in whose.items()}, purpose, sealed, purge
    )

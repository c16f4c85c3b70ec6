# SPDX-License-Identifier: Apache-2.0
"""Addresses of an exercise's cast: confirmed from the start, and the only ones to which a drill is sent."""

from uuid import UUID

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.notify import sealing
from hansa.notify.models import Address

_CONSENT = "EXERCISE: the address of a persona, which leads to no real person"


def enlist(person: UUID, addresses: dict[str, str], *, language: str = "en") -> None:
    """Give a persona of the member whose scope is open an address per channel (`{"sms": "+12025550100"}`), once."""
    now = clock.now()
    rows = []
    for channel, value in addresses.items():
        key = new_id()
        sealed = sealing.seal(value, context=f"{current_member()}/{key}")
        rows.append(
            Address(
                id=key,
                person=person,
                channel=channel,
                sealed=sealed,
                lookup=sealing.lookup(channel, value),
                language=language,
                added_at=now,
                verified_at=now,
                consent_text=_CONSENT,
                consent_at=now,
                consent_source="exercise",
                exercise=True,
            )  # fmt: skip
        )
    Address.objects.bulk_create(rows, ignore_conflicts=True)

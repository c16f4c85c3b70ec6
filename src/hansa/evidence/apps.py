# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Evidence(Part):
    """Records schedules, legal holds, requests for records."""

    name = "hansa.evidence"

    def ready(self) -> None:
        """Register the rooms, and tell the ledger which acts a hold keeps."""
        super().ready()
        from hansa.evidence import holding  # noqa: PLC0415 (needs Django's registry)
        from hansa.ledger.registry import set_hold_check  # noqa: PLC0415

        set_hold_check(holding.held)

# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class People(Part):
    """Accounts, offices, terms and passkeys."""

    name = "hansa.people"

    def ready(self) -> None:
        """Register the rooms, tell the ledger who holds an office and what people are called, and note sign-ins."""
        super().ready()
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415 (needs Django's registry)

        from hansa.ledger.naming import set_person_name  # noqa: PLC0415
        from hansa.ledger.registry import set_office_check  # noqa: PLC0415
        from hansa.people import queries, sign_in  # noqa: PLC0415

        set_office_check(queries.holds_office)
        set_person_name(queries.name_of)
        user_logged_in.connect(sign_in.remember_member, dispatch_uid="hansa.people")

# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class People(Part):
    """Accounts, offices, terms and passkeys."""

    name = "hansa.people"

    def ready(self) -> None:
        """Register the rooms, tell the ledger who holds an office and what people are called, and note sign-ins."""
        super().ready()
        from allauth.mfa.signals import authenticator_added, authenticator_removed  # noqa: PLC0415 (needs the registry)
        from allauth.socialaccount.signals import social_account_added  # noqa: PLC0415
        from django.contrib.auth.signals import user_logged_in  # noqa: PLC0415

        from hansa.ledger.naming import set_person_name  # noqa: PLC0415
        from hansa.ledger.registry import set_office_check  # noqa: PLC0415
        from hansa.people import queries, sign_in, watching  # noqa: PLC0415

        set_office_check(queries.holds_office)
        set_person_name(queries.name_of)
        user_logged_in.connect(sign_in.remember_member, dispatch_uid="hansa.people")
        user_logged_in.connect(watching.see_sign_in, dispatch_uid="hansa.people.watching")
        authenticator_added.connect(watching.see_factor_added, dispatch_uid="hansa.people")
        authenticator_removed.connect(watching.see_factor_removed, dispatch_uid="hansa.people")
        social_account_added.connect(watching.see_sign_on_linked, dispatch_uid="hansa.people")

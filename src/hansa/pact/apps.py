# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django, the charter's signing table with the ledger, and what search finds."""

from hansa.core.parts import Part


class Pact(Part):
    """Charter, members, ratification, amendment, withdrawal, guests."""

    name = "hansa.pact"

    def ready(self) -> None:
        """Let the charter say who signs which act, name the members, and let search find members and clauses."""
        super().ready()
        from hansa.ledger.naming import set_member_names  # noqa: PLC0415 (models load first)
        from hansa.ledger.registry import set_approval_rule, set_league_members  # noqa: PLC0415
        from hansa.pact import naming, searching  # noqa: PLC0415
        from hansa.pact.queries import membership, signature_for  # noqa: PLC0415

        set_approval_rule(signature_for)
        set_league_members(membership)
        set_member_names(naming.member_names)
        searching.register()

# SPDX-License-Identifier: Apache-2.0
"""Names that acts and pages show: of members, triggers, levels, obligations, in the reader's language."""

from hansa.activation import bylaws
from hansa.ledger.naming import member_name, names_kept
from hansa.pact import naming
from hansa.people.choices import office_label as office_name


def trigger_name(digest: str | None, code: str) -> str:
    """Return the name of a trigger; its code where the charter is not known here."""
    charter = bylaws.charter(digest)
    return naming.trigger_label(charter, code) if charter and code in charter.triggers else code


def level_name(digest: str | None, code: str) -> str:
    """Return the name of a level; its code where the charter is not known here."""
    charter = bylaws.charter(digest)
    return naming.level_label(charter, code) if charter and code in charter.levels else code


def obligation_name(digest: str | None, code: str) -> str:
    """Return the name of an obligation; its code where the charter is not known here."""
    charter = bylaws.charter(digest)
    return naming.obligation_label(charter, code) if charter and code in charter.obligations else code


__all__ = ["level_name", "member_name", "names_kept", "obligation_name", "office_name", "trigger_name"]

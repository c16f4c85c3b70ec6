# SPDX-License-Identifier: Apache-2.0
"""Names that acts and pages show: of members, triggers, levels, obligations, in the reader's language."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from hansa.activation import bylaws
from hansa.pact import naming
from hansa.people.choices import office_label as office_name

_names: ContextVar[dict[str, str] | None] = ContextVar("hansa_member_names", default=None)


def member_name(slug: str) -> str:
    """Return a member's name. Within `names_kept`, each name is looked up once."""
    kept = _names.get()
    if kept is None:
        return naming.member_name(slug)
    if slug not in kept:
        kept[slug] = naming.member_name(slug)
    return kept[slug]


@contextmanager
def names_kept(slugs: Iterable[str] = ()) -> Iterator[None]:
    """Keep the names of members while a page is rendered; those of `slugs` are looked up with one query."""
    known = naming.member_names(slugs)
    token = _names.set((_names.get() or {}) | known)
    try:
        yield
    finally:
        _names.reset(token)


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

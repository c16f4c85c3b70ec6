# SPDX-License-Identifier: Apache-2.0
"""How sentences call a member and a person. The ledger knows ids; the parts above it register who bears which name.

Names are for readers: they are looked up when an act is shown, and no act, judgement or shared row rests on them.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

MemberNames = Callable[[Iterable[str]], dict[str, str]]
PersonName = Callable[[str, UUID], str]


def _ids(slugs: Iterable[str]) -> dict[str, str]:
    return {slug: slug for slug in slugs}


def _id(member: str, person: UUID) -> str:
    return str(person)[-12:]


_member_names: MemberNames = _ids
_person_name: PersonName = _id
_kept: ContextVar[dict[str, str] | None] = ContextVar("hansa_member_names", default=None)
_persons: ContextVar[dict[tuple[str, UUID], str] | None] = ContextVar("hansa_person_names", default=None)


def set_member_names(names: MemberNames) -> None:
    """Let `names(slugs)` say what each member is called; the charter's members, registered by pact."""
    global _member_names
    _member_names = names


def set_person_name(name: PersonName) -> None:
    """Let `name(member, person)` say who a person is, as far as the reader may know; registered by people."""
    global _person_name
    _person_name = name


def member_name(slug: str) -> str:
    """Return a member's name. Within `names_kept`, each name is looked up once."""
    kept = _kept.get()
    if kept is None:
        return _member_names([slug])[slug]
    if slug not in kept:
        kept |= _member_names([slug])
    return kept[slug]


def member_names(slugs: Iterable[str]) -> dict[str, str]:
    """Return the names of many members, looked up together."""
    return _member_names(slugs)


def person_name(member: str, person: UUID) -> str:
    """Return a person's name and title, or the end of the id where the reader was told none; kept like a member's."""
    kept = _persons.get()
    if kept is None:
        return _person_name(member, person)
    if (member, person) not in kept:
        kept[member, person] = _person_name(member, person)
    return kept[member, person]


@contextmanager
def names_kept(slugs: Iterable[str] = ()) -> Iterator[None]:
    """Keep names while a page is rendered; those of the members `slugs` are looked up together."""
    members = _kept.set((_kept.get() or {}) | _member_names(slugs))
    persons = _persons.set(dict(_persons.get() or {}))
    try:
        yield
    finally:
        _persons.reset(persons)
        _kept.reset(members)

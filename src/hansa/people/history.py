# SPDX-License-Identifier: Apache-2.0
"""Who could do what, when: the offices of a member at any moment, and every change of access, newest first.

Offices and passkeys follow from the ledger, so that nobody can tidy them up afterwards; sign-ins and tokens are from
the member's own record of access.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core.verdicts import Text
from hansa.ledger.models import Authenticator, LoggedAct
from hansa.people import queries
from hansa.people.models import AccessChange, Account, Appointment, Person


@dataclass(frozen=True, slots=True)
class Holding:
    """A term that ran at the moment asked for: who held it, who had delegated it, how many passkeys could sign."""

    term: Appointment
    name: str
    delegated_by: str
    passkeys: int


@dataclass(frozen=True, slots=True)
class Line:
    """One change of access: when, whose, what, about what, by whom."""

    at: datetime
    name: str
    what: Text
    about: Text = ""
    by: str = ""


def holdings(member: str, at: datetime, person: UUID | None = None) -> list[Holding]:
    """Return who held which office of a member at a time, by office, and how many passkeys could sign then."""
    terms = Appointment.objects.filter(queries.running(at), member=member)
    if person:
        terms = terms.filter(person=person)
    named = queries.with_names(terms.order_by("office", "begins_at"))
    names = names_of(member, {term.delegated_by for term, name in named if term.delegated_by})
    keys = _passkeys(member, {term.person for term, name in named})
    return [
        Holding(term, name, names.get(term.delegated_by, ""), _signing(keys.get(term.person, ()), at))
        for term, name in named
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Key:
    enrolled: datetime
    revoked: datetime | None


def _signing(keys: Iterable[_Key], at: datetime) -> int:
    return sum(key.enrolled <= at and (key.revoked is None or at < key.revoked) for key in keys)


def _passkeys(member: str, persons: set[UUID]) -> dict[UUID, list[_Key]]:
    """Return the passkeys of these persons, with the times of the acts that enrolled and revoked them."""
    rows = list(Authenticator.objects.filter(author=member, person__in=persons))
    places = {place for row in rows for place in (row.from_index, row.revoked_index) if place is not None}
    times = dict(LoggedAct.objects.filter(author=member, index__in=places).values_list("index", "at"))
    keys: dict[UUID, list[_Key]] = {}
    for row in rows:
        if row.from_index in times:
            revoked = times.get(row.revoked_index) if row.revoked_index is not None else None
            keys.setdefault(row.person, []).append(_Key(times[row.from_index], revoked))
    return keys


def names_of(member: str, persons: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Return the names of persons: as the league was told, else from the member's accounts, else the short id."""
    asked = {person for person in persons if person}
    names: dict[UUID | None, str] = {person: str(person)[-12:] for person in asked}
    names |= dict(Account.objects.filter(id__in=asked).values_list("id", "name"))
    return names | dict(Person.objects.filter(member=member, person__in=asked).values_list("person", "name"))


def changes(member: str, at: datetime, person: UUID | None = None) -> list[Line]:
    """Return every change of access of a member's people, or of one of them, until a time, newest first."""
    terms = Appointment.objects.filter(member=member)
    recorded = AccessChange.objects.order_by("-at")
    if person:
        terms, recorded = terms.filter(person=person), recorded.filter(account=person)
    rows, said = list(terms), list(recorded)
    people = {row.person for row in rows} | {row.account_id for row in said}
    names = names_of(member, people | {row.delegated_by for row in rows} | {row.by for row in said})
    lines = [line for row in rows for line in _of_term(row, names)]
    lines += [Line(row.at, names[row.account_id], row.label, row.said, names.get(row.by, "")) for row in said]
    for holder, keys in _passkeys(member, people).items():
        for key in keys:
            lines.append(Line(key.enrolled, names[holder], _("Passkey signs from now on")))
            if key.revoked:
                lines.append(Line(key.revoked, names[holder], _("Passkey revoked: it signs no more")))
    return sorted((line for line in lines if line.at <= at), key=lambda line: line.at, reverse=True)


def _of_term(term: Appointment, names: dict[UUID | None, str]) -> Sequence[Line]:
    name, office = names[term.person], term.get_office_display()
    begun = _("Office delegated") if term.source else _("Term begins")
    lines = [Line(term.begins_at, name, begun, office, names.get(term.delegated_by, ""))]
    if term.ends_at:
        lines.append(Line(term.ends_at, name, _("Term ends: the office opens nothing more"), office))
    return lines

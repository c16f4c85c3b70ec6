# SPDX-License-Identifier: Apache-2.0
"""Forgetting people by the clock: accounts, their addresses and names, once the last term is long over.

Opaque ids stay where they stand in acts and records, so that what was signed stays verifiable: nobody here knows any
more whose they were.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import cast
from uuid import UUID

from django.db import transaction

from hansa import notify
from hansa.core.rls import current_member
from hansa.ledger.models import LoggedAct
from hansa.ledger.publishing import read_act
from hansa.people import rules
from hansa.people.acts import PersonIntroduced
from hansa.people.models import Account, Appointment


@transaction.atomic
def forget_before(moment: datetime) -> int:
    """Delete the open member's accounts of people whose last term ended before then; return how many.

    Who was never appointed counts from the day of the account.
    """
    old = list(Account.objects.filter(service=False, created_at__lt=moment))
    ends = _last_ends(current_member(), (account.id for account in old))
    gone = [account for account in old if rules.is_over(ends.get(account.id, ()), moment)]
    for account in gone:
        notify.drop_addresses(account.id)
        account.delete()
    return len(gone)


def names_over(moment: datetime) -> list[UUID]:
    """Return the acts by which the open member was told names of people, its own and others', whose last term ended
    before then; who was never appointed counts from the introduction."""
    told: dict[str, dict[UUID, list[UUID]]] = {}
    for row in LoggedAct.objects.filter(type=PersonIntroduced.type, at__lt=moment):
        person = cast("PersonIntroduced", read_act(row).body).person
        told.setdefault(row.author, {}).setdefault(person, []).append(row.id)
    over: list[UUID] = []
    for author, persons in told.items():
        ends = _last_ends(author, persons)
        over += [act for person, acts in persons.items() if rules.is_over(ends.get(person, ()), moment) for act in acts]
    return over


def _last_ends(member: str, persons: Iterable[UUID]) -> Mapping[UUID, list[datetime | None]]:
    """Return when the terms of persons end, None for those without an end."""
    ends: dict[UUID, list[datetime | None]] = {}
    for term in Appointment.objects.filter(member=member, person__in=set(persons)):
        ends.setdefault(term.person, []).append(term.ends_at)
    return ends

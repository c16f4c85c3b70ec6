# SPDX-License-Identifier: Apache-2.0
"""Founding: a member comes to life on this node, with its log, its keys and its first administrators.

`hansa init` and the exercise call the same functions. Recovery keys are in memory once, shown once, never stored:
only they appoint administrators (docs/people.md, "Who can do what").
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act, Body
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import Log, PendingAct
from hansa.people import actions, approving, queries
from hansa.people.acts import AppointmentEnded, AppointmentMade
from hansa.people.choices import OFFICES, Office
from hansa.people.models import Account, Appointment


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person to make an account for. `offices` are what an exercise persona holds; administrators need none."""

    email: str
    name: str
    title: str
    language: str = "en"
    offices: tuple[str, ...] = ()
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Founded:
    """A member that was founded: the first act of its log and its administrators' accounts."""

    member: str
    first: Act
    administrators: tuple[Account, ...]


def recovery_keys(count: int) -> list[SigningKey]:
    """Return new recovery keys. Whoever calls shows them once and forgets them."""
    return [SigningKey.generate() for _ in range(count)]


def acting(account: Account, office: str = Office.ADMINISTRATOR) -> Actor:
    """Return the account's person acting in an office, for founding, commands and the exercise."""
    return Actor(account.id, account.member, str(office), account.name, (str(office),))


@transaction.atomic
def found_member(
    member: str,
    *,
    administrators: Sequence[Newcomer],
    roots: Sequence[SigningKey],
    threshold: int,
    at: datetime,
    opens_league: bool = False,
) -> Founded:
    """Open a member's log with keys for every office, and appoint its first administrators by its recovery keys.

    `roots` are the recovery keys, `threshold` of which speak for the member. With `opens_league` the member also
    opens the league's first key period. The node must serve a league (`ledger.found_node`).
    """
    _check(member, administrators, len(roots), threshold)
    with member_scope(member):
        first = ledger.open_log(member, roots=roots, threshold=threshold, offices=OFFICES)
        accounts = tuple(_account(person) for person in administrators)
        appoint_administrators(accounts, signers=roots[:threshold], at=at)
        if opens_league:
            ledger.open_epoch(acting(accounts[0]), [member])
    return Founded(member, first, accounts)


def _check(member: str, administrators: Sequence[Newcomer], keys: int, threshold: int) -> None:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", member):
        raise Invalid({"member": _("A member's id has small letters, digits and dashes, like oakland-ca.")})
    if Log.objects.filter(author=member).exists():
        raise Invalid({"member": _("%s has a log on this node already. Nothing was changed.") % member})
    if not administrators:
        raise Invalid({"administrators": _("Name at least one administrator.")})
    if not 1 <= threshold <= keys <= 9:
        raise Invalid({"recovery": _("Give 1 to 9 recovery keys, and how many sign together: 2of3, for example.")})


def _account(person: Newcomer) -> Account:
    return actions.make_account(
        email=person.email, name=person.name, title=person.title, language=person.language, id=person.id
    )


def appoint_administrators(accounts: Sequence[Account], *, signers: Sequence[SigningKey], at: datetime) -> list[Act]:
    """Appoint administrators by the member's recovery keys, in the scope that is open; their passkeys follow.

    In an exercise each one's exercise authenticator is enrolled by the same keys.
    """
    member = accounts[0].member
    office = Office.ADMINISTRATOR.value
    bodies: list[Body] = [AppointmentMade(person=account.id, office=office, begins_at=at) for account in accounts]
    if approving.in_exercise():
        bodies += [approving.exercise_enrolment(acting(account)) for account in accounts]
    return ledger.publish_by_root(member, bodies, signers=signers)


@transaction.atomic
def vouch_for_passkeys(account: Account, *, signers: Sequence[SigningKey]) -> list[Act]:
    """Enrol by the recovery keys the passkeys that a first administrator made and nobody else could approve."""
    waiting = approving.unvouched(account.id)
    if not waiting:
        raise Invalid({"": _("This person made no passkey that waits. Open the invitation link first.")})
    made = ledger.publish_by_root(account.member, [ledger.read_pending(row).body for row in waiting], signers=signers)
    for row in waiting:
        ledger.drop_pending(row, actor=acting(account))
    return made


def end_administrator(account: Account, *, signers: Sequence[SigningKey]) -> list[Act]:
    """End an administrator's running terms by the recovery keys, in the scope that is open."""
    terms = Appointment.objects.filter(
        queries.running(clock.now()), member=account.member, person=account.id, office=Office.ADMINISTRATOR
    )
    if not terms:
        raise Invalid({"email": _("This person is no administrator now. Nothing was signed.")})
    return ledger.publish_by_root(
        account.member, [AppointmentEnded(appointment=term.id) for term in terms], signers=signers
    )


@transaction.atomic
def staff_exercise(founded: Founded, personas: Sequence[Newcomer], *, at: datetime) -> list[Account]:
    """Give an exercise member its personas: accounts, names told to the league, offices and exercise passkeys.

    The first administrator's exercise authenticator approves all of it with one touch. Needs the league's key.
    """
    with member_scope(founded.member):
        administrator = acting(founded.administrators[0])
        accounts = [_account(person) for person in personas]
        for account in (*founded.administrators, *accounts):
            actions.introduce_person(account, actor=administrator)
        drawn_up = [
            ledger.submit(administrator, body) for account, person in zip(accounts, personas, strict=True)
            for body in _duties(account, person, at)
        ]  # fmt: skip
        pending = [row for row in drawn_up if isinstance(row, PendingAct)]
        if pending:
            approving.approve_pending(pending, actor=administrator, at=at)
        return accounts


def _duties(account: Account, person: Newcomer, at: datetime) -> list[Body]:
    enrolment = approving.exercise_enrolment(acting(account, person.offices[0] if person.offices else ""))
    terms: list[Body] = [AppointmentMade(person=account.id, office=office, begins_at=at) for office in person.offices]
    return [enrolment, *terms]

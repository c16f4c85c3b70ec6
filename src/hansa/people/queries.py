# SPDX-License-Identifier: Apache-2.0
"""Reads: who serves whom, who could, who acts in this request, what waits for a person's passkey."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.reading import rows
from hansa.core.verdicts import Text
from hansa.ledger import actions as ledger
from hansa.ledger.audience import PUBLIC, is_league
from hansa.ledger.models import Authenticator, PendingAct, PendingApproval, Reader
from hansa.people.choices import OFFICES, TermState
from hansa.people.models import Account, ApiToken, Appointment, Device, Invitation, Person
from hansa.people.proofs import left_at


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's terms open now: the offices that they hold, or since when they have no access any more."""

    offices: tuple[str, ...] = ()
    left_at: datetime | None = None


def running(at: datetime) -> Q:
    """Return the condition for terms that run at a time: begun, and neither run out nor ended."""
    open_end = Q(until=None) | Q(until__gt=at)
    return Q(begins_at__lte=at) & open_end & (Q(ended_at=None) | Q(ended_at__gt=at))


def offices_of(member: str, person: UUID, at: datetime) -> tuple[str, ...]:
    """Return the offices that a person holds for a member at a time, in the order of `choices.Office`."""
    held = set(Appointment.objects.filter(running(at), member=member, person=person).values_list("office", flat=True))
    return tuple(office for office in OFFICES if office in held)


def standing(account: Account, at: datetime) -> Standing:
    """Return which offices an account's person holds at a time, or since when the end of the last one shut them out."""
    if account.service:
        return Standing()
    terms = rows(Appointment, "member = $1 AND person = $2", account.member, str(account.id))
    held = {term.office for term in terms if term.state(at) == "running"}
    left = left_at([term.ends_at for term in terms], account.reads_until, at)
    return Standing(tuple(office for office in OFFICES if office in held), left)


def holds_office(author: str, person: UUID, offices: tuple[str, ...], at: datetime) -> bool:
    """Return whether a person held one of `offices` of a member at a time; the ledger judges approvals by it."""
    return Appointment.objects.filter(running(at), member=author, person=person, office__in=offices).exists()


def last_term(member: str, person: UUID, offices: Iterable[str], at: datetime) -> Appointment | None:
    """Return the term in one of `offices` that ended last before a time, None when there was none."""
    over = Appointment.objects.filter(member=member, person=person, office__in=tuple(offices))
    ended = [term for term in over if term.ends_at and term.ends_at <= at]
    return max(ended, key=lambda term: term.ends_at, default=None)


def actor_for(account: Account, office: str | None = None, *, offices: bool = True) -> Actor:
    """Return the account's person acting now, in `office` if they hold it, else in the first that they hold.

    Without `offices` (a session without a fresh second factor) the actor reads only.
    """
    return actor_in(account, standing(account, clock.now()).offices if offices else (), office)


def actor_in(account: Account, held: tuple[str, ...], office: str | None = None) -> Actor:
    """Return the account's person acting now, who holds the offices `held`."""
    chosen = office if office in held else (held[0] if held else "")
    return Actor(account.id, account.member, chosen, account.name, held)


def is_program(person: UUID) -> bool:
    """Return whether this is a service account of the member whose scope is open."""
    return Account.objects.filter(id=person, service=True).exists()


def holders(member: str, offices: Sequence[str]) -> list[tuple[Appointment, str]]:
    """Return the running terms in these offices of a member, each with the person's name."""
    terms = Appointment.objects.filter(running(clock.now()), member=member, office__in=tuple(offices))
    return with_names(terms.order_by("office", "begins_at"))


def who_can(member: str, act_type: str, charter: str | None = None) -> list[tuple[Appointment, str]]:
    """Return the terms whose holders may sign an act of this type for a member now, each with the name."""
    from hansa.people.policy import offices_for  # noqa: PLC0415 (policy reads queries)

    return holders(member, offices_for(member, act_type, charter))


def with_names(terms: Iterable[Appointment]) -> list[tuple[Appointment, str]]:
    """Return each term with the name of its person, the short id where the league was told none."""
    listed = list(terms)
    told = Person.objects.filter(person__in={term.person for term in listed})
    names = {(member, person): name for member, person, name in told.values_list("member", "person", "name")}
    return [(term, names.get((term.member, term.person), str(term.person)[-12:])) for term in listed]


def name_of(member: str, person: UUID) -> str:
    """Return a person's name and title: as the league was told, else from the member's own accounts, else the id."""
    known = Person.objects.filter(member=member, person=person).first() or Account.objects.filter(id=person).first()
    return f"{known.name}, {known.title}" if known else str(person)[-12:]


def terms_of(member: str) -> list[tuple[Appointment, str]]:
    """Return every term of a member, running ones first, newest first, each with the name."""
    if not member.isprintable():
        return []
    newest = Appointment.objects.filter(member=member).order_by(F("ended_at").desc(nulls_first=True), "-begins_at")
    return with_names(newest)


def people_of(member: str) -> QuerySet[Person]:
    """Return the persons whom a member introduced, by name."""
    return Person.objects.filter(member=member).order_by("name")


def accounts() -> QuerySet[Account]:
    """Return the accounts of the member whose scope is open, by name."""
    return Account.objects.order_by("name")


def colleagues_of(actor: Actor) -> list[tuple[str, str]]:
    """Return id and name of every person with an open account of the member but the actor: what a form offers."""
    rows = accounts().filter(is_active=True, service=False).exclude(id=str(actor.person))
    return [(str(row.id), f"{row.name}, {row.title}" if row.title else row.name) for row in rows]


def open_invitation(secret_hash: str, at: datetime) -> Invitation | None:
    """Return the invitation with this secret, None when it was used or has expired."""
    invitation = Invitation.objects.select_related("account").filter(secret_hash=secret_hash).first()
    return invitation if invitation and invitation.used_at is None and at < invitation.expires_at else None


def devices_of(account: UUID) -> QuerySet[Device]:
    """Return the browsers from which an account signed in, the one used last first."""
    return Device.objects.filter(account_id=account).order_by("-last_at")


def invitation_of(account: UUID, at: datetime) -> Invitation | None:
    """Return the invitation of an account that still opens something, None when there is none."""
    return Invitation.objects.filter(account_id=account, used_at=None, expires_at__gt=at).first()


def programs(at: datetime) -> list[tuple[Account, list[ApiToken]]]:
    """Return the service accounts of the member whose scope is open, each with its tokens, newest first."""
    return [(program, tokens_with_state(program.id, at)) for program in accounts().filter(service=True)]


def tokens_of_people(at: datetime) -> list[ApiToken]:
    """Return every token that a person of the member made and that still opens something, soonest to end first."""
    rows = ApiToken.objects.select_related("account").filter(account__service=False).order_by("expires_at")
    return [row for row in rows if row.usable(at) and row.account.is_active]


def tokens_of(account: UUID) -> QuerySet[ApiToken]:
    """Return a person's API tokens, newest first."""
    return ApiToken.objects.filter(account_id=account).order_by("-created_at")


def tokens_with_state(account: UUID, at: datetime) -> list[ApiToken]:
    """Return a person's API tokens, newest first, each with `open`: whether it still opens anything."""
    rows = list(tokens_of(account))
    for row in rows:
        row.open = row.usable(at)  # type: ignore[attr-defined]
    return rows


def delegations_of(member: str, person: UUID, at: datetime) -> list[tuple[Appointment, str, TermState]]:
    """Return the terms that a person delegated, newest first, each with the delegate's name and the state."""
    rows = Appointment.objects.filter(member=member, delegated_by=person).order_by("-begins_at")
    return [(term, name, term.state(at)) for term, name in with_names(rows)]


def own_term(member: str, appointment: UUID) -> Appointment | None:
    """Return a term of a member, None when it has none with this id."""
    return Appointment.objects.filter(id=appointment, member=member).first()


def waiting_for(actor: Actor) -> list[PendingAct]:
    """Return the pending acts that the actor's offices may approve and that their person has not, oldest first."""
    if actor.person is None or not actor.offices:
        return []
    given = PendingApproval.objects.filter(person=actor.person).values("pending")
    rows = PendingAct.objects.filter(published_at=None, dropped_at=None, offices__overlap=list(actor.offices))
    # What one person alone signs was drawn up by that person.
    rows = rows.exclude(Q(type__startswith="people.delegation.") & ~Q(created_by=actor.person))
    return list(rows.exclude(id__in=given).order_by("created_at"))


def approved_by(pendings: Iterable[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Return the names of those who approved each of these pending acts so far, by the act's id."""
    given = PendingApproval.objects.filter(pending__in=tuple(pendings)).order_by("approved_at")
    pairs = list(given.values_list("pending", "person"))
    names = dict(Account.objects.filter(id__in={person for _act, person in pairs}).values_list("id", "name"))
    told: dict[UUID, tuple[str, ...]] = {}
    for pending, person in pairs:
        told[pending] = (*told.get(pending, ()), names.get(person, str(person)[-12:]))
    return told


def passkeys_of(person: UUID) -> QuerySet[Authenticator]:
    """Return the passkeys with which a person approves or approved, oldest first."""
    return Authenticator.objects.filter(person=person).order_by("from_index")


def signing_keys(person: UUID) -> QuerySet[Authenticator]:
    """Return the passkeys with which a person signs acts now: enrolled, not revoked, on a device of theirs."""
    return Authenticator.objects.filter(person=person, revoked_index=None, exercise=False).order_by("from_index")


def passkeys_of_member(member: str) -> QuerySet[Authenticator]:
    """Return every passkey that approves for a member."""
    return Authenticator.objects.filter(author=member)


def drawn_up_for(account: Account) -> list[Text]:
    """Return what was drawn up about a person and waits for an administrator, as sentences."""
    rows = PendingAct.objects.filter(type="people.appointment.made", published_at=None, dropped_at=None)
    acts = [ledger.read_pending(row) for row in rows.order_by("created_at")]
    return [act.headline for act in acts if act.body.person == account.id]


def has_exercise_passkey(person: UUID | None) -> bool:
    """Return whether a person approves with an exercise authenticator."""
    return (
        person is not None and Authenticator.objects.filter(person=person, exercise=True, revoked_index=None).exists()
    )


def audience_label(audience: str) -> Text:
    """Return who reads what is sealed to an audience id, in words."""
    if audience == PUBLIC:
        return _("Everyone")
    readers = Reader.objects.filter(name=audience).order_by("reader").values_list("reader", flat=True)
    if not is_league(audience):
        return ", ".join(readers)
    return _("The league and this activation's guests") if audience.count(":") > 1 else _("The league")

# SPDX-License-Identifier: Apache-2.0
"""What people do with accounts, offices and tokens. One function per thing; approvals are in `approving.py`."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError as NoAddress
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from hansa import notify
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.ledger import actions as ledger
from hansa.ledger import queries as acts
from hansa.ledger.act import Act, Body
from hansa.ledger.models import PendingAct
from hansa.people import policy, sign_in
from hansa.people.acts import AppointmentEnded, AppointmentMade, DelegationEnded, DelegationMade, PersonIntroduced
from hansa.people.choices import OFFICES, Change, Scope
from hansa.people.models import Account, ApiToken, Appointment, Device, Invitation
from hansa.people.watching import record

INVITATION_LIFE = timedelta(days=7)
LONGEST_READING = timedelta(days=90)
LONGEST_TERM = timedelta(days=36_525)
TOKEN_LIFE = timedelta(days=365)
TOKEN_PREFIX = "hansa_"  # noqa: S105 (marks a token so that scanners recognise it)


def _said(body: type[Body], **values) -> Body:
    """Return what an act would say; `Invalid` with a message by field when it does not fit the schema."""
    try:
        return body(**values)
    except ValidationError as error:
        raise Invalid({".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}) from None


@transaction.atomic
def make_account(
    *, email: str, name: str, title: str = "", language: str = "en", service: bool = False, id: UUID | None = None
) -> Account:
    """Make an account in the member scope that is open; it cannot sign in yet. `Invalid` names what to correct."""
    address = email.strip().lower()
    try:
        validate_email(address)
        with transaction.atomic():
            account = Account(
                id=id or new_id(), email=address, name=name.strip(), title=title.strip(), language=language,
                service=service,
            )  # fmt: skip
            account.set_unusable_password()
            account.save(force_insert=True)
    except NoAddress:
        raise Invalid({"email": _("This is no e-mail address. Enter one like name@city.gov.")}) from None
    except IntegrityError:
        raise Invalid({"email": _("This address has an account on this node. Enter another one.")}) from None
    EmailAddress.objects.create(user=account, email=address, verified=True, primary=True)
    return account


@transaction.atomic
def invite_person(
    *,
    email: str,
    name: str,
    title: str,
    language: str,
    office: str,
    until: datetime | None,
    actor: Actor,
    at: datetime,
    act: UUID | None = None,
) -> tuple[Account, str, Act | PendingAct | None]:
    """Make an account, tell the league name and title, draw up the appointment; return account, secret, what pends.

    The secret opens the invitation once and is shown once. `Refused` unless the actor is an administrator.
    """
    require(policy.may_administer(actor))
    if office:
        require(policy.may_appoint(actor, office))
    _check_end(until, at)
    account = make_account(email=email, name=name, title=title, language=language)
    record(account.id, Change.INVITED, by=actor.person)
    if ledger.current_epoch():
        introduce_person(account, actor=actor)
    made = appoint_person(account.id, office=office, until=until, actor=actor, at=at, id=act) if office else None
    return account, new_invitation(account, actor=actor, at=at), made


def _check_end(until: datetime | None, at: datetime) -> None:
    """Refuse an end of a term that has passed, lies a lifetime ahead, or could be several moments."""
    if until is None:
        return
    if until.tzinfo is None:
        raise Invalid({"until": _("State the time zone of the end, for example 2027-01-31T17:00:00Z.")})
    if until <= at:
        raise Invalid({"until": _("That time has passed. Nothing was sent. Enter a later one.")})
    if until > at + LONGEST_TERM:
        raise Invalid({"until": _("A term has an end that people see. Enter an earlier one, or none.")})


def introduce_person(account: Account, *, actor: Actor) -> Act | PendingAct:
    """Tell the league a person's name and title; a later introduction replaces an earlier one."""
    require(policy.may_administer(actor))
    return ledger.submit(actor, _said(PersonIntroduced, person=account.id, name=account.name, title=account.title))


def new_invitation(account: Account, *, actor: Actor | None, at: datetime) -> str:
    """Give an account a new invitation, valid for seven days; earlier ones are void. Return its secret."""
    if actor:
        require(policy.may_administer(actor))
    Invitation.objects.filter(account=account, used_at=None).update(expires_at=at)
    secret = secrets.token_urlsafe(32)
    Invitation.objects.create(
        account=account, secret_hash=sign_in.secret_hash(secret), created_by=actor.person if actor else None,
        created_at=at, expires_at=at + INVITATION_LIFE,
    )  # fmt: skip
    return secret


def use_invitation(invitation: Invitation, *, at: datetime) -> None:
    """Mark an invitation as used; `Refused` when it was used or ran out meanwhile (two tabs, two people)."""
    unused = Invitation.objects.filter(id=invitation.id, used_at=None, expires_at__gt=at)
    if not unused.update(used_at=at):
        raise Refused(refuse(_("This invitation was used or has run out. Ask your administrator for a new one.")))
    record(invitation.account_id, Change.JOINED, by=invitation.account_id)


def void_invitation(account: Account, *, actor: Actor, at: datetime) -> None:
    """Make the open invitation of an account void: its link opens nothing any more."""
    require(policy.may_administer(actor))
    Invitation.objects.filter(account=account, used_at=None, expires_at__gt=at).update(expires_at=at)


def appoint_person(
    person: UUID, *, office: str, until: datetime | None, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Draw up a person's term in an office from now on; it counts once an administrator's passkey approved it."""
    require(policy.may_appoint(actor, office))
    if office not in OFFICES:
        raise Invalid({"office": _("Choose one of the offices.")})
    _check_end(until, at)
    _check_holder(person)
    body = _said(AppointmentMade, person=person, office=office, begins_at=at, until=until)
    return ledger.submit(actor, body, id=id)


def end_appointment(
    appointment: Appointment, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Draw up the end of a term; it ends, with the access that it gave, once an administrator's passkey approved it."""
    require(policy.may_administer(actor))
    if id and (signed := acts.get(id)):
        return signed
    if appointment.state(at) == "over":
        raise Invalid({"": _("This term is over already. Nothing was sent.")})
    body = _said(AppointmentEnded, appointment=appointment.id, reason=reason.strip())
    return ledger.submit(actor, body, id=id, refs=[appointment.id])


def delegate_office(
    source: Appointment, person: UUID, *, until: datetime | None, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Draw up that another person acts in an office of the actor's until a time; the actor's own passkey signs it.

    `Refused` unless the term is the actor's, runs, and was not delegated to them; `Invalid` for a bad end or person.
    """
    require(policy.may_delegate(actor, source, at))
    if until is None:
        raise Invalid({"until": _("A delegation has an end. Enter its last day.")})
    _check_end(until, at)
    if source.ends_at and until > source.ends_at:
        raise Invalid({"until": _("Your own term ends before that. Enter an earlier day.")})
    _check_holder(person)
    if person == actor.person:
        raise Invalid({"person": _("You act in this office yourself. Choose another person.")})
    body = _said(
        DelegationMade, source=source.id, delegator=actor.person, person=person, office=source.office, begins_at=at,
        until=until,
    )  # fmt: skip
    return ledger.submit(_in(actor, source.office), body, id=id, refs=[source.id])


def take_office_back(
    delegation: Appointment, *, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Draw up the end of a delegation of the actor's; it ends once their passkey has signed it."""
    if delegation.delegated_by is None or delegation.delegated_by != actor.person:
        raise Refused(refuse(_("A delegation is taken back by the person who made it. An administrator can end it.")))
    if id and (signed := acts.get(id)):
        return signed
    if delegation.state(at) == "over":
        raise Invalid({"": _("This delegation is over already. Nothing was sent.")})
    body = _said(DelegationEnded, delegation=delegation.id, delegator=actor.person)
    return ledger.submit(_in(actor, delegation.office), body, id=id, refs=[delegation.id])


def _in(actor: Actor, office: str) -> Actor:
    """Return the actor acting in that office: an act is signed with the key of the office that it is about."""
    return replace(actor, office=office)


def _check_holder(person: UUID) -> None:
    if not Account.objects.filter(id=person, is_active=True, service=False).exists():
        raise Invalid({"person": _("This person has no open account here. Invite them first.")})


def allow_reading(account: Account, *, until: datetime, actor: Actor, at: datetime) -> None:
    """Let a person whose last term ended read on until a time, for a hand-over; they act in no office."""
    require(policy.may_administer(actor))
    _check_end(until, at)
    if until > at + LONGEST_READING:
        raise Invalid({"until": _("Reading on is for a hand-over: 90 days at most. Enter an earlier day.")})
    Account.objects.filter(id=account.id).update(reads_until=until)
    record(account.id, Change.READS_ON, by=actor.person, detail=f"{until:%Y-%m-%d}")


def end_sessions(account: Account, *, actor: Actor, only: str = "", but: str = "") -> int:
    """Sign an account out: in one session (`only`, by id), in all, or in all but the one with the key `but`.

    Return how many ended. The holder and administrators may.
    """
    require(policy.may_see_account(actor, account.id))
    rows = UserSession.objects.filter(user=account).exclude(session_key=but)
    if only:
        rows = rows.filter(id=only)
    ended = [row.end() for row in rows]
    if ended:
        record(account.id, Change.SIGNED_OUT, by=actor.person, detail=str(len(ended)))
    return len(ended)


@transaction.atomic
def make_program(*, name: str, actor: Actor, at: datetime, life: timedelta) -> tuple[Account, ApiToken, str]:
    """Make a service account with a token that reads; return both and the secret, which is shown once.

    It holds no office and has no way to sign in and no passkey: it signs nothing.
    """
    require(policy.may_administer(actor))
    if not name.strip():
        raise Invalid({"name": _("Give the program a name, so that you know later what uses it.")})
    key = new_id()
    program = make_account(email=f"{key}@programs.invalid", name=name[:120], service=True, id=key)
    record(program.id, Change.PROGRAM_MADE, by=actor.person)
    token, secret = give_token(program, name=name, actor=actor, at=at, life=life)
    return program, token, secret


def give_token(program: Account, *, name: str, actor: Actor, at: datetime, life: timedelta) -> tuple[ApiToken, str]:
    """Make a reading token for a service account; return it with its secret, which is shown once."""
    require(policy.may_administer(actor))
    if not program.service:
        raise Invalid({"": _("A person makes their own tokens, on their account page.")})
    return _new_token(program.id, name=name, scopes=[Scope.READ], actor=actor, at=at, life=life)


def close_account(account: Account, *, actor: Actor) -> None:
    """Close an account: it signs in no more, its sessions and tokens end now. Terms are ended by their own acts."""
    require(policy.may_administer(actor))
    if account.id == actor.person:
        raise Invalid({"": _("You cannot close your own account. Ask another administrator.")})
    Account.objects.filter(id=account.id).update(is_active=False)
    ApiToken.objects.filter(account=account, revoked_at=None).update(revoked_at=clock.now())
    Invitation.objects.filter(account=account, used_at=None).update(expires_at=clock.now())
    end_sessions(account, actor=actor)
    notify.drop_addresses(account.id)
    record(account.id, Change.CLOSED, by=actor.person)


def set_password(account: Account, password: str) -> None:
    """Give an account a password; alone it opens reading only, an authenticator app makes it whole."""
    account.set_password(password)
    account.save(update_fields=["password"])


def choose_language(person: UUID, language: str) -> None:
    """Let messages to this person be in `language`."""
    Account.objects.filter(id=person).update(language=language)


def make_token(
    *, name: str, scopes: Iterable[str], actor: Actor, at: datetime, life: timedelta = TOKEN_LIFE
) -> tuple[ApiToken, str]:
    """Make an API token of the actor; return it with its secret, which is shown once and never stored.

    Every token ends, within a year.
    """
    if actor.person is None:
        raise Refused(refuse(_("Sign in first.")))
    return _new_token(actor.person, name=name, scopes=scopes, actor=actor, at=at, life=life)


def _new_token(
    account: UUID, *, name: str, scopes: Iterable[str], actor: Actor, at: datetime, life: timedelta
) -> tuple[ApiToken, str]:
    wanted = sorted(set(scopes))
    if not name.strip():
        raise Invalid({"name": _("Give the token a name, so that you know later what uses it.")})
    if not wanted or set(wanted) - set(Scope.values):
        raise Invalid({"scopes": _("Choose what the token may do.")})
    if not timedelta() < life <= TOKEN_LIFE:
        raise Invalid({"days": _("A token ends within a year. Choose how long it lasts.")})
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account_id=account, name=name.strip()[:80], secret_hash=sign_in.secret_hash(secret), scopes=wanted,
        created_at=at, expires_at=at + life,
    )  # fmt: skip
    record(account, Change.TOKEN_MADE, by=actor.person, detail=token.name)
    return token, secret


def revoke_token(token: ApiToken, *, actor: Actor, at: datetime) -> None:
    """Revoke a token: the next request with it is refused."""
    require(policy.may_see_account(actor, token.account_id))
    if ApiToken.objects.filter(id=token.id, revoked_at=None).update(revoked_at=at):
        record(token.account_id, Change.TOKEN_REVOKED, by=actor.person, detail=token.name)


def use_token(secret: str) -> ApiToken | None:
    """Return the usable token with this secret and note the use, to the minute; None when it opens nothing."""
    now = clock.now()
    token = ApiToken.objects.select_related("account").filter(secret_hash=sign_in.secret_hash(secret)).first()
    if token is None or not token.usable(now) or not token.account.is_active:
        return None
    if token.last_used_at is None or now - token.last_used_at > timedelta(minutes=1):
        ApiToken.objects.filter(id=token.id).update(last_used_at=now)
    return token


def forget_sign_in(account: Account, *, actor: Actor, at: datetime) -> str:
    """Remove every way in that the person lost, and return the secret of a new invitation.

    Passkeys that approve stay enrolled until an act revokes them: what they signed stays verifiable.
    """
    require(policy.may_administer(actor))
    Authenticator.objects.filter(user_id=account.id).delete()
    SocialAccount.objects.filter(user_id=account.id).delete()
    Device.objects.filter(account=account).delete()
    account.set_unusable_password()
    account.save(update_fields=["password"])
    end_sessions(account, actor=actor)
    record(account.id, Change.RENEWED, by=actor.person)
    return new_invitation(account, actor=actor, at=at)

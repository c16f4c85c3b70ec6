# SPDX-License-Identifier: Apache-2.0
"""Guests: invited after a call, given a link, opened with a passkey, bound by nothing but what they sign."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.core.verdicts import Invalid, Refused, Text, refuse, require
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import actions as ledger
from hansa.ledger import queries as acts
from hansa.ledger.act import Act
from hansa.ledger.acts import AuthenticatorEnrolled
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import Log, PendingAct
from hansa.ledger.tlog.strict import to_base64url
from hansa.pact import naming, places, policy, queries
from hansa.pact.actions.charter import already, body_of
from hansa.pact.acts import GuestAccepted, GuestEnded, GuestInvited
from hansa.pact.models import GuestCall, GuestInvitation
from hansa.people import actions as people
from hansa.people import approving, founding
from hansa.people.acts import AppointmentMade
from hansa.people.choices import OFFICES, Office
from hansa.people.models import Account

_OPENERS = ("activation.crisis.invoked", "activation.crisis.reported")
RECOVERY_KEYS = 1  # a guest keeps one; ratifying later, its administrators can state a root with more
TERMS = gettext_noop("Read and accept the terms for guests: %(member)s invited you")
TERMS_DUTY = "pact.guest-terms"
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,120}")
_CALL_AGE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """How the guest's identity was confirmed: a number that it publishes, where it does, when, and who answered."""

    number: str
    source: str
    at: datetime
    spoke_with: str


@transaction.atomic
def invite_guest(
    place: places.Place, *, activation: UUID, call: Call, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Invite a government into one activation. It counts once the charter's office approved it."""
    if id and (known := already(id)):
        return known
    version = queries.charter_in_force(at)
    require(policy.may_invite_guest(actor, version, at))
    if version is None or actor.person is None:
        raise ValueError("nobody may invite without a charter in force, and the node itself never does")
    errors = _call_errors(call, at)
    opened = acts.get(activation)
    if opened is None or opened.type not in _OPENERS:
        errors["activation"] = _("This activation is not known here. Start from its page.")
    if place.slug in queries.members(at):
        errors["name"] = _("This government is a member already. It needs no invitation.")
    if any(row.guest == place.slug for row in queries.guests(activation, accepted=False)):
        errors["name"] = _("This government was invited into this activation already. Nothing was doubled.")
    if errors:
        raise Invalid(errors)
    body = body_of(
        GuestInvited,
        **place.columns, guest=place.slug, activation=activation, called_number=call.number.strip(),
        number_source=call.source.strip(), called_at=call.at,
    )  # fmt: skip
    made = ledger.submit(actor, body, id=id, refs=[version.act, activation], charter=version.digest)
    GuestCall.objects.create(invitation=made.id, called_by=actor.person, spoke_with=call.spoke_with.strip())
    return made


def _call_errors(call: Call, at: datetime) -> dict[str, Text]:
    errors: dict[str, Text] = {}
    if call.at > at:
        errors["called_at"] = _("That time has not come yet. Call first, then enter when it was.")
    elif call.at < at - _CALL_AGE:
        errors["called_at"] = _("That call is older than a week. Call again, then enter when it was.")
    if not _NAME.fullmatch(call.spoke_with.strip()):
        errors["spoke_with"] = _("Enter whom you spoke with, by name or office.")
    if len(call.source.strip()) < 4:
        errors["number_source"] = _("Say where this number is published, such as the government's own web page.")
    return errors


@transaction.atomic
def link_for_guest(
    invitation: GuestInvitation, *, email: str, name: str, title: str, language: str, actor: Actor, at: datetime
) -> tuple[Account, str]:
    """Make an account for the guest's authorized person; return it with the secret of its link, shown once.

    A second link for the same address voids the first.
    """
    require(policy.may_end_guest(actor, invitation))
    _require_open(invitation)
    with member_scope(invitation.guest):
        if Log.objects.filter(author=invitation.guest).exists():
            raise Invalid({"": _("This government has its keys on a node already. Its own people sign in there.")})
        account = Account.objects.filter(email=email.strip().lower()).first()
        if account is None:
            account = people.make_account(email=email, name=name, title=title, language=language)
        return account, people.new_invitation(account, actor=None, at=at)


def _require_open(invitation: GuestInvitation) -> None:
    if invitation.ended_at is not None:
        raise Refused(refuse(_("This invitation was ended. Ask the member that invited you.")))


@transaction.atomic
def open_guest(
    account: Account, passkey: AuthenticatorEnrolled, *, roots: list[SigningKey], at: datetime
) -> GuestInvitation:
    """Open the guest's own log and keys on this node, with its authorized person in charge and their passkey.

    Needs the guest's scope. `roots` are its recovery keys: shown to that person once and never stored.
    """
    invitation = queries.invitation_for(account.member)
    if invitation is None:
        raise Refused(refuse(_("This invitation was ended. Ask the member that invited you.")))
    ledger.open_log(account.member, roots=roots, threshold=len(roots), offices=OFFICES)
    terms = [
        AppointmentMade(person=account.id, office=office.value, begins_at=at)
        for office in (Office.CHIEF_EXECUTIVE, Office.EMERGENCY_MANAGEMENT, Office.ADMINISTRATOR)
    ]
    ledger.publish_by_root(account.member, [*terms, passkey], signers=roots)
    # Whoever is called away before signing finds the terms on the first page again.
    title = Wording(TERMS, {"member": naming.member_name(invitation.author)})
    about = About(invitation.id, reverse("pact:guest-terms"))
    duty.open_duty(TERMS_DUTY, Office.CHIEF_EXECUTIVE.value, title, about, opened_at=at)
    return invitation


def accept_terms(
    invitation: GuestInvitation, *, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Accept the terms for guests; the guest's authorized person signs with the passkey."""
    if id and (known := already(id)):
        return known
    _require_open(invitation)
    if actor.member != invitation.guest:
        raise Refused(refuse(_("This invitation is for another government. Ask the member that invited you.")))
    body = GuestAccepted(invitation=invitation.digest, activation=invitation.activation)
    return ledger.submit(actor, body, id=id, refs=[invitation.id], charter=invitation.charter)


def end_guest(
    invitation: GuestInvitation, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """End a guest's stay: it keeps its log and what it signed, and opens nothing more."""
    if id and (known := already(id)):
        return known
    require(policy.may_end_guest(actor, invitation))
    _require_open(invitation)
    if not reason.strip():
        raise Invalid({"reason": _("Say why. Nothing was sent.")})
    body = body_of(GuestEnded, invitation=invitation.digest, reason=reason.strip())
    return ledger.submit(actor, body, id=id, refs=[invitation.id], charter=invitation.charter)


def passkey_of(account: Account, credential_id: bytes, public_key: bytes) -> AuthenticatorEnrolled:
    """Return the act body that enrols the passkey which a guest's authorized person has just made."""
    return AuthenticatorEnrolled(
        person=account.id, credential=to_base64url(credential_id), public_key=to_base64url(public_key),
        rp_id=approving.rp_id(), origins=approving.origins(),
    )  # fmt: skip


def guest_keys() -> list[SigningKey]:
    """Return the recovery keys of a new guest."""
    return founding.recovery_keys(RECOVERY_KEYS)

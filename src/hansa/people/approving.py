# SPDX-License-Identifier: Apache-2.0
"""Passkeys that approve: enrolling them, the challenge for a listed batch, and the one action that approves.

What a signer reads is rendered from the frozen bytes of the pending acts; the challenge is bound to the Merkle root
over their digests (`ledger.approval`), so one touch approves exactly the items that were listed and kept.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act
from hansa.ledger.acts import AuthenticatorEnrolled, AuthenticatorRevoked
from hansa.ledger.approval import NONCE_SIZE, Assertion, Batch, approvals_for
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.models import Authenticator, League, PendingAct
from hansa.ledger.tlog.strict import to_base64url
from hansa.people import policy, queries

_SALT = "hansa.people.approve"
CHALLENGE_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the browser's authenticator is asked, and a token that brings the nonce back with the answer."""

    challenge: bytes
    token: str


def rp_id() -> str:
    """Return the lasting domain to which this node's passkeys are bound."""
    return str(settings.HANSA_RP_ID)


def origins() -> tuple[str, ...]:
    """Return the origins at which this node's passkeys answer."""
    return tuple(settings.HANSA_ORIGINS)


def new_challenge(pendings: Sequence[PendingAct], *, actor: Actor) -> Challenge:
    """Return a fresh challenge over exactly these pending acts, in this order, for this person."""
    nonce = os.urandom(NONCE_SIZE)
    batch = _batch(pendings, nonce)
    said = {"nonce": nonce.hex(), "acts": [str(p.id) for p in pendings], "person": str(actor.person)}
    return Challenge(batch.challenge, signing.dumps(said, salt=_SALT, compress=True))


def read_challenge(token: str, *, actor: Actor) -> tuple[list[UUID], bytes]:
    """Return the acts and the nonce of a challenge that this node gave to this person within the last 15 minutes."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=CHALLENGE_LIFE)
    except signing.SignatureExpired:
        raise Invalid(
            {"": _("This page is older than 15 minutes. Nothing was signed. Read it again and sign.")}
        ) from None
    except signing.BadSignature:
        raise Invalid({"": _("This answer belongs to no page of this node. Nothing was signed. Try again.")}) from None
    if said["person"] != str(actor.person):
        raise Refused(refuse(_("This page was opened by another person. Nothing was signed.")))
    return [UUID(i) for i in said["acts"]], bytes.fromhex(said["nonce"])


def _batch(pendings: Sequence[PendingAct], nonce: bytes) -> Batch:
    return Batch(tuple(bytes.fromhex(p.digest) for p in pendings), nonce)


@transaction.atomic
def approve_pending(
    pendings: Sequence[PendingAct],
    *,
    actor: Actor,
    at: datetime,
    assertion: Assertion | None = None,
    nonce: bytes | None = None,
) -> list[Act | PendingAct]:
    """Approve the listed acts with one touch, all or none; each is logged as soon as it has all that it needs.

    `assertion` answers the challenge over these acts and `nonce`. Without one the actor's exercise authenticator
    answers, which counts in an exercise league only. An act that was signed already yields its first receipt.
    Raises `Refused` with the reason: term over, office, another person's passkey, withdrawn, not confirmed.
    """
    if not pendings:
        raise Invalid({"": _("No item was left to sign. Choose at least one.")})
    for pending in pendings:
        require(policy.may_approve(actor, tuple(pending.offices), at))
    if assertion is None:
        nonce = os.urandom(NONCE_SIZE)
        assertion = exercise_authenticator(actor).assert_challenge(_batch(pendings, nonce).challenge)
    if nonce is None:
        raise ValueError("an assertion comes with the nonce of its challenge")
    approvals = approvals_for(_batch(pendings, nonce), str(actor.person), assertion)
    return ledger.approve_all(list(zip(pendings, approvals, strict=True)), actor=actor)


def withdraw(pending: PendingAct, *, actor: Actor) -> None:
    """Withdraw an act before it is signed; whoever drew it up and administrators may."""
    if pending.created_by != actor.person:
        require(policy.may_administer(actor))
    ledger.drop_pending(pending, actor=actor)


def exercise_authenticator(actor: Actor) -> ExerciseAuthenticator:
    """Return the persona's authenticator in software, the same on every start; `Refused` outside an exercise league."""
    if not in_exercise() or actor.person is None:
        raise Refused(refuse(_("Your device did not confirm you. Nothing was signed. Use your passkey.")))
    seed = hmac.new(settings.SECRET_KEY.encode(), b"exercise authenticator " + actor.person.bytes, hashlib.sha512)
    return ExerciseAuthenticator.derive(seed.digest())


def in_exercise() -> bool:
    """Return whether personas work here: in demo mode, in a league whose first act is marked exercise."""
    return settings.DEMO and League.objects.exclude(exercise=None).exists()


def _person(actor: Actor) -> UUID:
    if actor.person is None:
        raise Refused(refuse(_("The node itself approves nothing.")))
    return actor.person


def exercise_enrolment(actor: Actor) -> AuthenticatorEnrolled:
    """Return the body that enrols the persona's exercise authenticator."""
    credential = exercise_authenticator(actor).credential
    return AuthenticatorEnrolled(
        person=_person(actor), credential=credential.id, public_key=to_base64url(credential.cose_public_key),
        rp_id=credential.rp_id, origins=credential.origins, exercise=True,
    )  # fmt: skip


def enrol_passkey(credential_id: bytes, public_key: bytes, *, actor: Actor, id: UUID | None = None) -> Act | PendingAct:
    """Draw up the act by which a passkey counts; an administrator's passkey approves it.

    An administrator with a passkey approves the next one alone: each further passkey needs one already enrolled.
    """
    if queries.is_program(_person(actor)):
        raise Refused(refuse(_("A program makes no passkey and signs nothing. A person signs.")))
    body = AuthenticatorEnrolled(
        person=_person(actor), credential=to_base64url(credential_id), public_key=to_base64url(public_key),
        rp_id=rp_id(), origins=origins(),
    )  # fmt: skip
    return ledger.submit(actor, body, id=id)


def unvouched(person: UUID) -> list[PendingAct]:
    """Return the enrolments that a person drew up and that nobody approved yet, in the member scope that is open."""
    rows = PendingAct.objects.filter(type=AuthenticatorEnrolled.type, published_at=None, dropped_at=None)
    return [row for row in rows.order_by("created_at") if ledger.read_pending(row).body.person == person]


def revoke_passkey(authenticator: Authenticator, *, actor: Actor, id: UUID | None = None) -> Act | PendingAct:
    """Draw up the act after which a passkey counts no more: lost, stolen, or its holder left."""
    require(policy.may_see_account(actor, authenticator.person))
    if authenticator.revoked_index is not None:
        raise Invalid({"": _("This passkey was revoked already. Nothing was sent.")})
    return ledger.submit(actor, AuthenticatorRevoked(credential=authenticator.credential), id=id)

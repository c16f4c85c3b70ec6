# SPDX-License-Identifier: Apache-2.0
"""A small league for the ledger's tests: members with logs, keys and one key period."""

from dataclasses import dataclass
from uuid import UUID

from hansa import ledger
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.ledger import actions
from hansa.ledger.acts import AuthenticatorEnrolled
from hansa.ledger.exercise import ExerciseAuthenticator
from hansa.ledger.keys import SigningKey
from hansa.ledger.tlog.strict import to_base64url

OFFICES = ("administrator", "logistics", "chief-executive")


@dataclass(frozen=True)
class Seat:
    """A member of the test league, with what its people and clerks would hold."""

    actor: Actor
    roots: tuple[SigningKey, ...]
    authenticator: ExerciseAuthenticator

    @property
    def member(self) -> str:
        return self.actor.member


def found(*members: str, exercise: str | None = "drill-1") -> list[Seat]:
    """Return the seats of a league of these members, the first of which opens the key period."""
    ledger.found_node("test-league", exercise=exercise)
    seats = []
    for member in members:
        roots = tuple(SigningKey.generate() for _ in range(3))
        person = new_id()
        authenticator = ExerciseAuthenticator.derive(member.encode())
        with member_scope(member):
            ledger.open_log(member, roots=roots, threshold=2, offices=OFFICES)
            if exercise:
                actions.publish_by_root(member, [enrolment(person, authenticator)], signers=roots[:2])
        seats.append(Seat(Actor(person, member, "administrator", f"Exercise {member}", OFFICES), roots, authenticator))
    with member_scope(seats[0].member):
        actions.open_epoch(seats[0].actor, members)
    return seats


def enrolment(person: UUID, authenticator: ExerciseAuthenticator) -> AuthenticatorEnrolled:
    """Return the act body that enrols a persona's exercise passkey."""
    credential = authenticator.credential
    return AuthenticatorEnrolled(
        person=person, credential=credential.id, public_key=to_base64url(credential.cose_public_key),
        rp_id=credential.rp_id, origins=credential.origins, exercise=True,
    )  # fmt: skip

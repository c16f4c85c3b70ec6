# SPDX-License-Identifier: Apache-2.0
"""The part over HTTP: who I am, who serves whom, what waits for my passkey, offices and terms.

Nothing is signed here: an assertion needs a person and a browser. What needs one is returned as pending, with the
address of the page that signs it.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Router, Schema
from pydantic import AwareDatetime

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.personal import Personal, declare
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.people import actions, queries
from hansa.people.api_auth import acts, reads
from hansa.people.choices import TermState
from hansa.people.models import Appointment

router = Router(tags=["people"])


class Me(Schema):
    """Who acts by this token."""

    person: UUID
    member: str
    name: str
    office: str
    offices: list[str]
    personal: ClassVar[Personal] = declare(
        none="member office offices", holder="person name", purpose="to say who acts", sealed="the holder",
        purge="not kept: an answer",
    )  # fmt: skip


class Term(Schema):
    """A person's term in an office."""

    id: UUID
    member: str
    person: UUID
    name: str
    office: str
    begins_at: datetime
    ends_at: datetime | None
    state: str
    delegated_by: UUID | None
    personal: ClassVar[Personal] = declare(
        none="id member office begins_at ends_at state", official="person name delegated_by",
        purpose="to know who acts for whom", sealed="the league", purge="not kept: an answer",
    )  # fmt: skip


class Waiting(Schema):
    """An act that waits for passkeys: its sentence and facts from the frozen bytes, and where to sign it."""

    id: UUID
    type: str
    headline: str
    facts: list[tuple[str, str]]
    offices: list[str]
    needed: int
    digest: str
    approve_url: str
    personal: ClassVar[Personal] = declare(none="id type headline facts offices needed digest approve_url")


class NewTerm(Schema):
    """A term to draw up; the same id again is the same act."""

    person: UUID
    office: str
    until: datetime | None = None
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="office until id", official="person", purpose="to judge who could sign what",
        sealed="nobody: an opaque id", purge="not kept: a question",
    )  # fmt: skip


class NewDelegation(Schema):
    """A delegation of one's own term to draw up; the same id again is the same act."""

    term: UUID
    person: UUID
    until: datetime
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(
        none="term until id", official="person", purpose="to judge who could sign what",
        sealed="nobody: an opaque id", purge="not kept: a question",
    )  # fmt: skip


class TermEnd(Schema):
    """Why a term ends; the same id again is the same act."""

    reason: str = ""
    id: UUID | None = None
    personal: ClassVar[Personal] = declare(none="reason id")


def _waiting(drawn_up: Act | PendingAct) -> Waiting:
    """Return what waits; an act that was signed meanwhile needs nobody, and its address shows the receipt."""
    pending = drawn_up if isinstance(drawn_up, PendingAct) else None
    act = drawn_up if isinstance(drawn_up, Act) else ledger.read_pending(drawn_up)
    return Waiting(
        id=act.id, type=act.type, headline=str(act.headline),
        facts=[(str(label), str(value)) for label, value in act.facts], offices=pending.offices if pending else [],
        needed=pending.count if pending else 0, digest=act.digest,
        approve_url=f"{reverse('people:act-approve')}?act={act.id}",
    )  # fmt: skip


@router.get("/me", response=Me, auth=reads)
def who_am_i(request: HttpRequest) -> Me:
    """Return who acts by this token, in which office."""
    actor = request.auth
    return Me(
        person=actor.person, member=actor.member, name=actor.name, office=actor.office, offices=list(actor.offices)
    )


@router.get("/terms", response=list[Term], auth=reads)
def list_terms(request: HttpRequest, member: str = "", at: AwareDatetime | None = None) -> list[Term]:
    """Return the terms of a member (your own unless named), running ones first; with `at` those that ran then."""
    now = at or clock.now()
    return [
        Term(
            id=term.id, member=term.member, person=term.person, name=name, office=term.office,
            begins_at=term.begins_at, ends_at=term.ends_at, state=term.state(now).value,
            delegated_by=term.delegated_by,
        )
        for term, name in queries.terms_of(member or request.auth.member)
        if at is None or term.state(at) == TermState.RUNNING
    ]  # fmt: skip


@router.get("/approvals", response=list[Waiting], auth=reads)
def list_approvals(request: HttpRequest) -> list[Waiting]:
    """Return the acts that wait for this person's passkey, oldest first."""
    return [_waiting(pending) for pending in queries.waiting_for(request.auth)]


@router.post("/terms", response={202: Waiting}, auth=acts)
def draw_up_term(request: HttpRequest, said: NewTerm):
    """Draw up a term; it counts once an administrator has signed it."""
    pending = actions.appoint_person(
        said.person, office=said.office, until=said.until, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return 202, _waiting(pending)


@router.post("/delegations", response={202: Waiting}, auth=acts)
def draw_up_delegation(request: HttpRequest, said: NewDelegation):
    """Draw up that someone acts in your own office until a time; it counts once your own passkey has signed it."""
    term = get_object_or_404(Appointment, id=said.term, member=request.auth.member)
    pending = actions.delegate_office(
        term, said.person, until=said.until, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return 202, _waiting(pending)


@router.post("/delegations/{appointment}/end", response={202: Waiting}, auth=acts)
def draw_up_delegation_end(request: HttpRequest, appointment: UUID, said: TermEnd):
    """Draw up that you take an office back; it ends once your own passkey has signed it."""
    term = get_object_or_404(Appointment, id=appointment, member=request.auth.member)
    pending = actions.take_office_back(term, actor=request.auth, at=clock.now(), id=said.id or new_id())
    return 202, _waiting(pending)


@router.post("/terms/{appointment}/end", response={202: Waiting}, auth=acts)
def draw_up_term_end(request: HttpRequest, appointment: UUID, said: TermEnd):
    """Draw up the end of a term; it ends once an administrator has signed it."""
    term = get_object_or_404(Appointment, id=appointment, member=request.auth.member)
    pending = actions.end_appointment(
        term, reason=said.reason, actor=request.auth, at=clock.now(), id=said.id or new_id()
    )
    return 202, _waiting(pending)

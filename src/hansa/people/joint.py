# SPDX-License-Identifier: Apache-2.0
"""Steps that take two people: one proposes, another confirms what was proposed, and only then it happens.

Parts register a `Kind` when Django starts and propose by its name. What the second person confirms is frozen: the very
values that the first one proposed, by their hash. Two persons means two: neither the same person in another office,
nor the one to whom the step gives something. A kind with `review` happens at once (break-glass) and is reviewed by a
second person within that time; where they decline, `undo` takes it back. Acts that bind the member are signed by as
many passkeys as the charter asks instead: that is the ledger's own rule (`ledger.Requirement`).
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Invalid, Refused, Text, Verdict, refuse, require
from hansa.people import policy, queries, rules
from hansa.people.choices import OFFICES, Answer, JointState
from hansa.people.models import Account, JointStep

Payload = Mapping[str, Any]
WEEK = timedelta(days=7)
SHORTEST_REASON = 10
LONGEST_REASON = 300
_OPEN = (JointState.WAITING, JointState.REVIEW, JointState.UNREVIEWED)


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that happens now: what was proposed, by whom, and who confirmed it (None before a review)."""

    id: UUID
    payload: Payload
    reason: str
    first: UUID
    second: UUID | None
    member: str
    at: datetime


def _nobody(payload: Payload) -> frozenset[UUID]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What takes two people: who proposes and who confirms (offices), what it says, what then happens.

    `sentence` and `facts` are what the second person reads. `concerned` are those who may not confirm it. `run` and
    `undo` change local rows in the transaction of the answer; `then` is the address to look at afterwards.
    """

    code: str
    label: Text
    first: tuple[str, ...]
    second: tuple[str, ...]
    sentence: Callable[[Payload], Text]
    facts: Callable[[Payload], Sequence[tuple[Text, Text]]]
    run: Callable[[Taken], None]
    undo: Callable[[Taken], None] | None = None
    concerned: Callable[[Payload], frozenset[UUID]] = _nobody
    then: Callable[[Payload, UUID], str] = field(default=lambda payload, id: "")
    life: timedelta = WEEK
    review: timedelta | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind of step known; its code is unique."""
    if kind.code in _kinds:
        raise ValueError(f"the step {kind.code} is registered twice")
    if kind.review and kind.undo is None:
        raise ValueError(f"{kind.code} happens before it is reviewed: it needs an undo")
    _kinds[kind.code] = kind
    return kind


def kind_of(step: JointStep) -> Kind:
    """Return what kind of step this is."""
    return _kinds[step.kind]


def _frozen(payload: Payload) -> bytes:
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def may_propose(actor: Actor | None, code: str) -> Verdict:
    """Say whether the actor may take the first half of such a step."""
    return policy.in_office(actor, *_kinds[code].first)


def may_confirm(actor: Actor | None, step: JointStep, at: datetime) -> Verdict:
    """Say whether the actor is the second person for a step: another one, in office, not the one it gives something."""
    kind = kind_of(step)
    state = step.state(at)
    if state == JointState.EXPIRED:
        return refuse(_("Nobody confirmed this in time. Nothing happened. Propose it again."), *kind.first)
    if state not in _OPEN:
        return refuse(_("This was answered already. Nothing was changed."))
    allowed = policy.in_office(actor, *kind.second)
    if not allowed:
        return allowed
    fault = rules.second_person_fault(
        step.proposed_by, actor.person if actor else None, concerned=kind.concerned(step.payload)
    )
    if fault == "same":
        return refuse(_("You proposed this. It takes a second person, in one of these offices."), *kind.second)
    if fault == "concerned":
        return refuse(_("This gives something to you. Someone else confirms it."), *kind.second)
    if step.review_by is None and not queries.holds_office(step.member, step.proposed_by, kind.first, at):
        return refuse(_("Who proposed this is no longer in office. Nothing happened. Propose it again."), *kind.first)
    return ALLOW


def may_see(actor: Actor | None) -> Verdict:
    """Say whether the actor reads which steps wait and were taken: whoever serves in an office does."""
    return policy.in_office(actor, *OFFICES)


def may_withdraw(actor: Actor | None, step: JointStep, at: datetime) -> Verdict:
    """Say whether the actor may take back what they proposed; what is in effect is reviewed instead."""
    if step.state(at) != JointState.WAITING:
        return refuse(_("This no longer waits. Nothing was changed."))
    if actor and actor.person == step.proposed_by:
        return ALLOW
    return refuse(_("Who proposed this withdraws it. You can decline it."), *kind_of(step).first)


@transaction.atomic
def propose(
    code: str, payload: Payload, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None
) -> JointStep:
    """Propose a step; with `review` it happens now. The same id again is the same step.

    `payload` is JSON: texts, numbers, lists. `Refused` without an office that may, `Invalid` without a reason.
    """
    kind = _kinds[code]
    require(policy.in_office(actor, *kind.first))
    first = actor.person
    if first is None:
        raise Refused(refuse(_("The node itself takes no step that takes two people."), *kind.first))
    if id and (known := JointStep.objects.filter(id=id).first()):
        return known
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise Invalid({"reason": _("Say why, in a sentence of 10 to 300 characters. The second person reads it.")})
    given = {"id": id} if id else {}
    step = JointStep.objects.create(
        kind=code, payload=json.loads(_frozen(payload)), digest=hashlib.sha256(_frozen(payload)).hexdigest(),
        reason=said, proposed_by=first, office=actor.office, proposed_at=at, expires_at=at + kind.life,
        review_by=at + kind.review if kind.review else None, **given,
    )  # fmt: skip
    if kind.review:
        kind.run(_taken(step, None, at))
    return step


def _taken(step: JointStep, second: UUID | None, at: datetime) -> Taken:
    return Taken(step.id, step.payload, step.reason, step.proposed_by, second, step.member, at)


def _answered(step: JointStep, answer: Answer, reason: str, actor: Actor, at: datetime) -> None:
    step.answer, step.answered_by, step.answered_at, step.answer_reason = answer, actor.person, at, reason
    step.save(update_fields=["answer", "answered_by", "answered_at", "answer_reason"])


def _locked(step: JointStep) -> JointStep:
    return JointStep.objects.select_for_update().get(id=step.id)


@transaction.atomic
def confirm(step: JointStep, *, shown: str, actor: Actor, at: datetime) -> JointStep:
    """Be the second person: what was proposed happens now, once. `shown` is the hash of what the actor read.

    The same person again gets the same step back, and nothing happens twice.
    """
    step, kind = _locked(step), kind_of(step)
    if step.answer == Answer.CONFIRMED and step.answered_by == actor.person:
        return step
    require(may_confirm(actor, step, at))
    if shown != step.digest or hashlib.sha256(_frozen(step.payload)).hexdigest() != step.digest:
        raise Invalid({"": _("This is not what was shown to you. Nothing happened. Read it again.")})
    _answered(step, Answer.CONFIRMED, "", actor, at)
    if step.review_by is None:
        kind.run(_taken(step, actor.person, at))
    return step


@transaction.atomic
def decline(step: JointStep, *, reason: str, actor: Actor, at: datetime) -> JointStep:
    """Say no as the second person, with a reason; what is in effect already is taken back."""
    step, kind = _locked(step), kind_of(step)
    if step.answer == Answer.DECLINED and step.answered_by == actor.person:
        return step
    require(may_confirm(actor, step, at))
    said = " ".join(reason.split())
    if not SHORTEST_REASON <= len(said) <= LONGEST_REASON:
        raise Invalid({"reason": _("Say why, in a sentence of 10 to 300 characters. Who proposed it reads it.")})
    _answered(step, Answer.DECLINED, said, actor, at)
    if step.review_by is not None and kind.undo:
        kind.undo(_taken(step, actor.person, at))
    return step


@transaction.atomic
def withdraw(step: JointStep, *, actor: Actor, at: datetime) -> JointStep:
    """Take back what one proposed, while nobody has answered."""
    step = _locked(step)
    require(may_withdraw(actor, step, at))
    _answered(step, Answer.WITHDRAWN, "", actor, at)
    return step


def step(id: UUID) -> JointStep | None:
    """Return a step of the member whose scope is open, None when there is none."""
    return JointStep.objects.filter(id=id).first()


def steps(*, newest: int = 100) -> list[JointStep]:
    """Return the newest steps of the member, those that wait first."""
    rows = JointStep.objects.order_by("-proposed_at")
    return [*rows.filter(answer=""), *rows.exclude(answer="")[:newest]]


def waiting_for(actor: Actor, at: datetime) -> list[JointStep]:
    """Return the steps that the actor could confirm now, oldest first."""
    rows = JointStep.objects.filter(answer="").order_by("proposed_at")
    return [row for row in rows if may_confirm(actor, row, at)]


def names_of(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of the member's own people by id."""
    return dict(Account.objects.filter(id__in={person for person in people if person}).values_list("id", "name"))

# SPDX-License-Identifier: Apache-2.0
"""Subpoenas and requests for records: logged by anyone, decided and answered by counsel, never half decided."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.core.masking import mask
from hansa.core.verdicts import Invalid, require
from hansa.evidence import policy, rules
from hansa.evidence.choices import Decision, Outcome, RequestKind
from hansa.evidence.models import RecordsRequest, RequestedRecord
from hansa.people import reading

REQUESTER = "evidence.requester"
CONTACT_LIFE = timedelta(days=90)
_MUST = {"asks": 5_000, "law": 200, "requester": 200}


@transaction.atomic
def log_request(
    *,
    kind: str,
    asks: str,
    law: str,
    requester: str,
    contact: str,
    received_on: date,
    due_on: date,
    actor: Actor,
    at: datetime,
    id: UUID | None = None,
) -> RecordsRequest:
    """Log a subpoena or a request for records; the same id again is the same one. `Invalid` names what to correct."""
    require(policy.may_log_request(actor))
    if id and (known := RecordsRequest.objects.filter(id=id).first()):
        return known
    said = {"asks": asks.strip(), "law": law.strip(), "requester": requester.strip()}
    for field, longest in _MUST.items():
        if not 3 <= len(said[field]) <= longest:
            raise Invalid({field: _("Write this down, in 3 to %(most)s characters.") % {"most": longest}})
    if kind not in RequestKind.values:
        raise Invalid({"kind": _("Choose what kind of request it is.")})
    if received_on > at.date():
        raise Invalid({"received_on": _("That day is still to come. Enter the day on which it arrived.")})
    if due_on < received_on:
        raise Invalid({"due_on": _("It is due before it arrived. Enter a later day.")})
    given = {"id": id} if id else {}
    return RecordsRequest.objects.create(
        reference=_next_reference(actor.member, received_on.year), kind=kind, contact=contact.strip()[:200],
        received_on=received_on, due_on=due_on, logged_by=policy.person_of(actor), logged_at=at, **said, **given,
    )  # fmt: skip


def _next_reference(member: str, year: int) -> str:
    with connection.cursor() as cursor:
        # Two that are logged at once get two numbers: one waits for the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"evidence/{member}/{year}"])
    count = RecordsRequest.objects.filter(reference__startswith=f"{year}-").count()
    return f"{year}-{count + 1:03d}"


def _locked(request_id: UUID) -> RecordsRequest:
    """Return a request as it stands now, held until the transaction ends: nothing is decided behind its answer."""
    return RecordsRequest.objects.select_for_update().get(id=request_id)


@transaction.atomic
def list_record(
    request: RecordsRequest, *, title: str, act: UUID | None, actor: Actor, at: datetime
) -> RequestedRecord:
    """List one record that a request asks for; counsel then decides on it."""
    request = _locked(request.id)
    require(policy.may_answer(actor, request))
    said = mask(" ".join(title.split()))
    if not 3 <= len(said) <= 200:
        raise Invalid({"title": _("Say which record it is, in 3 to 200 characters. Name no person.")})
    return RequestedRecord.objects.create(request=request, title=said, act=act, listed_at=at)


@transaction.atomic
def decide_record(
    record: RequestedRecord, *, decision: str, law: str, reason: str, actor: Actor, at: datetime
) -> RequestedRecord:
    """Say whether a record is released; what is withheld, in part or whole, names its law and why."""
    require(policy.may_answer(actor, _locked(record.request_id)))
    if decision not in (Decision.RELEASED, Decision.PART, Decision.WITHHELD):
        raise Invalid({"decision": _("Choose whether the record is released.")})
    rule, why = " ".join(law.split()), mask(" ".join(reason.split()))
    if decision != Decision.RELEASED:
        if not 5 <= len(rule) <= 200:
            raise Invalid({"law": _("Name the exemption, for example: Cal. Gov. Code § 7922.000.")})
        if not 10 <= len(why) <= 300:
            raise Invalid({"reason": _("Say why it applies, in 10 to 300 characters. Name no person.")})
    else:
        rule, why = "", ""
    record.decision, record.law, record.reason = Decision(decision), rule, why
    record.decided_by, record.decided_at = actor.person, at
    record.save(update_fields=["decision", "law", "reason", "decided_by", "decided_at"])
    return record


@transaction.atomic
def answer_request(request: RecordsRequest, *, outcome: str, answer: str, actor: Actor, at: datetime) -> RecordsRequest:
    """Close a request with its answer, once every record on its list is decided, and the answer says the same."""
    request = _locked(request.id)
    require(policy.may_answer(actor, request))
    if outcome not in Outcome.values:
        raise Invalid({"outcome": _("Choose how the request was answered.")})
    said = answer.strip()
    if not 10 <= len(said) <= 5_000:
        raise Invalid({"answer": _("Write down what was answered, in 10 to 5,000 characters.")})
    fault = rules.outcome_fault(outcome, request.records.values_list("decision", flat=True))
    if fault == "pending":
        raise Invalid({"outcome": _("Some records are not decided. Nothing was answered. Decide on each first.")})
    if fault:
        raise Invalid({"outcome": _("This is not what was decided on the records. Choose what fits, or decide anew.")})
    request.outcome, request.answer = Outcome(outcome), said
    request.answered_by, request.answered_at = actor.person, at
    request.save(update_fields=["outcome", "answer", "answered_by", "answered_at"])
    return request


def read_requester(request: RecordsRequest, *, purpose: str, actor: Actor, at: datetime) -> None:
    """Write down that counsel looks at who asked, and what for; the page shows it for a quarter of an hour."""
    require(policy.may_see_contact(actor))
    reading.note(
        REQUESTER, request.id, label=request.reference, purpose=purpose, actor=actor, at=at, owner=request.logged_by
    )


def forget_requesters(*, at: datetime) -> int:
    """Destroy who asked, and how to reach them, 90 days after the answer; return how many."""
    due = RecordsRequest.objects.filter(answered_at__lt=at - CONTACT_LIFE, contact_gone_at=None)
    return due.update(requester="", contact="", contact_gone_at=at)


def forget_before(moment: datetime) -> int:
    """Delete answered requests older than `moment`, with their exemption log; return how many."""
    rows = RecordsRequest.objects.filter(answered_at__lt=moment)
    count = rows.count()
    rows.delete()
    return count

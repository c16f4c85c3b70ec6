# SPDX-License-Identifier: Apache-2.0
"""Reads of subpoenas, requests for records, and the exemption log."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet

from hansa.evidence.choices import Decision
from hansa.evidence.models import RecordsRequest, RequestedRecord


def all_requests() -> QuerySet[RecordsRequest]:
    """Return every request, open ones first by due day, then the answered, newest first. Who asked is not loaded."""
    rows = RecordsRequest.objects.defer("requester", "contact")
    return rows.order_by(F("answered_at").desc(nulls_first=True), "due_on", "reference")


def logged_by(person: UUID) -> QuerySet[RecordsRequest]:
    """Return the requests that a person logged, newest first. Who asked is not loaded."""
    return RecordsRequest.objects.defer("requester", "contact").filter(logged_by=person).order_by("-logged_at")


def request(id: UUID) -> RecordsRequest | None:
    """Return a request of the member, None when there is none."""
    return RecordsRequest.objects.filter(id=id).first()


def records(found: RecordsRequest) -> QuerySet[RequestedRecord]:
    """Return the records that a request asks for, in the order in which they were listed."""
    return found.records.order_by("listed_at", "id")


def record(id: UUID) -> RequestedRecord | None:
    """Return one record of a request, None when there is none."""
    return RequestedRecord.objects.select_related("request").filter(id=id).first()


def exemptions() -> QuerySet[RequestedRecord]:
    """Return what was withheld, in part or whole, with its request, newest first: the exemption log."""
    rows = RequestedRecord.objects.filter(decision__in=[Decision.PART, Decision.WITHHELD]).select_related("request")
    return rows.defer("request__requester", "request__contact").order_by("-decided_at")


def due(at: datetime) -> list[RecordsRequest]:
    """Return the open requests that are due soon or late, the first first."""
    rows = RecordsRequest.objects.defer("requester", "contact").filter(outcome="").order_by("due_on")
    return [found for found in rows if found.state(at) in ("soon", "late")]

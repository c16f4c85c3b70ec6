# SPDX-License-Identifier: Apache-2.0
"""Subpoenas and requests for records: who asks for what by when, what counsel decided on each record."""

from django.db import models
from django.db.models import Q

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.evidence import rules
from hansa.evidence.choices import Decision, Outcome, RequestKind, RequestState


class RecordsRequest(LocalModel):
    """A subpoena or a request for records. Who asked, and how to reach them, is destroyed 90 days after the answer."""

    reference = models.CharField(max_length=12)
    kind = models.CharField(max_length=20, choices=RequestKind.choices)
    asks = models.TextField()
    law = models.CharField(max_length=200)
    requester = models.CharField(max_length=200)
    contact = models.CharField(max_length=200, default="")
    received_on = models.DateField()
    due_on = models.DateField()
    logged_by = models.UUIDField()
    logged_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default="")
    answer = models.TextField(default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    contact_gone_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member reference kind asks law received_on due_on logged_at outcome answer answered_at"
        " contact_gone_at",
        contact="requester contact",
        holder="logged_by answered_by",
        purpose="to answer who asked",
        sealed="the member's counsel",
        purge="90 days after the answer",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "reference"], name="evidence_request_reference")]
        indexes = [models.Index(fields=["member", "due_on"], name="evidence_request_due")]

    def state(self, at) -> RequestState:
        """Return where the request stands at a time."""
        return RequestState(rules.request_state(due_on=self.due_on, answered=bool(self.outcome), today=at.date()))


class RequestedRecord(LocalModel):
    """A record that a request asks for, and what counsel decided. Withheld ones are the exemption log."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.CASCADE, related_name="records")
    title = models.CharField(max_length=200)
    act = models.UUIDField(null=True)
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.PENDING)
    law = models.CharField(max_length=200, default="")
    reason = models.CharField(max_length=300, default="")
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    listed_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member request title act decision law reason decided_at listed_at",
        holder="decided_by",
        purpose="to show who decided",
        sealed="the member's counsel",
        purge="with the request",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(decision__in=["pending", "released"]) | (~Q(law="") & ~Q(reason="")),
                name="evidence_withheld_has_law",
            )
        ]

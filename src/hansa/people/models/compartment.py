# SPDX-License-Identifier: Apache-2.0
"""Who may know what inside a member: seats in compartments, steps that take two people, readings of sensitive records.

All of it is the member's own: it never leaves the node.
"""

from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.people import rules
from hansa.people.choices import Answer, JointState


class Seat(LocalModel):
    """A named person's place in a compartment, from a time until a time, or until someone ends it.

    `emergency` says that the person opened the compartment themselves, to be reviewed by someone else.
    """

    compartment = models.CharField(max_length=40)
    person = models.UUIDField()
    begins_at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.UUIDField(null=True)
    step = models.UUIDField()
    emergency = models.BooleanField(default=False)
    personal = declare(
        none="id member compartment begins_at until ended_at step emergency",
        holder="person ended_by",
        purpose="to know who could read a compartment, when",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "compartment", "person"], name="people_seat_holder")]

    @property
    def ends_at(self):
        """When the seat ends or ended; None while it is open."""
        return rules.term_end(self.until, self.ended_at)


class JointStep(LocalModel):
    """A step that takes two people: what one proposed, frozen, and what another answered.

    `kind` names what happens, `payload` holds its values, `digest` their hash: what the second person confirms is
    what the first one proposed. With `review_by` it took effect at once, and the second person reviews it.
    """

    kind = models.CharField(max_length=80)
    payload = models.JSONField()
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=300)
    proposed_by = models.UUIDField()
    office = models.CharField(max_length=40)
    proposed_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    review_by = models.DateTimeField(null=True)
    answer = models.CharField(max_length=12, choices=Answer.choices, default="")
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer_reason = models.CharField(max_length=300, default="")
    personal = declare(
        none="id member kind digest office proposed_at expires_at review_by answer answered_at reason answer_reason",
        holder="payload proposed_by answered_by",
        purpose="to show which two people took a step",
        sealed="the member",
        purge="three years after the step",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "answer", "proposed_at"], name="people_joint_open")]

    def state(self, at) -> JointState:
        """Return where the step stands at a time."""
        return JointState(rules.joint_state(self.answer, expires=self.expires_at, review_by=self.review_by, at=at))


class Reading(LocalModel):
    """Somebody read a sensitive record: who, what, when, for what stated purpose. Shown to the record's owner.

    The database refuses to change a row, and to delete one before three years are over.
    """

    record_kind = models.CharField(max_length=60)
    record = models.UUIDField()
    label = models.CharField(max_length=200)
    compartment = models.CharField(max_length=40, default="")
    owner = models.UUIDField(null=True)
    reader = models.UUIDField()
    office = models.CharField(max_length=40)
    purpose = models.CharField(max_length=200)
    emergency = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member record_kind record label compartment office purpose emergency at",
        holder="owner reader",
        purpose="to show a record's owner who read it",
        sealed="the member",
        purge="three years after the reading",
    )

    class Meta:
        indexes = [
            models.Index(fields=["member", "record", "at"], name="people_reading_record"),
            models.Index(fields=["member", "owner", "at"], name="people_reading_owner"),
            models.Index(fields=["member", "at"], name="people_reading_at"),
        ]

# SPDX-License-Identifier: Apache-2.0
"""What a member's own people have to do, know and hand over. All of it is local: it never leaves the node."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.duty.rules import Clock
from hansa.duty.wording import Wording


class Duty(LocalModel):
    """Something that an office has to do, by a time. It belongs to a person once one has taken it.

    `key` says which duty it is for its subject, so that opening it twice opens one.
    """

    office = models.CharField(max_length=40)
    person = models.UUIDField(null=True)
    kind = models.CharField(max_length=60)
    key = models.CharField(max_length=160)
    subject = models.UUIDField()
    scope = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    opened_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.UUIDField(null=True)
    waived = models.BooleanField(default=False)
    personal = declare(
        none="id member office kind key subject scope title params url opened_at due_at done_at waived",
        holder="person done_by",
        purpose="to know who does it",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="duty_once")]
        indexes = [
            models.Index(fields=["member", "due_at"], condition=models.Q(done_at=None, waived=False), name="duty_open"),
            models.Index(fields=["member", "subject"], name="duty_subject"),
            models.Index(fields=["member", "done_at"], name="duty_done"),
        ]

    @property
    def clock(self) -> Clock:
        """Its period, and when it was met or waived."""
        return Clock(self.opened_at, self.due_at, self.done_at, self.waived)

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return Wording(self.title, self.params).text


class Notice(LocalModel):
    """Something to know, not to do. Read once, silent everywhere. With a `person` it is for that person only."""

    key = models.CharField(max_length=160)
    person = models.UUIDField(null=True)
    topic = models.CharField(max_length=60)
    subject = models.UUIDField()
    scope = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    at = models.DateTimeField(default=clock.now)
    read_at = models.DateTimeField(null=True)
    read_by = models.UUIDField(null=True)
    personal = declare(
        none="id member key topic subject scope title params url at read_at",
        holder="person read_by",
        purpose="to show it to whom it concerns, and as read",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="duty_notice_once")]
        indexes = [models.Index(fields=["member", "at"], name="duty_notice_at")]

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return Wording(self.title, self.params).text


class LogLine(LocalModel):
    """What someone noted, such as "bridge closed, 02:40". `shared` is the act that told it to others, if any."""

    person = models.UUIDField(null=True)
    office = models.CharField(max_length=40)
    scope = models.UUIDField(null=True)
    text = models.CharField(max_length=500)
    happened_at = models.DateTimeField(default=clock.now)
    at = models.DateTimeField(default=clock.now)
    shared = models.UUIDField(null=True)
    personal = declare(
        none="id member office scope text happened_at at shared",
        holder="person",
        purpose="to ask who noted it",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "at"], name="duty_line_at")]


class Handover(LocalModel):
    """A shift hand-over: a brief drafted from acts and log lines, edited, then read and accepted by the relief.

    `acts` are those of which it may tell; when one of them is destroyed, so is the text.
    """

    office = models.CharField(max_length=40)
    written_by = models.UUIDField(null=True)
    since = models.DateTimeField()
    at = models.DateTimeField(default=clock.now)
    text = models.TextField()
    acts = ArrayField(models.UUIDField(), default=list)
    accepted_by = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member office since at text acts accepted_at",
        holder="written_by accepted_by",
        purpose="to know who handed over to whom",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "office", "at"], name="duty_handover_at")]

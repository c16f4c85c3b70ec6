# SPDX-License-Identifier: Apache-2.0
"""Addresses, messages, their deliveries and every attempt. All of it is local: it never leaves the node."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.notify import reasons, sealing
from hansa.notify.choices import Channel, Outcome, State, Urgency, Via


class Address(LocalModel):
    """Where a person is reached over one channel: sealed at rest, used once it was confirmed, never shown in bulk.

    `exercise` enlists it for drills: an exercise sends to no other. A browser says when it has shown a message
    (`heard_at`); one that shows none for a week is asked to (`checked_at`), and is silent when it still does not.
    """

    person = models.UUIDField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    sealed = models.BinaryField()
    lookup = models.CharField(max_length=64)
    language = models.CharField(max_length=5, default="en")
    added_at = models.DateTimeField(default=clock.now)
    verified_at = models.DateTimeField(null=True)
    consent_text = models.CharField(max_length=500, default="")
    consent_at = models.DateTimeField(null=True)
    consent_source = models.CharField(max_length=40, default="")
    disabled_at = models.DateTimeField(null=True)
    disabled_reason = models.CharField(max_length=200, default="")
    heard_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)
    exercise = models.BooleanField(default=False)
    personal = declare(
        none="id member channel language added_at verified_at consent_text consent_at consent_source disabled_at"
        " disabled_reason heard_at checked_at silent_at exercise",
        holder="person sealed lookup",
        purpose="to reach the person",
        sealed="the node's key",
        purge="with the account",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "person", "channel", "lookup"], name="notify_address_once")
        ]
        indexes = [models.Index(fields=["lookup"], name="notify_address_lookup")]

    @property
    def context(self) -> str:
        """To what the value is sealed."""
        return f"{self.member}/{self.id}"

    @property
    def value(self) -> str:
        """The address itself, opened."""
        return sealing.open_sealed(bytes(self.sealed), context=self.context)

    @property
    def why(self) -> str:
        """Why it is off, in the reader's language."""
        return reasons.shown(self.disabled_reason or ("silent" if self.silent_at else ""))

    @property
    def off_since(self) -> datetime | None:
        """Since when messages no longer reach anybody there."""
        return self.disabled_at or self.silent_at

    @property
    def usable(self) -> bool:
        """Whether messages may go there."""
        return self.verified_at is not None and self.disabled_at is None


class Message(LocalModel):
    """An event, told to one person in their language. `code` takes it; the first of an event's messages wins."""

    event = models.CharField(max_length=160)
    person = models.UUIDField()
    language = models.CharField(max_length=5, default="en")
    headline = models.CharField(max_length=160)
    text = models.TextField(default="")
    url = models.CharField(max_length=300, default="")
    urgency = models.CharField(max_length=6, choices=Urgency.choices, default=Urgency.NORMAL)
    code = models.CharField(max_length=8, default="")
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_via = models.CharField(max_length=6, choices=Via.choices, default="")
    exercise = models.CharField(max_length=100, default="")
    personal = declare(
        none="id member event language headline text url urgency code wrong_tries at expires_at acknowledged_at"
        " acknowledged_via exercise",
        holder="person",
        purpose="to know who was told and who answered",
        sealed="the member",
        purge="one year after it was written",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "event", "person"], name="notify_message_once"),
            # Once and only once: whoever comes second is told who was first.
            models.UniqueConstraint(
                fields=["member", "event"], condition=Q(acknowledged_at__isnull=False), name="notify_taken_once"
            ),
        ]
        indexes = [
            models.Index(fields=["member", "at"], name="notify_message_at"),
            models.Index(fields=["member", "code"], condition=~Q(code=""), name="notify_message_code"),
        ]


class Delivery(LocalModel):
    """A message on its way to one address, in one round. `holder` is the lock of whoever is sending it.

    `doubtful`: the last attempt may have been accepted. `resent_identically` counts how often it was sent again
    although nobody could be asked: same Message-ID, same Topic.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    round = models.PositiveSmallIntegerField(default=1)
    place = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=300, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    doubtful = models.BooleanField(default=False)
    resent_identically = models.PositiveSmallIntegerField(default=0)
    provider_id = models.CharField(max_length=120, default="")
    holder = models.BigIntegerField(null=True)
    queued_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    accepted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member message channel round place state reason tries doubtful resent_identically provider_id holder"
        " queued_at due_at accepted_at changed_at",
        holder="address",
        purpose="to know what became of a message",
        sealed="the member",
        purge="one year after it was written",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "address", "round"], name="notify_delivery_once")]
        indexes = [
            models.Index(
                fields=["channel", "place", "queued_at"], condition=Q(state=State.QUEUED), name="notify_queue"
            ),
            models.Index(fields=["channel", "holder"], condition=Q(state=State.SENDING), name="notify_sending"),
            models.Index(fields=["member", "state", "changed_at"], name="notify_delivery_state"),
            models.Index(fields=["channel", "provider_id"], condition=~Q(provider_id=""), name="notify_provider_id"),
        ]

    @property
    def why(self) -> str:
        """What happened, in the reader's language."""
        return reasons.shown(self.reason)


class Attempt(LocalModel):
    """One try to send a delivery. Its id is the marker by which a provider is asked what became of it."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    began_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default="")
    reason = models.CharField(max_length=300, default="")
    personal = declare(none="id member delivery began_at ended_at outcome reason")

    @property
    def why(self) -> str:
        """What happened, in the reader's language."""
        return reasons.shown(self.reason)


class Inbound(LocalModel):
    """A text message that came in: the same one again changes nothing. What it said is not kept."""

    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="inbound")
    provider_id = models.CharField(max_length=120)
    meaning = models.CharField(max_length=8)
    at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member provider_id meaning at",
        holder="address",
        purpose="to do what a text asks for once",
        sealed="the member",
        purge="one year after it came",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "provider_id"], name="notify_inbound_once")]
        indexes = [models.Index(fields=["address", "at"], name="notify_inbound_at")]


class ChannelHealth(models.Model):
    """Whether a channel of this node works, as traffic and test messages show it. It holds nobody's data."""

    channel = models.CharField(primary_key=True, max_length=8, choices=Channel.choices)
    failing_since = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, default="")
    worked_at = models.DateTimeField(null=True)
    probed_at = models.DateTimeField(null=True)
    probe = models.UUIDField(null=True)
    probe_due_at = models.DateTimeField(null=True)
    personal = declare(none="channel failing_since reason worked_at probed_at probe probe_due_at")

    @property
    def why(self) -> str:
        """Why it fails, in the reader's language."""
        return reasons.shown(self.reason)

    def red(self, now: datetime) -> bool:
        """Return whether it fails: traffic says so, or a test message has not come back in time."""
        return self.failing_since is not None or (self.probe_due_at is not None and self.probe_due_at < now)

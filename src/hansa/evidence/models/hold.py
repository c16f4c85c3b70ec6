# SPDX-License-Identifier: Apache-2.0
"""Legal holds: what must not be destroyed, why, until which review, and counsel's own sealed copies of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.evidence import rules
from hansa.evidence.choices import HoldState


class Hold(LocalModel):
    """A hold that counsel and a second person placed. Its id is that of their joint step.

    `recipient` is an age key made for it; `key` is its secret half, encrypted with the node's key. Both parts and all
    copies are destroyed when it is released. Copies are made in the order of the acts' ids: `copied_to` is the last
    that was looked at, out of `to_copy` that were there when it was placed; `copied_at` says when all were.
    """

    name = models.CharField(max_length=120)
    matter = models.CharField(max_length=200)
    law = models.CharField(max_length=200)
    acts = ArrayField(models.UUIDField(), default=list)
    kinds = ArrayField(models.CharField(max_length=60), default=list)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    review_on = models.DateField()
    placed_by = models.UUIDField()
    confirmed_by = models.UUIDField()
    placed_at = models.DateTimeField()
    gone = models.IntegerField(default=0)
    recipient = models.CharField(max_length=100)
    key = models.BinaryField()
    released_at = models.DateTimeField(null=True)
    release_step = models.UUIDField(null=True)
    to_copy = models.IntegerField(default=0)
    copied_to = models.UUIDField(null=True)
    copying_at = models.DateTimeField(null=True)
    copied_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member law acts kinds since until review_on placed_at gone recipient key released_at release_step"
        " to_copy copied_to copying_at copied_at",
        party="name matter",
        holder="placed_by confirmed_by",
        purpose="to keep what a court may ask for",
        sealed="the member",
        purge="never: the record of holds is evidence",
    )

    class Meta:
        indexes = [models.Index(fields=["member", "released_at"], name="evidence_hold_open")]

    @property
    def scope(self) -> rules.Scope:
        """What the hold names."""
        return rules.Scope(frozenset(self.acts), frozenset(self.kinds), self.since, self.until)

    def state(self, at) -> HoldState:
        """Return where the hold stands at a time."""
        return HoldState(
            rules.hold_state(review_on=self.review_on, released=self.released_at is not None, today=at.date())
        )


class HoldReview(LocalModel):
    """Counsel looked at a hold again, and says why it stays, until the next review."""

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="reviews")
    person = models.UUIDField()
    at = models.DateTimeField(default=clock.now)
    next_on = models.DateField()
    note = models.CharField(max_length=300)
    personal = declare(
        none="id member hold at next_on note",
        holder="person",
        purpose="to show who reviewed the hold",
        sealed="the member",
        purge="never: the record of holds is evidence",
    )


class HeldCopy(LocalModel):
    """A sealed act that a hold keeps: its ciphertext, and the one wrap that is left, to the hold's own key.

    Wraps, opened rows and ciphertext of everyone else go when their purge is due; only counsel opens this, and proves
    it by `commitment` against the leaf.
    """

    hold = models.ForeignKey(Hold, on_delete=models.CASCADE, related_name="copies")
    act = models.UUIDField()
    type = models.CharField(max_length=80)
    author = models.CharField(max_length=63)
    origin = models.CharField(max_length=200)
    index = models.BigIntegerField()
    said_at = models.DateTimeField()
    commitment = models.CharField(max_length=64)
    ciphertext = models.BinaryField()
    wrap = models.BinaryField()
    copied_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member hold act type author origin index said_at commitment copied_at",
        party="ciphertext wrap",
        purpose="to keep what a court may ask for",
        sealed="counsel: named persons of the member",
        purge="when the hold is released",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["hold", "act"], name="evidence_copy_once")]

# SPDX-License-Identifier: Apache-2.0
"""Requests: a sheet of lines, each line an entity of the member that asked."""

from django.db import models

from hansa.core.models import SharedModel
from hansa.core.personal import declare


class RequestLine(SharedModel):
    """One line: so many of a kind, at a place, by a time. Its id is that of the act that opened it.

    `author` filed it; `requester` needs it. They differ where one member filed for another who called, until the
    requester adopts the line ("reported by voice"). Offers, agreements and shipments are others' entities: what is
    covered is derived when read.
    """

    id = models.UUIDField(primary_key=True)
    sheet = models.UUIDField(db_index=True)
    number = models.PositiveIntegerField(default=1)
    activation = models.UUIDField()
    author = models.CharField(max_length=63)
    requester = models.CharField(max_length=63)
    adopted_at = models.DateTimeField(null=True)
    kind = models.CharField(max_length=130)
    level = models.PositiveSmallIntegerField(default=0)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    needed_by = models.DateTimeField()
    until = models.DateTimeField(null=True)
    place = models.CharField(max_length=200)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    zone = models.CharField(max_length=40, default="UTC")
    priority = models.PositiveSmallIntegerField(default=3)
    lifeline = models.CharField(max_length=20, blank=True)
    conditions = models.TextField(blank=True)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)
    charter = models.CharField(max_length=64, blank=True)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(
        none="id sheet number activation author requester adopted_at kind level quantity needed_by until place lat lon"
        " zone priority lifeline conditions note opened_at changed_at changed_by cancelled_at cancel_reason charter"
        " exercise audience"
    )

    class Meta:
        indexes = [
            models.Index(fields=["activation", "cancelled_at", "kind"], name="aid_line_by_activation"),
            models.Index(fields=["activation", "priority", "needed_by", "id"], name="aid_line_by_urgency"),
        ]

    @property
    def by_voice(self) -> bool:
        """Whether someone filed it for the requester, who has not adopted it."""
        return self.author != self.requester and self.adopted_at is None


class RequestDecline(SharedModel):
    """A member's answer that it cannot help with a line; the answer is that member's own entity."""

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(RequestLine, models.DO_NOTHING, db_constraint=False, related_name="declines")
    donor = models.CharField(max_length=63)
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    declined_at = models.DateTimeField()
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id line donor reason note declined_at exercise audience")

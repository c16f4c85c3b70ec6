# SPDX-License-Identifier: Apache-2.0
"""Offers on request lines, and the requester's refusals of them."""

from django.db import models

from hansa.aid.models.request import RequestLine
from hansa.core.models import SharedModel
from hansa.core.personal import declare


class Offer(SharedModel):
    """So many units for one request line, firm until `valid_until`. Its id is that of the act that made it.

    A donor's recall after agreement is the agreement's; before it, the donor withdraws the offer. `costs` is a list
    of rows: category, description, terms (bill, waive, in-kind), amount in US dollars as a string.
    """

    id = models.UUIDField(primary_key=True)
    line = models.ForeignKey(RequestLine, models.DO_NOTHING, db_constraint=False, related_name="offers")
    activation = models.UUIDField(db_index=True)
    donor = models.CharField(max_length=63)
    requester = models.CharField(max_length=63)
    kind = models.CharField(max_length=130)
    level = models.PositiveSmallIntegerField(default=0)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    available_from = models.DateTimeField()
    arrives_at = models.DateTimeField()
    valid_until = models.DateTimeField()
    site = models.CharField(max_length=120)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    limitations = models.TextField(blank=True)
    costs = models.JSONField(default=list)
    total = models.DecimalField(max_digits=14, decimal_places=2, default=0)
    offered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdraw_reason = models.CharField(max_length=300, blank=True)
    charter = models.CharField(max_length=64, blank=True)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(
        none="id line activation donor requester kind level quantity available_from arrives_at valid_until site lat lon"
        " limitations costs total offered_at withdrawn_at withdraw_reason charter exercise audience"
    )

    class Meta:
        indexes = [models.Index(fields=["donor", "kind", "valid_until"], name="aid_offer_by_donor")]


class OfferDecline(SharedModel):
    """The requester's refusal of an offer, or of a part of it. What was refused is free again at the donor."""

    id = models.UUIDField(primary_key=True)
    offer = models.ForeignKey(Offer, models.DO_NOTHING, db_constraint=False, related_name="declines")
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    reason = models.CharField(max_length=20)
    note = models.CharField(max_length=300, blank=True)
    declined_at = models.DateTimeField()
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id offer quantity reason note declined_at exercise audience")

# SPDX-License-Identifier: Apache-2.0
"""Shipments: legs with a custodian and a time each, counts at the end, proof of delivery."""

from django.db import models

from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare


class Shipment(SharedModel):
    """Goods under one agreement on their way to `destination`. Its id is that of the act that sent it.

    `back` says that the requester returns goods to the donor.
    """

    id = models.UUIDField(primary_key=True)
    agreement = models.UUIDField(db_index=True)
    activation = models.UUIDField(db_index=True)
    origin = models.CharField(max_length=63)
    destination = models.CharField(max_length=63)
    back = models.BooleanField(default=False)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id agreement activation origin destination back at digest exercise audience")


class ShipmentLine(SharedModel):
    """So many units in a shipment, counted against one agreement line."""

    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.DO_NOTHING, db_constraint=False, related_name="lines")
    line = models.UUIDField(db_index=True)
    offer = models.UUIDField()
    quantity = models.DecimalField(max_digits=14, decimal_places=3)

    personal = declare(none="id shipment line offer quantity audience")


class Movement(SharedModel):
    """One event on a shipment's way: departed, arrived, handed over. Departure and hand-over open a leg.

    `custodian` has the goods from `at` on: a member or a carrier's name, never a driver. A leg's id is that of the act
    that opened it; a hand-over names in `after` the leg that it ended.
    """

    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.DO_NOTHING, db_constraint=False, related_name="movements")
    kind = models.CharField(max_length=12)
    leg = models.UUIDField()
    after = models.UUIDField(null=True)
    custodian = models.CharField(max_length=120)
    place = models.CharField(max_length=200)
    bound_for = models.CharField(max_length=200, blank=True)
    due = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, blank=True)
    by_code = models.BooleanField(default=False)
    member = models.CharField(max_length=63)
    happened = models.DateTimeField()
    at = models.DateTimeField()

    personal = declare(
        none="id shipment kind leg after custodian place bound_for due seal by_code member happened at audience"
    )

    class Meta:
        indexes = [models.Index(fields=["due"], name="aid_movement_due")]


class Tally(SharedModel):
    """A count of one shipment line: received, damaged, lost, or come home undelivered. One row per act, line, kind."""

    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.DO_NOTHING, db_constraint=False, related_name="tallies")
    act = models.UUIDField()
    offer = models.UUIDField()
    kind = models.CharField(max_length=12)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    custodian = models.CharField(max_length=120)
    place = models.CharField(max_length=200)
    member = models.CharField(max_length=63)
    happened = models.DateTimeField()
    at = models.DateTimeField()

    personal = declare(none="id shipment act offer kind quantity custodian place member happened at audience")


class Receipt(SharedModel):
    """Someone took delivery, whole or in part, or wrote units off: who, where, when, with which proof.

    `proof` is the SHA-256 (hex) of a photo or a signed paper that the receiver keeps.
    """

    id = models.UUIDField(primary_key=True)
    shipment = models.ForeignKey(Shipment, models.DO_NOTHING, db_constraint=False, related_name="receipts")
    leg = models.UUIDField()
    kind = models.CharField(max_length=12)
    place = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    by_code = models.BooleanField(default=False)
    proof = models.CharField(max_length=64, blank=True)
    condition = models.CharField(max_length=20, blank=True)
    member = models.CharField(max_length=63)
    office = models.CharField(max_length=40)
    happened = models.DateTimeField()
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    personal = declare(
        none="id shipment leg kind place note by_code proof condition member office happened at digest audience"
    )


class HandoverCode(LocalModel):
    """The code of one leg, kept by the member that sent it, to be told to whoever takes over the goods."""

    leg = models.UUIDField(unique=True)
    code = models.CharField(max_length=6)

    personal = declare(none="id member leg code")

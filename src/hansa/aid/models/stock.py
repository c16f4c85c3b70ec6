# SPDX-License-Identifier: Apache-2.0
"""What a member has: local, nobody else's to read. What it would release, it declares by act."""

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from hansa.aid.rules.stock import default_reserve
from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare


class Stock(LocalModel):
    """So many units of a kind and type at one of the member's sites. `reserve` None means the default rule."""

    kind = models.CharField(max_length=130)
    level = models.PositiveSmallIntegerField(default=0, help_text=_("NIMS type, 1 is best; 0 when not typed"))
    site = models.CharField(max_length=120)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    reserve = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    changed_at = models.DateTimeField()

    personal = declare(none="id member kind level site lat lon quantity reserve changed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "level", "site"], name="aid_stock_one_row"),
            models.CheckConstraint(condition=models.Q(quantity__gte=0), name="aid_stock_not_negative"),
        ]

    @property
    def kept(self) -> Decimal:
        """Units that stay: the reserve that was set, else 30 % of the quantity, rounded up."""
        return default_reserve(self.quantity) if self.reserve is None else self.reserve


class StockChange(LocalModel):
    """Why a stock changed: counted anew, taken out for a shipment, come back."""

    stock = models.UUIDField(db_index=True)
    delta = models.DecimalField(max_digits=14, decimal_places=3)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    reason = models.CharField(max_length=20)
    source = models.UUIDField(null=True, help_text=_("The act that it follows from"))
    at = models.DateTimeField()

    personal = declare(none="id member stock delta quantity reason source at")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stock", "source"], name="aid_stock_change_once_per_act"),
        ]


class Availability(SharedModel):
    """What a member declared it could release, of one kind and type at one site. The newest declaration counts."""

    id = models.UUIDField(primary_key=True)
    donor = models.CharField(max_length=63, db_index=True)
    kind = models.CharField(max_length=130, db_index=True)
    level = models.PositiveSmallIntegerField(default=0)
    quantity = models.DecimalField(max_digits=14, decimal_places=3)
    site = models.CharField(max_length=120)
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    declared_at = models.DateTimeField()
    act = models.CharField(max_length=64)

    personal = declare(none="id donor kind level quantity site lat lon declared_at act audience")


class Declaration(SharedModel):
    """The newest declaration of a member, kept even when it lists nothing."""

    donor = models.CharField(max_length=63, primary_key=True)
    declared_at = models.DateTimeField()
    act = models.CharField(max_length=64)

    personal = declare(none="donor declared_at act audience")

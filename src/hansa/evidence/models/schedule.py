# SPDX-License-Identifier: Apache-2.0
"""How long a member keeps each kind of records, from which day on, by which law."""

from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.evidence.rules import Rule


class Schedule(LocalModel):
    """One line of the records schedule. A later one replaces it from its day on; it stays on record."""

    kind = models.CharField(max_length=60)
    days = models.IntegerField(null=True)
    law = models.CharField(max_length=200)
    from_on = models.DateField()
    set_by = models.UUIDField()
    set_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member kind days law from_on set_at",
        holder="set_by",
        purpose="to ask who set it",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "kind", "from_on"], name="evidence_schedule_once")]

    @property
    def rule(self) -> Rule:
        """How long, from when, by which law."""
        return Rule(self.from_on, self.days, self.law)

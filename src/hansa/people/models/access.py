# SPDX-License-Identifier: Apache-2.0
"""From where accounts signed in, and what changed in their access: a member's own record, which never leaves the node.

Offices are not in it: who held which one, when, follows from acts (`Appointment`).
"""

from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.people.choices import FACTORS, Change
from hansa.people.models.account import Account


class Device(LocalModel):
    """A browser from which an account signed in. It keeps a random secret in a cookie; here is only the hash."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="devices")
    secret_hash = models.CharField(max_length=64)
    browser = models.CharField(max_length=60)
    first_at = models.DateTimeField(default=clock.now)
    last_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member secret_hash",
        holder="account browser first_at last_at",
        purpose="to tell its holder of a sign-in from a browser that was never used before",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "secret_hash"], name="people_device_once")]


class AccessChange(LocalModel):
    """A line of the record of access: what changed for an account, by whom, when. `by` is None for the node itself.

    `kind` is one of `choices.Change`.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="access_changes")
    kind = models.CharField(max_length=20)
    detail = models.CharField(max_length=120, default="")
    by = models.UUIDField(null=True)
    at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member kind at",
        holder="account by detail",
        purpose="to show who could do what, when",
        sealed="the member",
        purge="one year after the last term ended",
    )

    class Meta:
        indexes = [models.Index(fields=["account", "at"], name="people_access_change_at")]

    @property
    def label(self) -> str:
        """What changed, in the reader's language."""
        return str(Change(self.kind).label)

    @property
    def said(self) -> str:
        """What it was about: a browser, a token's name, a kind of second factor."""
        return str(FACTORS.get(self.detail, self.detail))

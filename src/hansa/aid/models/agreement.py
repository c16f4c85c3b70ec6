# SPDX-License-Identifier: Apache-2.0
"""Agreements: what each side signed, the notices since, and what stands of it all.

`Signature`, `AgreementNotice` and `Acknowledgement` are one row per act and never change. `Agreement` and
`AgreementLine` are what `rules.agreements.settle` makes of the whole set of them, kept for reading; every apply
computes them anew, so that any order of arrival leaves the same rows.
"""

from django.db import models

from hansa.core.models import SharedModel
from hansa.core.personal import declare


class Agreement(SharedModel):
    """Two members' agreement, as its signatures and notices settle it. `hashes` are the versions that stand.

    `document` is the standing terms (of the lowest hash in a conflict), or what was proposed first while none stands.
    """

    id = models.UUIDField(primary_key=True)
    activation = models.UUIDField()
    donor = models.CharField(max_length=63)
    requester = models.CharField(max_length=63)
    state = models.CharField(max_length=20)
    hashes = models.JSONField(default=list)
    waiting = models.JSONField(default=dict)
    document = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    ends = models.DateTimeField()
    charter = models.CharField(max_length=64, blank=True)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(
        none="id activation donor requester state hashes waiting document opened_at signed_at ends charter exercise"
        " audience"
    )

    class Meta:
        indexes = [
            models.Index(fields=["activation", "state"], name="aid_agreement_of"),
            models.Index(fields=["opened_at"], name="aid_agreement_at"),
        ]


class AgreementLine(SharedModel):
    """What an agreement grants of one offer, and what recalls and cancellations ask back of it."""

    id = models.UUIDField(primary_key=True)
    agreement = models.ForeignKey(Agreement, models.DO_NOTHING, db_constraint=False, related_name="lines")
    activation = models.UUIDField(db_index=True)
    offer = models.UUIDField(db_index=True)
    request = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=130)
    level = models.PositiveSmallIntegerField(default=0)
    granted = models.DecimalField(max_digits=14, decimal_places=3)
    recalled = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    cancelled = models.DecimalField(max_digits=14, decimal_places=3, default=0)

    personal = declare(none="id agreement activation offer request kind level granted recalled cancelled audience")


class Signature(SharedModel):
    """One side signed one version of the terms. Both sides' rows carry the document, so that either stands alone."""

    id = models.UUIDField(primary_key=True)
    agreement = models.UUIDField(db_index=True)
    hash = models.CharField(max_length=64)
    parents = models.JSONField(default=list)
    document = models.JSONField()
    side = models.CharField(max_length=10)
    member = models.CharField(max_length=63)
    office = models.CharField(max_length=40)
    at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    charter = models.CharField(max_length=64, blank=True)
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id agreement hash parents document side member office at digest charter exercise audience")


class AgreementNotice(SharedModel):
    """A recall by the donor, or a cancellation or early release by the requester. `lines` maps offers to units."""

    id = models.UUIDField(primary_key=True)
    agreement = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=20)
    lines = models.JSONField(default=dict)
    reason = models.CharField(max_length=500)
    effective = models.DateTimeField()
    member = models.CharField(max_length=63)
    at = models.DateTimeField()
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id agreement kind lines reason effective member at exercise audience")


class Acknowledgement(SharedModel):
    """The other side has a notice, or an amendment (then `hash` says which), and perhaps declines the amendment."""

    id = models.UUIDField(primary_key=True)
    agreement = models.UUIDField(db_index=True)
    notice = models.UUIDField(null=True)
    hash = models.CharField(max_length=64, blank=True)
    declined = models.BooleanField(default=False)
    note = models.CharField(max_length=500, blank=True)
    member = models.CharField(max_length=63)
    at = models.DateTimeField()
    exercise = models.CharField(max_length=100, blank=True)

    personal = declare(none="id agreement notice hash declined note member at exercise audience")

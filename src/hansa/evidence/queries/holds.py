# SPDX-License-Identifier: Apache-2.0
"""Reads of holds."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, QuerySet

from hansa.evidence.models import HeldCopy, Hold


def all_holds() -> QuerySet[Hold]:
    """Return every hold of the member, those in force first, the next review first; `kept` counts counsel's copies."""
    rows = Hold.objects.annotate(kept=Count("copies"))
    return rows.order_by(F("released_at").desc(nulls_first=True), "review_on")


def in_force() -> list[Hold]:
    """Return the holds that nobody released."""
    return list(Hold.objects.filter(released_at=None).order_by("review_on"))


def hold(id: UUID) -> Hold | None:
    """Return a hold of the member, None when there is none."""
    return Hold.objects.filter(id=id).first()


def copies(found: Hold) -> QuerySet[HeldCopy]:
    """Return what a hold keeps, oldest act first."""
    return HeldCopy.objects.filter(hold=found).order_by("said_at")


def held_copy(id: UUID) -> HeldCopy | None:
    """Return one copy that a hold keeps, None when there is none."""
    return HeldCopy.objects.select_related("hold").filter(id=id).first()


def kinds_held() -> frozenset[str]:
    """Return the kinds of records that a hold keeps now."""
    return frozenset(code for found in in_force() for code in found.kinds)


def reviews_due(at: datetime) -> list[Hold]:
    """Return the holds whose review is due soon or overdue."""
    return [found for found in in_force() if found.state(at) != "in-force"]

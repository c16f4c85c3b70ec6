# SPDX-License-Identifier: Apache-2.0
"""Setting how long records are kept, and destroying those whose time is over."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, require
from hansa.evidence import kinds, policy
from hansa.evidence.models import Schedule
from hansa.evidence.queries import holds as hold_queries
from hansa.evidence.queries import schedules as queries

LONGEST = 36_525


def set_schedule(kind_code: str, *, days: int | None, law: str, from_on: date, actor: Actor, at: datetime) -> Schedule:
    """Say how long a kind is kept from a day on, by which law; `days` None keeps it for ever.

    Never backwards: what was destroyed was destroyed under the schedule of its day. `Refused` unless counsel.
    """
    require(policy.may_set_schedule(actor))
    kind = kinds.kind(kind_code)
    if kind is None:
        raise Invalid({"kind": _("Choose one of the kinds of records.")})
    said = " ".join(law.split())
    if not 5 <= len(said) <= 200:
        raise Invalid({"law": _("Name the law or ordinance, for example: Cal. Gov. Code § 34090.")})
    if from_on < at.date():
        raise Invalid({"from_on": _("A schedule counts from today or later. Enter another day.")})
    _check_days(kind, days)
    try:
        with transaction.atomic():
            return Schedule.objects.create(
                kind=kind.code, days=days, law=said, from_on=from_on, set_by=policy.person_of(actor), set_at=at
            )
    except IntegrityError:
        raise Invalid({"from_on": _("This kind has a line from that day on already. Enter another day.")}) from None


def _check_days(kind: kinds.RecordKind, days: int | None) -> None:
    if days is not None and not kind.least <= days <= LONGEST:
        said = _("This kind is kept at least %(least)s days, and at most %(most)s. Enter a number between them.")
        raise Invalid({"days": said % {"least": kind.least, "most": LONGEST}})
    if kind.most is not None and (days is None or days > kind.most):
        said = _("Hansa promises to destroy this kind after %(most)s days. Enter that or fewer; to keep single"
                 " records longer, place a hold.")  # fmt: skip
        raise Invalid({"days": said % {"most": kind.most}})


def destroy_run_out(*, at: datetime) -> dict[str, int]:
    """Destroy the rows of the open member whose time is over and that no hold keeps; return how many by kind.

    Nobody asks for it: the worker calls it daily for every member. A hold on a kind keeps all of it, whatever its
    period: rows without a day of their own are not told apart.
    """
    kept = {code for hold in hold_queries.in_force() for code in hold.kinds}
    done = {}
    for kind in kinds.all_kinds():
        before = queries.cutoff(kind, at)
        if kind.forget and before is not None and kind.code not in kept and (count := kind.forget(before)):
            done[kind.code] = count
    return done


def acts_over(*, at: datetime) -> set[UUID]:
    """Return the sealed acts whose time is over for the open member. The purge asks the holds by itself."""
    found: set[UUID] = set()
    for kind in kinds.all_kinds():
        before = queries.cutoff(kind, at)
        if kind.over and before is not None:
            found.update(kind.over(before))
    return found

# SPDX-License-Identifier: Apache-2.0
"""The access log: who read which sensitive record, when, for what stated purpose.

A part that shows such a record asks `recent` first; without a recent reading the page asks for the purpose (partial
`people/_purpose.html`) and calls `note`. Nothing sensitive belongs in a label: the owner of the record reads it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hansa.core.actor import Actor
from hansa.core.masking import mask
from hansa.core.verdicts import Invalid, Refused, Text, refuse
from hansa.people import compartments
from hansa.people.models import Reading

STAYS_OPEN = timedelta(minutes=15)
KEPT = timedelta(days=3 * 366)
SHORTEST, LONGEST = 10, 200

_labels: dict[str, Text] = {}


def sensitive(kind: str, label: Text) -> None:
    """Say what a kind of sensitive record is called. Called once per kind, when Django starts."""
    _labels[kind] = label


def kind_label(kind: str) -> Text:
    """Return the name of a kind of sensitive record."""
    return _labels.get(kind, kind)


def note(
    kind: str, record: UUID, *, label: str, purpose: str, actor: Actor, at: datetime, owner: UUID | None = None,
    compartment: str = "",
) -> Reading:  # fmt: skip
    """Write down that the actor reads a record now, for this purpose; call it before anything is shown.

    `owner` is the person whose record it is. `Invalid` without a purpose, `Refused` for a program: a purpose is a
    person's.
    """
    if actor.person is None:
        raise Refused(refuse(_("Sign in first.")))
    said = " ".join(purpose.split())
    if not SHORTEST <= len(said) <= LONGEST:
        raise Invalid({"purpose": _("Say what you need this for, in 10 to 200 characters. Its owner reads that.")})
    seat = compartments.seat_of(actor, compartment, at) if compartment else None
    return Reading.objects.create(
        record_kind=kind, record=record, label=mask(label)[:200], compartment=compartment, owner=owner,
        reader=actor.person, office=actor.office, purpose=mask(said), emergency=bool(seat and seat.emergency), at=at,
    )  # fmt: skip


def recent(kind: str, record: UUID, *, actor: Actor, at: datetime) -> Reading | None:
    """Return the actor's own reading of a record in the last quarter of an hour: the purpose still stands."""
    if actor.person is None:
        return None
    rows = Reading.objects.filter(record_kind=kind, record=record, reader=actor.person)
    return rows.filter(at__gt=at - STAYS_OPEN, at__lte=at).order_by("-at").first()


def readings_for(actor: Actor, at: datetime) -> QuerySet[Reading]:
    """Return the readings that the actor may see, newest first.

    Those of records of theirs, their own, and those of the compartments in which they have a seat: whoever guards
    records sees who came.
    """
    seated = [c.code for c in compartments.compartments() if compartments.may_enter(actor, c.code, at)]
    rows = Reading.objects.filter(Q(owner=actor.person) | Q(reader=actor.person) | Q(compartment__in=seated))
    return rows.order_by("-at", "-id")


def readings_of(record: UUID) -> QuerySet[Reading]:
    """Return who read one record, newest first. The page that shows it has asked who may see that."""
    return Reading.objects.filter(record=record).order_by("-at", "-id")


def forget_before(moment: datetime) -> int:
    """Delete readings older than `moment`, which the database allows after three years; return how many."""
    return Reading.objects.filter(at__lt=moment).delete()[0]

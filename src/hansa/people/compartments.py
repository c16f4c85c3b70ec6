# SPDX-License-Identifier: Apache-2.0
"""Compartments: what only named persons read, whatever their office or department.

A part declares a compartment when Django starts, and asks `may_enter` before it shows what lies inside. Two people seat
a person; any one keeper ends a seat at once. A seat opens nothing for someone whose last term has ended. Where the
compartment allows it, whoever serves in an office opens it in an emergency, for four hours, with a reason that a second
person reviews.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa import notify
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Invalid, Text, Verdict, refuse, require
from hansa.people import joint, policy, queries, watching
from hansa.people.choices import OFFICES, Office
from hansa.people.models import Account, Appointment, JointStep, Seat

SEAT, EMERGENCY = "people.compartment.seat", "people.compartment.emergency"
EMERGENCY_LIFE = timedelta(hours=4)
REVIEW_WITHIN = timedelta(hours=24)
LONGEST_SEAT = timedelta(days=366)
KEEPERS = (Office.CHIEF_EXECUTIVE.value, Office.LEGAL.value, Office.ADMINISTRATOR.value)


@dataclass(frozen=True, slots=True)
class Compartment:
    """What named persons read: `code`, its name, what lies in it, and whether an emergency opens it."""

    code: str
    label: Text
    holds: Text
    emergency: bool = True


_compartments: dict[str, Compartment] = {}


def declare(compartment: Compartment) -> None:
    """Make a compartment known. Called once per compartment, when Django starts."""
    if compartment.code in _compartments:
        raise ValueError(f"the compartment {compartment.code} is declared twice")
    _compartments[compartment.code] = compartment


def compartments() -> list[Compartment]:
    """Return every compartment, by code."""
    return [_compartments[code] for code in sorted(_compartments)]


def compartment(code: str) -> Compartment | None:
    """Return the compartment with this code, None when no part declared it."""
    return _compartments.get(code)


def seats(code: str, at: datetime) -> list[Seat]:
    """Return the seats of a compartment that run at a time, the first first."""
    return [seat for seat in Seat.objects.filter(compartment=code).order_by("begins_at") if _runs(seat, at)]


def past_seats(code: str, at: datetime) -> list[Seat]:
    """Return the seats of a compartment that are over, newest first: who could read it, when."""
    rows = Seat.objects.filter(compartment=code).order_by("-begins_at")
    return [seat for seat in rows if not _runs(seat, at)]


def _runs(seat: Seat, at: datetime) -> bool:
    return seat.begins_at <= at and (seat.ends_at is None or at < seat.ends_at)


def seat_of(actor: Actor | None, code: str, at: datetime) -> Seat | None:
    """Return the actor's running seat, None without one; a regular one goes before one of an emergency."""
    if actor is None or actor.person is None:
        return None
    own = [seat for seat in seats(code, at) if seat.person == actor.person]
    return min(own, key=lambda seat: seat.emergency, default=None)


def may_enter(actor: Actor | None, code: str, at: datetime | None = None) -> Verdict:
    """Say whether the actor may read what lies in a compartment: named persons who are in office, nobody else."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."), *KEEPERS)
    if not actor.offices:
        return refuse(policy.NO_OFFICE, *KEEPERS)
    if seat_of(actor, code, at or clock.now()):
        return ALLOW
    name = _compartments[code].label
    return refuse(
        _("Only persons who are named to the compartment “%(name)s” read this. An office alone does not open it.")
        % {"name": name}, *KEEPERS,
    )  # fmt: skip


def may_keep(actor: Actor | None) -> Verdict:
    """Say whether the actor may name persons to a compartment, and end their seats."""
    return policy.in_office(actor, *KEEPERS)


def may_open_in_emergency(actor: Actor | None, code: str) -> Verdict:
    """Say whether the actor may open a compartment without a seat."""
    if not _compartments[code].emergency:
        return refuse(_("No emergency opens this compartment. Two people name someone to it."), *KEEPERS)
    return joint.may_propose(actor, EMERGENCY)


def _person_of(text: str) -> Account:
    account = Account.objects.filter(id=text, is_active=True, service=False).first()
    if account is None:
        raise Invalid({"person": _("This person has no open account here. Invite them first.")})
    return account


def nameable(member: str, at: datetime) -> list[Account]:
    """Return the accounts that a seat could be given to: those of persons in office, by name."""
    serving = Appointment.objects.filter(queries.running(at), member=member).values_list("person", flat=True)
    return list(Account.objects.filter(id__in=set(serving), is_active=True, service=False).order_by("name"))


def name_person(
    code: str, person: UUID, *, until: datetime | None, reason: str, actor: Actor, at: datetime, id: UUID | None = None
) -> JointStep:
    """Propose that a person reads what lies in a compartment, until a time; a second person confirms."""
    require(may_keep(actor))
    account = _person_of(str(person))
    if not queries.offices_of(actor.member, account.id, at):
        raise Invalid({"person": _("This person is in no office now: a seat opens nothing. Appoint them first.")})
    if any(seat.person == account.id and not seat.emergency for seat in seats(code, at)):
        raise Invalid({"person": _("This person has a seat already. Nothing was sent.")})
    if until and not at < until <= at + LONGEST_SEAT:
        raise Invalid({"until": _("A seat ends within a year from now. Enter another day.")})
    said = {"compartment": code, "person": str(account.id), "until": clock.to_text(until) if until else ""}
    return joint.propose(SEAT, said, reason=reason, actor=actor, at=at, id=id)


def open_in_emergency(code: str, *, reason: str, actor: Actor, at: datetime, id: UUID | None = None) -> JointStep:
    """Open a compartment now, for four hours, for oneself; a second person reviews it within a day."""
    require(may_open_in_emergency(actor, code))
    if seat_of(actor, code, at):
        raise Invalid({"": _("You read this compartment already. Nothing was changed.")})
    said = {"compartment": code, "person": str(actor.person), "until": clock.to_text(at + EMERGENCY_LIFE)}
    step = joint.propose(EMERGENCY, said, reason=reason, actor=actor, at=at, id=id)
    _alert(step, at)
    return step


def _alert(step: JointStep, at: datetime) -> None:
    """Tell at once, also at night, whoever could review it and whoever guards what lies inside: glass was broken.

    The name of the compartment and of the person stand on the page alone: a screen shows its headlines to everyone.
    """
    keepers = Appointment.objects.filter(queries.running(at), member=step.member, office__in=KEEPERS)
    wanted = {*keepers.values_list("person", flat=True), *(s.person for s in seats(step.payload["compartment"], at))}
    accounts = Account.objects.filter(id__in=wanted - {step.proposed_by}, is_active=True, service=False)
    text = gettext_lazy("Somebody opened a compartment in an emergency, without a seat in it, for four hours."
                        " Read who and why; one of you reviews it within 24 hours, or ends it.")  # fmt: skip
    headline = gettext_lazy("A compartment was opened in an emergency")
    watching.tell(
        list(accounts.order_by("name")), f"{EMERGENCY}:{step.id}", headline, text,
        reverse("people:joint-show", args=[step.id]), at=at, urgency=notify.Urgency.HIGH,
    )  # fmt: skip


def end_seat(seat: Seat, *, actor: Actor, at: datetime) -> None:
    """End a seat now. One keeper is enough: less access needs no second person; whoever has the seat may, too."""
    if actor.person != seat.person:
        require(may_keep(actor))
    Seat.objects.filter(id=seat.id, ended_at=None).update(ended_at=at, ended_by=actor.person)


def _until(payload: joint.Payload) -> datetime | None:
    return clock.from_text(payload["until"]) if payload["until"] else None


def _name(payload: joint.Payload) -> str:
    account = Account.objects.filter(id=payload["person"]).first()
    return account.name if account else payload["person"][-12:]


def _label(payload: joint.Payload) -> Text:
    known = _compartments.get(payload["compartment"])
    return known.label if known else payload["compartment"]


def _seat_sentence(payload: joint.Payload) -> Text:
    return _("%(person)s reads what lies in the compartment “%(name)s”.") % {
        "person": _name(payload), "name": _label(payload)}  # fmt: skip


def _emergency_sentence(payload: joint.Payload) -> Text:
    return _("%(person)s opened the compartment “%(name)s” in an emergency.") % {
        "person": _name(payload), "name": _label(payload)}  # fmt: skip


def _facts(payload: joint.Payload) -> Sequence[tuple[Text, Text]]:
    until, known = _until(payload), _compartments.get(payload["compartment"])
    ends = date_format(until, "DATETIME_FORMAT") + " UTC" if until else _("until it is ended")
    return [
        (_("Compartment"), _label(payload)),
        (_("What lies in it"), known.holds if known else "–"),
        (_("Person"), _name(payload)),
        (_("Seat ends"), ends),
    ]


def _seat(taken: joint.Taken, *, emergency: bool = False) -> None:
    said = taken.payload
    Seat.objects.create(
        compartment=said["compartment"], person=UUID(said["person"]), begins_at=taken.at, until=_until(said),
        step=taken.id, emergency=emergency,
    )  # fmt: skip


def _end(taken: joint.Taken) -> None:
    Seat.objects.filter(step=taken.id, ended_at=None).update(ended_at=taken.at, ended_by=taken.second)


def _concerned(payload: joint.Payload) -> frozenset[UUID]:
    return frozenset({UUID(payload["person"])})


def _then(payload: joint.Payload, id: UUID) -> str:
    return reverse("people:compartment-show", args=[payload["compartment"]])


joint.register(
    joint.Kind(
        SEAT, gettext_lazy("Name a person to a compartment"), KEEPERS, KEEPERS, _seat_sentence, _facts, _seat,
        concerned=_concerned, then=_then,
    )
)  # fmt: skip
joint.register(
    joint.Kind(
        EMERGENCY, gettext_lazy("Open a compartment in an emergency"), OFFICES, KEEPERS, _emergency_sentence, _facts,
        lambda taken: _seat(taken, emergency=True), undo=_end, concerned=_concerned, then=_then, review=REVIEW_WITHIN,
    )
)  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""Silence: when a member gives no sign for the time that the charter sets, the crisis member phones its contacts.

A sign is any act of the member in the activation that a person said, taken alerts among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from procrastinate.contrib.django import app

from hansa import ledger
from hansa.activation import actions, bylaws, queries
from hansa.activation.acts import OPENERS
from hansa.activation.acts.opening import crisis_member
from hansa.activation.alarming import ANSWERS, OFFICE
from hansa.activation.models import Activation
from hansa.activation.owed import Obligation
from hansa.activation.wording import member_name
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Verdict, refuse, require
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.actions.alarm import read_contacts
from hansa.duty.models import ContactList, Duty
from hansa.duty.queries import for_subject, open_duties
from hansa.duty.wording import Wording
from hansa.ledger import Act
from hansa.ledger.models import LoggedAct
from hansa.people.policy import in_office

KIND = "activation.phone"
TASK, QUEUE = "activation.phone-silent", "duty"
TITLE = gettext_noop("Phone %(member)s: it gives no sign")
AGAIN = timedelta(minutes=30)
PHONES = ("duty-officer", "emergency-management", "chief-executive")
_NOT_BY_A_PERSON = ("duty.alert.told",)

OUTCOMES = {
    "reached": gettext_lazy("Reached: they have it"),
    "cannot": gettext_lazy("Reached: they cannot act now"),
    "nobody": gettext_lazy("Nobody answered"),
}
_LINES = {
    "reached": gettext_noop("Phoned %(member)s: reached, they have it."),
    "cannot": gettext_noop("Phoned %(member)s: reached, they cannot act now."),
    "nobody": gettext_noop("Phoned %(member)s: nobody answered."),
}


def subject_of(activation: UUID, member: str) -> UUID:
    """Return the subject of the duty to phone one member in an activation."""
    return uuid5(activation, member)


@dataclass(frozen=True, slots=True)
class Silence:
    """A member that gives no sign, and what it owes by when."""

    member: str
    owed: Obligation


def silent(found: queries.Picture, signs: Mapping[str, datetime], at: datetime) -> list[Silence]:
    """Return who owes something, and has given no sign for the charter's time since the clock of it began."""
    if not found.standing.open:
        return []
    waits = {code: term.phone_after for code, term in found.charter.obligations.items() if term.phone_after}
    first: dict[str, Silence] = {}
    for item in found.obligations:
        wait = waits.get(item.term.code)
        if wait is None or item.clock.done or item.clock.waived or item.member == found.activation.member:
            continue
        last = signs.get(item.member)
        if item.clock.opened + wait <= at and (last is None or last < item.clock.opened):
            first.setdefault(item.member, Silence(item.member, item))
    return list(first.values())


def signs_in(activation: UUID) -> dict[str, datetime]:
    """Return when a person of each member last said anything in an activation. One query."""
    rows = LoggedAct.objects.filter(scope=activation).exclude(type__in=_NOT_BY_A_PERSON)
    return dict(rows.values("author").annotate(last=Max("at")).values_list("author", "last"))


def ask_to_phone(activation: UUID, *, at: datetime) -> list[Silence]:
    """Open the duty to phone each silent member, for the crisis member's officer on duty. Needs its scope."""
    found = queries.picture(activation, at)
    if found is None:
        return []
    quiet = silent(found, signs_in(activation), at)
    for silence in quiet:
        about = About(
            subject_of(activation, silence.member),
            reverse("activation:activation-phone", args=[activation, silence.member]), activation,
        )  # fmt: skip
        title = Wording(TITLE, {"member": member_name(silence.member)})
        duty.open_duty(KIND, OFFICE, title, about, due_at=silence.owed.clock.due, opened_at=at)
    return quiet


def may_phone(actor: Actor | None, activation: Activation, asked: Duty | None) -> Verdict:
    """Allow the crisis member's people in charge, for a member that they were asked to phone."""
    if actor and actor.member != activation.member:
        whose = {"member": member_name(activation.member)}
        return refuse(_("Only %(member)s phones in its activation.") % whose, OFFICE)
    if asked is None:
        return refuse(_("This member has given a sign. Nobody has to phone it."), OFFICE)
    return in_office(actor, *PHONES)


def duty_to_phone(activation: UUID, member: str) -> Duty | None:
    """Return the duty to phone a member, open or done; None when nobody was asked to."""
    return for_subject(subject_of(activation, member), KIND)


def open_for(activation: UUID, members: Iterable[str]) -> set[str]:
    """Return which of these members somebody still has to phone. One query."""
    subjects = {subject_of(activation, member): member for member in members}
    rows = open_duties().filter(kind=KIND, scope=activation).values_list("subject", flat=True)
    return {subjects[subject] for subject in rows if subject in subjects}


def contacts_to_phone(activation: Activation, member: str, *, actor: Actor, at: datetime) -> ContactList | None:
    """Return whom to phone at a member; who read it, and what for, is kept. None where the member filed nobody."""
    require(may_phone(actor, activation, duty_to_phone(activation.id, member)))
    purpose = _("To phone %(member)s, which gives no sign in an activation") % {"member": member_name(member)}
    return read_contacts(member, purpose=purpose, actor=actor, at=at)


def log_call(activation: Activation, member: str, outcome: str, note: str = "", *, actor: Actor,
             id: UUID | None = None) -> None:  # fmt: skip
    """Log what the call came to, for all who read the activation. Where nobody answered: again in half an hour."""
    asked = duty_to_phone(activation.id, member)
    require(may_phone(actor, activation, asked))
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Choose what the call came to. Nothing was logged.")})
    line = _(_LINES[outcome]) % {"member": member_name(member)}
    actions.log_line(f"{line} {note.strip()}".strip(), actor=actor, activation=activation, share=True, id=id)
    subject = subject_of(activation.id, member)
    if outcome == "nobody":
        duty.move_due(subject, KIND, due_at=clock.now() + AGAIN)
    else:
        duty.close_duties(subject, KIND, done_by=actor.person)


def _crisis_hosted(act: Act) -> Iterable[str]:
    return [member for member in [crisis_member(act)] if member in ledger.hosted_members()]


@ledger.on(*OPENERS, name="phone-silent", members=_crisis_hosted)
def look_for_silence(act: Act, _member: str) -> None:
    """Look who is silent when the shortest time of the charter has passed; the sweep looks at all others."""
    held = bylaws.charter(act.charter)
    waits = [term.phone_after for term in held.obligations.values() if term.phone_after] if held else []
    if waits:
        look_at(act.at + min(waits))


def look_at(moment: datetime) -> None:
    """Look who is silent at a time."""
    app.configure_task(TASK, queue=QUEUE, schedule_at=moment).defer()


def _crisis_of_sign(act: Act) -> Sequence[str]:
    """Return the crisis member when this node hosts it and another member gave a sign."""
    activation = getattr(act.body, "activation", None) or getattr(act.body, "subject", None)
    row = queries.get(activation) if activation else None
    return [row.member] if row and row.member != act.author and row.member in ledger.hosted_members() else []


@ledger.on(*ANSWERS, "duty.alert.taken", name="sign", members=_crisis_of_sign)
def stop_phoning(act: Act, _member: str) -> None:
    """Whoever has given a sign need not be phoned."""
    activation = getattr(act.body, "activation", None) or act.body.subject
    duty.close_duties(subject_of(activation, act.author), KIND, at=act.at)

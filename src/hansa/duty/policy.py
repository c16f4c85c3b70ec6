# SPDX-License-Identifier: Apache-2.0
"""Who may do what with duties, log lines, hand-overs and rotas."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.duty.models import CalendarLink, Duty, Handover, RotaCover, RotaSwap
from hansa.people.choices import Office
from hansa.people.policy import NO_OFFICE, in_office

PLANNERS = (Office.ADMINISTRATOR.value, Office.EMERGENCY_MANAGEMENT.value)


def may_read(actor: Actor | None) -> Verdict:
    """Allow whoever serves the member."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."))
    return ALLOW


def may_take(actor: Actor | None, duty: Duty) -> Verdict:
    """Allow the office that has the duty, while nobody else has taken it; what is done stays as it is."""
    if duty.done_at or duty.waived:
        return refuse(_("This is done already. Nothing was changed."))
    allowed = in_office(actor, duty.office)
    if not allowed.ok or duty.person is None or (actor and duty.person == actor.person):
        return allowed
    return refuse(_("Someone else has taken this. Ask them to give it back first."), duty.office)


def may_release(actor: Actor | None, duty: Duty) -> Verdict:
    """Allow only the person who has taken the duty."""
    if actor and actor.person and duty.person == actor.person:
        return ALLOW
    return refuse(_("You have not taken this duty."), duty.office)


def may_log(actor: Actor | None) -> Verdict:
    """Allow everyone who holds an office: anyone logs a line."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."))
    return ALLOW if actor.office else refuse(NO_OFFICE)


def may_hand_over(actor: Actor | None) -> Verdict:
    """Allow everyone who holds an office, for that office."""
    return may_log(actor)


def may_accept(actor: Actor | None, handover: Handover) -> Verdict:
    """Allow another person of the same office: nobody relieves themselves."""
    allowed = in_office(actor, handover.office)
    if not allowed.ok:
        return allowed
    if handover.accepted_at and actor and handover.accepted_by != actor.person:
        return refuse(_("This brief was accepted already."), handover.office)
    if actor and actor.person == handover.written_by:
        return refuse(_("You wrote this brief. The person who relieves you accepts it."), handover.office)
    return ALLOW


def may_plan(actor: Actor | None) -> Verdict:
    """Allow whoever plans the member's rotas: administrators and emergency management."""
    return in_office(actor, *PLANNERS)


def may_cover(actor: Actor | None, office: str, into: UUID | None) -> Verdict:
    """Allow planners; allow who holds the rota's office to put themselves in. Nobody gives others a duty."""
    if in_office(actor, *PLANNERS).ok:
        return ALLOW
    allowed = in_office(actor, office)
    if allowed.ok and actor and into == actor.person:
        return ALLOW
    return refuse(_("You can put yourself in, not others. Ask for a swap, or ask who plans the rota."), *PLANNERS)


def may_swap(actor: Actor | None, office: str) -> Verdict:
    """Allow who holds the rota's office to ask another to take a shift of theirs."""
    return in_office(actor, office)


def may_answer(actor: Actor | None, swap: RotaSwap) -> Verdict:
    """Allow only the person who was asked."""
    if actor and actor.person == swap.asked:
        return ALLOW
    return refuse(_("Only the person who was asked can answer."), swap.rota.office)


def may_withdraw(actor: Actor | None, change: RotaCover | RotaSwap) -> Verdict:
    """Allow planners, and the person who made the change."""
    if actor and actor.person and actor.person == change.made_by:
        return ALLOW
    return may_plan(actor)


def may_revoke(actor: Actor | None, link: CalendarLink) -> Verdict:
    """Allow the link's holder, and administrators."""
    if actor and actor.person == link.person:
        return ALLOW
    return in_office(actor, Office.ADMINISTRATOR.value)

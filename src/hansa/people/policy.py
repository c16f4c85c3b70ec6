# SPDX-License-Identifier: Apache-2.0
"""Who may: verdicts follow from offices, and a refusal names the offices that could.

Other parts say here which offices may publish an act type (`grant`), and ask `may_publish`. Who signs by passkey is
the ledger's requirement (the act type's own, or the charter's); it goes before what was granted.
"""

from datetime import datetime
from uuid import UUID

from django.utils.formats import date_format
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Text, Verdict, refuse
from hansa.ledger import registry
from hansa.people import queries
from hansa.people.choices import Office
from hansa.people.models import Appointment

_granted: dict[str, tuple[str, ...]] = {}

READ_ONLY = _("You can read, not sign, this. Your draft is kept. Send it to someone who can.")
NO_OFFICE = _("You hold no office now. You can read. Ask your administrator.")


def grant(act_type: str, *offices: str) -> None:
    """Say that these offices may publish acts of this type. Called once per type, when Django starts."""
    _granted[act_type] = offices


def offices_for(member: str, act_type: str, charter: str | None = None) -> tuple[str, ...]:
    """Return the offices that may sign an act of this type for a member; empty when nobody was named."""
    need = registry.requirement(act_type, member, charter)
    return need.offices if need else _granted.get(act_type, ())


def in_office(actor: Actor | None, *offices: str, clause: str = "", charter: str = "") -> Verdict:
    """Allow whoever holds one of `offices`; refuse everyone else, with the offices and the clause that names them."""
    if actor is None or actor.person is None:
        return refuse(_("Sign in first."), *offices)
    if actor.holds(*offices):
        return ALLOW
    return refuse(_why_not(actor, offices), *offices, clause=clause, charter=charter)


def term_over(ended: datetime) -> Text:
    """Return what someone reads whose term has ended."""
    said = _("Your term ended at %(time)s UTC. Nothing was signed. Ask your administrator.")
    return said % {"time": date_format(ended, "DATETIME_FORMAT")}


def _why_not_now(actor: Actor, offices: tuple[str, ...]) -> str:
    """Return why someone without these offices may not; asked for only when somebody reads it."""
    if actor.person is not None:
        held = queries.last_term(actor.member, actor.person, offices, clock.now())
        if held and held.ends_at:
            return str(term_over(held.ends_at))
    return str(READ_ONLY if actor.offices else NO_OFFICE)


_why_not = lazy(_why_not_now, str)


def may_publish(actor: Actor | None, act_type: str, charter: str | None = None) -> Verdict:
    """Say whether the actor may publish an act of this type for their member."""
    member = actor.member if actor else ""
    need = registry.requirement(act_type, member, charter)
    if need is None:
        return in_office(actor, *_granted.get(act_type, ()))
    return in_office(actor, *need.offices, clause=need.clause, charter=need.charter)


def may_administer(actor: Actor | None) -> Verdict:
    """Say whether the actor may invite, appoint and end: administrators do."""
    return in_office(actor, Office.ADMINISTRATOR)


def may_appoint(actor: Actor | None, office: str) -> Verdict:
    """Say whether the actor may draw up an appointment to `office`."""
    if office == Office.ADMINISTRATOR:
        return refuse(
            _("Administrators are appointed with the recovery keys: run `hansa administrator` on the server.")
        )
    return may_administer(actor)


def may_delegate(actor: Actor | None, source: Appointment, at: datetime) -> Verdict:
    """Say whether the actor may let another person act in this term: who was appointed to it, while it runs."""
    if actor is None or actor.person is None or source.person != actor.person:
        return refuse(_("A person delegates a term of their own."))
    if source.office == Office.ADMINISTRATOR:
        return refuse(
            _("Administrators are appointed with the recovery keys: run `hansa administrator` on the server.")
        )
    if source.source:
        return refuse(_("This office was delegated to you. Only who was appointed to it can delegate it."))
    if source.state(at) != "running":
        return refuse(term_over(source.ends_at) if source.ends_at else _("This term has not begun."))
    return in_office(actor, source.office)


def may_approve(actor: Actor, offices: tuple[str, ...], at: datetime) -> Verdict:
    """Say whether the actor's person holds one of `offices` at a time; a term that ended is named with its end."""
    if actor.person is None or queries.is_program(actor.person):
        return refuse(_("A program approves nothing, and neither does the node. A person signs."), *offices)
    if queries.holds_office(actor.member, actor.person, offices, at):
        return ALLOW
    term = queries.last_term(actor.member, actor.person, offices, at)
    if term is None:
        return refuse(READ_ONLY if actor.offices else NO_OFFICE, *offices)
    return refuse(term_over(term.ends_at), *offices)


def may_see_account(actor: Actor | None, account: UUID) -> Verdict:
    """Say whether the actor may see and change an account's sign-in: its holder, and an administrator."""
    if actor and actor.person == account:
        return ALLOW
    return may_administer(actor)

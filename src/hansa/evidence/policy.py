# SPDX-License-Identifier: Apache-2.0
"""Who may do what with schedules, holds and requests for records: counsel, and who serves in an office."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Refused, Verdict, refuse
from hansa.evidence.models import Hold, RecordsRequest
from hansa.people.choices import OFFICES, Office
from hansa.people.compartments import may_enter
from hansa.people.policy import in_office

COUNSEL = "counsel"
COUNSEL_OFFICES = (Office.LEGAL.value,)
SECOND = (Office.LEGAL.value, Office.CHIEF_EXECUTIVE.value, Office.ADMINISTRATOR.value)


def person_of(actor: Actor) -> UUID:
    """Return the person who acts; `Refused` for the node itself, which does nothing here."""
    if actor.person is None:
        raise Refused(refuse(_("Sign in first.")))
    return actor.person


def may_read(actor: Actor | None) -> Verdict:
    """Allow whoever serves in an office to read schedules, and which holds there are."""
    return in_office(actor, *OFFICES)


def may_set_schedule(actor: Actor | None) -> Verdict:
    """Allow counsel to say how long a kind of records is kept."""
    return in_office(actor, *COUNSEL_OFFICES)


def may_place_hold(actor: Actor | None) -> Verdict:
    """Allow counsel to propose a hold, its review or its release; a second person confirms."""
    return in_office(actor, *COUNSEL_OFFICES)


def may_change_hold(actor: Actor | None, hold: Hold) -> Verdict:
    """Allow counsel to review or release a hold that is in force."""
    if hold.released_at:
        return refuse(_("This hold was released. Nothing was changed. Place a new one."), *COUNSEL_OFFICES)
    return may_place_hold(actor)


def may_open_held(actor: Actor | None, at: datetime) -> Verdict:
    """Allow persons named to the compartment Counsel to read what a hold keeps; nobody else, whatever their office."""
    return may_enter(actor, COUNSEL, at)


def may_log_request(actor: Actor | None) -> Verdict:
    """Allow everyone who serves in an office to log a subpoena or request: it reaches any desk."""
    return in_office(actor, *OFFICES)


def may_see_requests(actor: Actor | None) -> Verdict:
    """Allow counsel and the chief executive to read the requests."""
    return in_office(actor, *COUNSEL_OFFICES, Office.CHIEF_EXECUTIVE.value)


def may_see_request(actor: Actor | None, request: RecordsRequest) -> Verdict:
    """Allow whoever reads the requests, and who logged this one."""
    return ALLOW if actor and actor.person == request.logged_by and actor.offices else may_see_requests(actor)


def may_answer(actor: Actor | None, request: RecordsRequest) -> Verdict:
    """Allow counsel to decide on the records of an open request, and to answer it."""
    if request.outcome:
        return refuse(_("This request was answered. Nothing was changed. Log a new one."), *COUNSEL_OFFICES)
    return in_office(actor, *COUNSEL_OFFICES)


def may_see_contact(actor: Actor | None) -> Verdict:
    """Allow counsel to see who asked, one request at a time, written down with the purpose."""
    return in_office(actor, *COUNSEL_OFFICES)

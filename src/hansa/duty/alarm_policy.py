# SPDX-License-Identifier: Apache-2.0
"""Who may take alerts, say how people are asked, and file emergency contacts."""

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import Verdict, refuse
from hansa.duty.models import Alert
from hansa.people.choices import Office
from hansa.people.policy import in_office

FILERS = (Office.ADMINISTRATOR, Office.EMERGENCY_MANAGEMENT, Office.DUTY_OFFICER, Office.CHIEF_EXECUTIVE)


def may_take(actor: Actor | None, alert: Alert) -> Verdict:
    """Allow whoever would be asked: the alert's office, emergency management, the chief executive."""
    if alert.ended_at and not alert.taken_by:
        return refuse(_("This is over. No answer is needed any more."), alert.office)
    return in_office(actor, alert.office, Office.EMERGENCY_MANAGEMENT, Office.CHIEF_EXECUTIVE)


def may_plan(actor: Actor | None) -> Verdict:
    """Allow those who plan who is on call: administrators and emergency management."""
    return in_office(actor, Office.ADMINISTRATOR, Office.EMERGENCY_MANAGEMENT)


def may_file(actor: Actor | None) -> Verdict:
    """Allow the offices that know who answers at night."""
    return in_office(actor, *FILERS)

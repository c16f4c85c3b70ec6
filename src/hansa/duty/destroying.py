# SPDX-License-Identifier: Apache-2.0
"""What the part wrote of sealed acts for its members' own use goes when the acts are destroyed (design, section 2).

Messages went to people's phones and mailboxes, and there they stay; here nothing is left that tells what they said.
"""

from uuid import UUID

from django.db.models import Q

from hansa import ledger, notify
from hansa.duty.models import Alert, Duty, Handover, LogLine, Notice


@ledger.on_destroyed
def forget(acts: frozenset[UUID]) -> None:
    """Delete duties, notices, alerts, shared log lines and messages about these acts, and what briefs told of them."""
    named = "|".join(str(act) for act in acts)
    about = Q(subject__in=acts) | Q(key__regex=named)
    for model in (Duty, Notice, Alert):
        model.objects.filter(about).delete()
    LogLine.objects.filter(shared__in=acts).delete()
    # A person edited the brief: what is whose cannot be told apart any more.
    Handover.objects.filter(acts__overlap=list(acts)).update(text="")
    notify.forget_events(acts)

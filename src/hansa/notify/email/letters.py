# SPDX-License-Identifier: Apache-2.0
"""What an e-mail says: plain text, a subject that gives nothing away, one Message-ID, a return address of its own."""

import re
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from hansa.notify import sealing
from hansa.notify.channel import Outgoing
from hansa.notify.choices import Urgency

_RETURN = re.compile(r"\bback-([0-9a-f]{32})-([0-9a-f]{16})@", re.IGNORECASE)
_PURPOSE = "return address"


def subject(outgoing: Outgoing) -> str:
    """Return the headline, marked when it is a drill. Never more: subjects show on locked screens."""
    with translation.override(outgoing.language):
        words = " ".join(outgoing.headline.split())
        return _("EXERCISE: %(headline)s") % {"headline": words} if outgoing.exercise else words


def body(outgoing: Outgoing) -> str:
    """Return the text of the letter, in the reader's language."""
    with translation.override(outgoing.language):
        return render_to_string("notify/email.txt", {"it": outgoing, "settings_url": _settings_url()}).strip() + "\n"


def _settings_url() -> str:
    return f"{settings.HANSA_ORIGINS[0]}/addresses/"


def letter(outgoing: Outgoing) -> EmailMessage:
    """Return the letter as Django's backends take it. The same delivery always has the same Message-ID."""
    headers = {"Message-ID": outgoing.message_id, "Auto-Submitted": "auto-generated"}
    if outgoing.urgency == Urgency.HIGH:
        headers |= {"Importance": "high"}
    if outgoing.urgency == Urgency.LOW:
        headers |= {"List-Unsubscribe": f"<{_settings_url()}>"}
    sender = settings.DEFAULT_FROM_EMAIL
    envelope = return_address(outgoing.delivery) or sender
    by_provider = settings.EMAIL_BACKEND.startswith("anymail.")
    if not by_provider:
        headers["From"] = sender
    made = EmailMessage(
        subject(outgoing), body(outgoing), sender if by_provider else envelope, [outgoing.address], headers=headers
    )
    # What a provider's own reports carry, so that they find the delivery (`email/reports.py`).
    made.metadata = {"delivery": str(outgoing.delivery)}
    return made


def return_address(delivery: UUID) -> str:
    """Return the address to which a mail server returns what it cannot deliver (VERP), "" when none is set up."""
    domain = settings.HANSA_BOUNCE_DOMAIN
    return f"back-{delivery.hex}-{sealing.signature(_PURPOSE, delivery.hex)}@{domain}" if domain else ""


def delivery_of(text: str) -> UUID | None:
    """Return the delivery whose return address stands in a text; None when there is none, or a forged one."""
    for digits, signature in _RETURN.findall(text):
        if sealing.signature(_PURPOSE, digits.lower()) == signature.lower():
            return UUID(digits)
    return None

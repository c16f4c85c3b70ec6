# SPDX-License-Identifier: Apache-2.0
"""What people type: a log line, a hand-over brief."""

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.duty.actions import BRIEF_LENGTH


def as_uuid(text: str) -> UUID | None:
    """Return the id that an address or a hidden field carries, or None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class HandoverForm(forms.Form):
    """The brief, drafted from acts and log lines, as the person leaves it. `act` makes sending it twice one."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Brief"),
        help_text=_("Drafted from acts and log lines since the last hand-over. Change what you like."),
        widget=forms.Textarea(attrs={"rows": 18}),
        max_length=BRIEF_LENGTH,
        error_messages={"required": _("The brief is empty. Write what the relief has to know.")},
    )
    personal = declare(none="act text")

# SPDX-License-Identifier: Apache-2.0
"""What people type about compartments and steps that take two people."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hansa.core.ids import new_id
from hansa.core.personal import declare
from hansa.core.verdicts import Invalid
from hansa.people.joint import LONGEST_REASON
from hansa.people.models import Account


def tell(form: forms.Form, invalid: Invalid) -> None:
    """Show what an action complained about at the fields of a form."""
    for field, message in invalid.errors.items():
        form.add_error(field if field in form.fields else None, str(message))


def _reason(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, help_text=help_text, widget=forms.Textarea(attrs={"rows": 3})
    )


class SeatForm(forms.Form):
    """A person to name to a compartment."""

    person = forms.ChoiceField(label=_("Person"))
    until = forms.DateField(
        label=_("Last day"), required=False,
        help_text=_("Within a year, for example 2027-06-30. Leave it empty: the seat runs until someone ends it."),
    )  # fmt: skip
    reason = _reason(_("Why this person needs to read it. The second person reads this."))
    act = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    personal = declare(
        none="until reason act", holder="person", purpose="to name who reads a compartment", sealed="the member",
        purge="with the account",
    )  # fmt: skip

    def __init__(self, *args, people: Iterable[Account], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(account.id), f"{account.name}, {account.title}") for account in people]
        self.fields["person"].choices = [("", _("Choose a person")), *named]  # type: ignore[attr-defined]

    def clean_until(self) -> datetime | None:
        """Return the end of the chosen day, UTC."""
        day = self.cleaned_data["until"]
        return timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0))) if day else None


class EmergencyForm(forms.Form):
    """Why a compartment is opened without a seat."""

    reason = _reason(_("What happened, and what you need to read now. A second person reviews it."))
    act = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    personal = declare(none="reason act")


class DeclineForm(forms.Form):
    """Why a second person says no."""

    reason = _reason(_("Who proposed it reads this."))
    personal = declare(none="reason")


class PurposeForm(forms.Form):
    """What somebody needs a sensitive record for."""

    purpose = forms.CharField(
        label=_("What do you need it for?"), max_length=200,
        help_text=_("For example: to answer request 2026-14. The owner of the record reads this."),
    )  # fmt: skip
    personal = declare(none="purpose")


class WhyForm(forms.Form):
    """What somebody looks for among the things that people do."""

    q = forms.CharField(label=_("What do you want to do?"), max_length=80, required=False)
    personal = declare(none="q")

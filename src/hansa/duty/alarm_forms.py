# SPDX-License-Identifier: Apache-2.0
"""What people type about alarms: the minutes of the ladder with the quiet hours, and two emergency contacts."""

import re
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.duty.acts import CONTACT_FAULTS
from hansa.duty.models import AlarmPlan, ContactList

_NUMBER = {"inputmode": "numeric", "autocomplete": "off", "size": "4"}


def _minutes(label, help_text) -> forms.IntegerField:
    message = _("Enter minutes from 1 to 60.")
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=1, max_value=60, widget=forms.TextInput(attrs=_NUMBER),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), message),
    )  # fmt: skip


def _time(label, help_text="") -> forms.TimeField:
    return forms.TimeField(
        label=label, help_text=help_text, required=False, input_formats=["%H:%M", "%I:%M %p", "%I %p", "%H%M"],
        widget=forms.TextInput(attrs={"size": "8", "autocomplete": "off"}),
        error_messages={"invalid": _("Enter a time such as 22:00 or 10 pm.")},
    )  # fmt: skip


class AlarmPlanForm(forms.Form):
    """How the member's people are asked."""

    call_after = _minutes(_("Minutes until the phone rings"), _("Text, push message and e-mail go first."))
    next_after = _minutes(_("Minutes until the next person is asked"), _("After the phone has rung."))
    rounds = forms.IntegerField(
        label=_("How often everybody on call is asked"), min_value=1, max_value=5,
        help_text=_("Then the chief executive is called. With nobody on call, at once."),
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Enter 1 to 5.")),
    )  # fmt: skip
    together = forms.BooleanField(
        label=_("Ask everybody who is on call at once"), required=False,
        help_text=_("Not one after the other: the first answer still counts."),
    )  # fmt: skip
    quiet_from = _time(_("Quiet from"), _("Holds back only what is not urgent. Never an activation."))
    quiet_until = _time(_("Quiet until"))
    zone = forms.CharField(
        label=_("Time zone of the quiet hours"), max_length=40, help_text=_("For example America/Chicago."),
        error_messages={"required": _("Enter a time zone such as America/Chicago.")},
    )  # fmt: skip
    personal = declare(none="call_after next_after rounds together quiet_from quiet_until zone")

    @classmethod
    def of(cls, plan: AlarmPlan, data: Any = None) -> "AlarmPlanForm":
        """Return the form, filled with the plan as it is."""
        return cls(data, initial={name: getattr(plan, name) for name in cls.base_fields})

    def clean_zone(self) -> str:
        """Refuse a zone that no clock knows."""
        zone = self.cleaned_data["zone"].strip()
        if zone not in available_timezones():
            raise forms.ValidationError(_("This zone is not known. Enter one such as America/Chicago."))
        return zone

    def clean(self) -> dict[str, Any]:
        """Ask for both ends of the quiet hours, or neither."""
        data = super().clean() or {}
        if (
            "quiet_from" in data
            and "quiet_until" in data
            and (data["quiet_from"] is None) != (data["quiet_until"] is None)
        ):
            self.add_error("quiet_until", _("Enter both ends of the quiet hours, or neither."))
        return data


PARTS = ("name", "title", "phone", "other_phone", "email")


def _said(part: str, label, help_text="", *, required: bool = True) -> forms.CharField:
    attrs = {"autocomplete": "off"} | ({"inputmode": "tel"} if "phone" in part else {})
    return forms.CharField(
        label=label, help_text=help_text, required=required, max_length=200, widget=forms.TextInput(attrs=attrs),
        error_messages={"required": CONTACT_FAULTS[part]},
    )  # fmt: skip


class ContactsForm(forms.Form):
    """Two persons with their numbers, in the order in which to phone them. The id makes sending it twice one act."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    name_1 = _said("name", _("First contact: name"))
    title_1 = _said("title", _("First contact: what this person is"), _("For example city manager."))
    phone_1 = _said("phone", _("First contact: phone"), _("The number that is answered at night."))
    other_phone_1 = _said("other_phone", _("First contact: other phone"), required=False)
    email_1 = _said("email", _("First contact: e-mail"), required=False)
    name_2 = _said("name", _("Second contact: name"))
    title_2 = _said("title", _("Second contact: what this person is"))
    phone_2 = _said("phone", _("Second contact: phone"))
    other_phone_2 = _said("other_phone", _("Second contact: other phone"), required=False)
    email_2 = _said("email", _("Second contact: e-mail"), required=False)
    personal = declare(
        none="act",
        holder="name_1 title_1 phone_1 other_phone_1 email_1 name_2 title_2 phone_2 other_phone_2 email_2",
        purpose="to be phoned when their government gives no sign",
        sealed="the league",
        purge="when the member files another list, or recalls it",
    )

    @classmethod
    def of(cls, filed: ContactList | None, act: object, data: Any = None) -> "ContactsForm":
        """Return the form, filled with what was filed before."""
        held = enumerate(filed.contacts if filed else (), start=1)
        told = {f"{part}_{number}": contact.get(part) or "" for number, contact in held for part in PARTS}
        return cls(data, initial={"act": act, **told})

    def contacts(self) -> list[dict[str, str]]:
        """Return both contacts as typed, numbers without spaces, dots, dashes and brackets."""
        data = self.cleaned_data
        return [{part: _plain(part, data.get(f"{part}_{number}", "")) for part in PARTS} for number in (1, 2)]


def _plain(part: str, text: str) -> str:
    text = text.strip()
    if "phone" not in part or not text:
        return text
    digits = re.sub(r"[\s().-]", "", text)
    # Ten digits are a number of North America, as people there write it.
    return f"+1{digits}" if re.fullmatch(r"[2-9]\d{9}", digits) else digits

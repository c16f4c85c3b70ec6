# SPDX-License-Identifier: Apache-2.0
"""What people type about the pact. Each form carries the id of its act, so that sending twice makes one."""

from datetime import datetime

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hansa.core.ids import new_id
from hansa.core.personal import declare
from hansa.pact import naming, places
from hansa.pact.choices import Choice, Kind

_STATES = sorted(((code, name) for code, (name, *_degrees) in places.MIDDLES.items()), key=lambda item: item[1])
_FORMATS = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p"]


_EMPTY = _("This is empty. Nothing was sent. Fill it in.")


class _Plain(forms.Form):
    """A form that says of an empty field what to do, not only that it is required."""

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _EMPTY

    personal = declare()


class _Signed(_Plain):
    """A form that leads to an act."""

    act = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    personal = declare(none="act")


def _typed_like(example: str) -> str:
    return gettext("Such as %(example)s, in the time zone %(zone)s.") % {
        "example": example, "zone": timezone.get_current_timezone_name()}  # fmt: skip


def _not_typed(example: str) -> str:
    return gettext("This is no date and time. Write it like %(example)s.") % {"example": example}


def typed(moment: datetime) -> str:
    """Return a moment as a person types it, in the zone of the reader's member."""
    return timezone.localtime(moment).strftime(_FORMATS[0])


class _Moment(forms.DateTimeField):
    """A date and a time, typed in the zone of the reader's member."""

    def __init__(self, *, example: str, **kwargs) -> None:
        # Both texts name the zone or language of whoever reads the form, not of whoever started the server.
        help_text, message = lazy(_typed_like, str)(example), lazy(_not_typed, str)(example)
        super().__init__(input_formats=_FORMATS, help_text=help_text, error_messages={"invalid": message}, **kwargs)


class GovernmentForm(_Signed):
    """Which government it is, and where."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, widget=forms.RadioSelect)
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("As it calls itself, such as Oakland."))
    state = forms.ChoiceField(label=_("State"), choices=[("", _("Choose a state")), *_STATES])
    seat = forms.CharField(
        label=_("City where it sits"),
        max_length=80,
        required=False,
        help_text=_("For a county or a tribal nation: a city or town near its offices."),
    )

    personal = declare(none="kind name state seat act")
    place: places.Place

    def clean(self) -> dict:
        """Find the place; say what to enter where it is not known."""
        said = super().clean() or {}
        if {"kind", "name", "state"} <= said.keys():
            found = places.government(said["name"], said["kind"], said["state"], seat=said.get("seat", ""))
            if found:
                self.place = found
            else:
                field = "seat" if said["kind"] in (Kind.COUNTY, Kind.TRIBE) else "name"
                self.add_error(field, naming.PLACE_NOT_KNOWN)
        return said


class RatificationForm(GovernmentForm):
    """A government's ratification."""

    instrument = forms.CharField(
        label=_("Ordinance, resolution or statute"),
        max_length=200,
        help_text=_("By which your government decided to join, with its number and date."),
    )
    field_order = ["kind", "name", "state", "seat", "instrument", "act"]
    personal = declare(none="kind name state seat instrument act")


class AmendmentForm(_Signed):
    """A new text for the charter, why, and until when votes count."""

    reason = forms.CharField(label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    closes = _Moment(label=_("Votes close"), required=False, example="2026-12-24 18:00")
    text = forms.CharField(
        label=_("Charter"),
        strip=False,
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 28, "class": "h-code", "spellcheck": "true", "autocomplete": "off"}),
        help_text=_("Terms between lines with +++, then numbered clauses. Errors are shown below as you type."),
    )
    parent = forms.CharField(max_length=64, widget=forms.HiddenInput)
    personal = declare(none="reason closes text parent act")


class VoteForm(_Signed):
    """Yes or no."""

    choice = forms.ChoiceField(label=_("Your government's vote"), choices=Choice.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    personal = declare(none="choice reason act")


class NoticeForm(_Signed):
    """A notice to leave."""

    effective = _Moment(label=_("Leave on"), example="2027-03-01 00:00")
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    personal = declare(none="effective reason act")


class ConfirmForm(_Signed):
    """Nothing to type: a button, and the id of its act."""

    personal = declare(none="act")


class GuestForm(GovernmentForm):
    """A guest, and the call by which its identity was confirmed."""

    called_number = forms.RegexField(
        r"^\+?[0-9][0-9 ().-]{5,30}$",
        label=_("Number that was called"),
        help_text=_("A number that this government itself publishes, such as 312-555-0100."),
        error_messages={"invalid": _("This is no telephone number. Write it like 312-555-0100.")},
    )
    number_source = forms.CharField(
        label=_("Where that number is published"), max_length=300, help_text=_("Such as its own web page.")
    )
    spoke_with = forms.CharField(
        label=_("Whom you spoke with"), max_length=120, help_text=_("Name and office. Only your member keeps this.")
    )
    called_at = _Moment(label=_("Called at"), example="2026-11-20 14:05")
    activation = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ["kind", "name", "state", "seat", "called_number", "number_source", "spoke_with", "called_at",
                   "activation", "act"]  # fmt: skip
    personal = declare(
        none="kind name state seat called_number number_source called_at activation act",
        official="spoke_with",
        purpose="to ask who confirmed a guest, when that is disputed",
        sealed="the member",
        purge="one year after the activation ended",
    )


class GuestPersonForm(_Plain):
    """The authorized person who will sign for the guest."""

    name = forms.CharField(label=_("Name"), max_length=120)
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Such as Mayor, or City Manager."))
    email = forms.EmailField(label=_("E-mail address"), max_length=254, error_messages={
        "invalid": _("This is no e-mail address. Enter one like name@city.gov.")
    })  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language"),
        choices=[("en", _("English")), ("es", _("Spanish"))],
        widget=forms.RadioSelect,
        initial="en",
    )
    personal = declare(
        none="language",
        holder="name title email",
        purpose="sign-in, and saying who acts",
        sealed="the guest",
        purge="one year after the last term ended",
    )


class EndForm(_Signed):
    """Why a guest's stay ends."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    personal = declare(none="reason act")

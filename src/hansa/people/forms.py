# SPDX-License-Identifier: Apache-2.0
"""What people type: invitations, terms, tokens."""

from datetime import date, datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from hansa.core.ids import new_id
from hansa.core.personal import declare
from hansa.people.choices import Office, Scope

_OFFICES = [(value, label) for value, label in Office.choices if value != Office.ADMINISTRATOR]
_LIVES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("a year"))]
_LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]


def _end_of(day: date) -> datetime:
    """Return the last second of a day in the reader's zone."""
    return timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0)))


class _TermFields(forms.Form):
    """An office and the day on which its term ends; the form key makes a second submit the same act."""

    until = forms.DateField(
        label=_("Last day of the term"),
        required=False,
        help_text=_("For example 2027-01-31. Leave it empty for a term that runs until someone ends it."),
    )
    act = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)

    personal = declare(none="until act")

    def clean_until(self) -> datetime | None:
        """Return the end of the chosen day, UTC."""
        day = self.cleaned_data["until"]
        return _end_of(day) if day else None


class InvitationForm(_TermFields):
    """A person to invite."""

    name = forms.CharField(label=_("Name"), max_length=120)
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("The league reads name and title."))
    email = forms.CharField(label=_("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=_("Language"), choices=_LANGUAGES, widget=forms.RadioSelect, initial="en")
    office = forms.ChoiceField(label=_("Office"), choices=[("", _("None yet: reads only")), *_OFFICES], required=False)
    field_order = ["name", "title", "email", "language", "office", "until", "act"]
    personal = declare(
        none="language office until act",
        holder="name title email",
        purpose="sign-in, and saying who acts",
        sealed="the member; name and title: the league",
        purge="one year after the last term ended",
    )


class AppointmentForm(_TermFields):
    """A term for a person who has an account."""

    office = forms.ChoiceField(label=_("Office"), choices=_OFFICES, widget=forms.RadioSelect)
    field_order = ["office", "until", "act"]
    personal = declare(none="office until act")


class DelegationForm(_TermFields):
    """Someone who may act in an office of one's own until a day."""

    person = forms.ChoiceField(label=_("Who acts for you"))
    field_order = ["person", "until", "act"]
    personal = declare(
        none="until act", official="person", purpose="to judge who could sign what, when",
        sealed="nobody: an opaque id", purge="never: the log is evidence",
    )  # fmt: skip

    def __init__(self, *args, persons: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = persons  # type: ignore[attr-defined]
        self.fields["until"].required = True
        self.fields["until"].help_text = _("For example 2027-01-31. You or an administrator can end it earlier.")


class ReadOnForm(forms.Form):
    """The last day on which a person who left office may still read."""

    until = forms.DateField(label=_("Last day of reading"), help_text=_("For a hand-over: 90 days at most."))
    personal = declare(none="until")

    def clean_until(self) -> datetime:
        """Return the end of the chosen day."""
        return _end_of(self.cleaned_data["until"])


class MomentForm(forms.Form):
    """A moment and a person to look back at; both may stay empty."""

    at = forms.DateTimeField(
        label=_("At that time"), required=False, help_text=_("For example 2026-11-20 15:00, in your own time zone.")
    )
    person = forms.ChoiceField(label=_("Person"), required=False)
    personal = declare(
        none="at", holder="person", purpose="to show who could do what, when", sealed="the member",
        purge="not kept: a question",
    )  # fmt: skip

    def __init__(self, *args, persons: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", pgettext("all persons of a list", "Everyone")), *persons]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The end of a term."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Everyone can read this. Name no person.")
    )
    act = forms.UUIDField(widget=forms.HiddenInput, initial=new_id)
    personal = declare(none="reason act")


class TokenForm(forms.Form):
    """An API token to make."""

    name = forms.CharField(label=_("What will use it"), max_length=80)
    scopes = forms.ChoiceField(
        label=_("What it may do"), choices=Scope.choices, widget=forms.RadioSelect, initial="read"
    )
    days = forms.ChoiceField(label=_("How long it works"), choices=_LIVES, widget=forms.RadioSelect, initial="90")
    personal = declare(none="name scopes days")


class ProgramForm(forms.Form):
    """A service account with its first token."""

    name = forms.CharField(label=_("What will use it"), max_length=80)
    days = forms.ChoiceField(
        label=_("How long its token works"), choices=_LIVES, widget=forms.RadioSelect, initial="90"
    )
    personal = declare(none="name days")


class PasswordForm(forms.Form):
    """A password for someone whose device makes no passkey; an authenticator app is asked for next."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A password manager can make and keep one."),
    )
    personal = declare(
        holder="password", purpose="sign-in", sealed="nobody: only a hash is kept", purge="with the account"
    )

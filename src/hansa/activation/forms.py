# SPDX-License-Identifier: Apache-2.0
"""What people type in an activation. Each form carries the id of the act that it becomes: sent twice, one act."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hansa.activation import wording
from hansa.activation.actions import Situation
from hansa.core import clock
from hansa.core.personal import declare
from hansa.pact.charter import Charter
from hansa.people.choices import Office

_EMPTY = _("This is empty. Nothing was sent. Fill it in.")
_LONG = 4000
TRIGGER_NOTE = _("Only what the charter names.")


def _text(label, *, help_text="", rows: int = 3, required: bool = True, most: int = _LONG) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=most, required=required, error_messages={"required": _EMPTY},
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class ActForm(forms.Form):
    """A form that becomes an act with the id `act`."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    personal = declare(none="act")


class SituationForm(ActForm):
    """What happened where: for an invocation, and for a report of one by voice."""

    trigger = forms.ChoiceField(label=_("What happened?"), help_text=TRIGGER_NOTE, error_messages={"required": _EMPTY})
    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect)
    situation = _text(_("Say it in your words"), help_text=_("What happened, since when, who is affected. No names."))
    place = _text(_("Place"), help_text=_("City, county or crossing."), rows=1, most=200)
    lat = forms.DecimalField(label=_("Latitude"), required=False, min_value=-90, max_value=90, decimal_places=5)
    lon = forms.DecimalField(label=_("Longitude"), required=False, min_value=-180, max_value=180, decimal_places=5)
    first_needs = _text(_("What is needed first?"), help_text=_("The two or three things that cannot wait."))
    evidence = _text(
        _("Evidence"),
        help_text=_("Where others see it: a warning, an order, a docket, a link. Some events need it."),
        required=False,
    )
    personal = declare(none="act trigger level situation place lat lon first_needs evidence")

    def __init__(self, *args, charter: Charter, digest: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        triggers = sorted((wording.trigger_name(digest, code), code) for code in charter.triggers)
        self.fields["trigger"].choices = [("", _("Choose one")), *((code, name) for name, code in triggers)]
        levels = sorted(charter.levels, key=lambda code: charter.levels[code].rank)
        self.fields["level"].choices = [(code, level_choice(charter, digest, code)) for code in levels]
        self.fields["level"].initial = levels[-1]

    def said(self) -> Situation:
        """Return what was typed, for the action."""
        return Situation(**{name: self.cleaned_data[name] for name in Situation.__slots__})


def level_choice(charter: Charter, digest: str, code: str) -> str:
    """Return the name of a level with what it takes to be in force."""
    attest = charter.levels[code].attest
    name = wording.level_name(digest, code)
    if attest == 0:
        return gettext("%(level)s: in force at once") % {"level": name}
    words = ngettext("%(level)s: once %(n)d other member attests", "%(level)s: once %(n)d other members attest", attest)
    return words % {"level": name, "n": attest}


class InvokeForm(SituationForm):
    """Invoke the pact for one's own member."""

    consultation = forms.UUIDField(widget=forms.HiddenInput, required=False)
    personal = declare(none="act trigger level situation place lat lon first_needs evidence consultation")


class MomentField(forms.DateTimeField):
    """A date and a time as people type them, in the reader's zone: "2026-11-20 15:00"."""

    def __init__(self, **kwargs) -> None:
        formats = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%m/%d/%Y %H:%M", "%Y-%m-%d %H%M"]
        messages = {"required": _EMPTY, "invalid": _("Not a date and time. Write it like 2026-11-20 15:00.")}
        super().__init__(input_formats=formats, error_messages=messages, **kwargs)
        self.help_text = self.help_text or _("Like 2026-11-20 15:00, in your time zone.")


def local_text(moment: datetime) -> str:
    """Return a moment as `MomentField` reads it, in the reader's zone."""
    zone = timezone.get_current_timezone()
    return moment.astimezone(zone if isinstance(zone, ZoneInfo) else timezone.get_default_timezone()).strftime(
        "%Y-%m-%d %H:%M"
    )


class SpokenForm(SituationForm):
    """Another member called and invoked by voice."""

    member = forms.ChoiceField(label=_("Which member called?"), error_messages={"required": _EMPTY})
    caller_office = forms.ChoiceField(label=_("Office of the caller"), choices=Office.choices)
    spoken_at = MomentField(label=_("When did the call come?"))
    field_order = ["act", "member", "caller_office", "spoken_at"]
    personal = declare(
        none="act trigger level situation place lat lon first_needs evidence member caller_office spoken_at"
    )

    def __init__(self, *args, members: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].choices = [("", _("Choose one")), *members]
        self.fields["spoken_at"].initial = lambda: local_text(clock.now())


class ConsultForm(ActForm):
    """Ask the league for advice."""

    situation = _text(_("What happened?"), help_text=_("What you know so far. No names."))
    place = _text(_("Place"), rows=1, most=200)
    question = _text(_("What do you want to know from the others?"))
    personal = declare(none="act situation place question")


class ReasonForm(ActForm):
    """A reason that others read: for an objection, a decline, a stand-down."""

    reason = _text(_("Reason"), help_text=_("Every member reads this."))
    personal = declare(none="act reason")


class StandForm(ActForm):
    """Attest, or object with a reason."""

    stand = forms.ChoiceField(
        label=_("Is the condition of the charter met?"),
        choices=[("attest", _("Yes: attest")), ("object", _("No: object"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    reason = _text(_("Reason"), help_text=_("Needed when you object. Every member reads this."), required=False)
    personal = declare(none="act stand reason")


class NoteForm(ActForm):
    """A note with an acknowledgement."""

    note = _text(_("Note"), help_text=_("What the others should know now."), required=False)
    personal = declare(none="act note")


class AdoptForm(ActForm):
    """Confirm in writing what was reported by voice; `report` is the hash of what was read."""

    report = forms.CharField(widget=forms.HiddenInput)
    personal = declare(none="act report")


class LevelForm(ReasonForm):
    """Ask for another level."""

    level = forms.ChoiceField(label=_("Level"), widget=forms.RadioSelect, error_messages={"required": _EMPTY})
    field_order = ["act", "level", "reason"]
    personal = declare(none="act level reason")

    def __init__(self, *args, levels: list[tuple[str, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = levels


class ExtendForm(ReasonForm):
    """Extend until a later time."""

    until = MomentField(label=_("Until"))
    field_order = ["act", "until", "reason"]
    personal = declare(none="act until reason")


class LineForm(forms.Form):
    """A log line, from any page."""

    act = forms.UUIDField(required=False)
    text = forms.CharField(required=False)
    activation = forms.UUIDField(required=False)
    share = forms.BooleanField(required=False)
    next = forms.CharField(required=False)
    personal = declare(none="act text activation share next")

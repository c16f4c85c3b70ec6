# SPDX-License-Identifier: Apache-2.0
"""What people type about schedules, holds and requests for records."""

import re
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.ids import new_id
from hansa.core.personal import declare
from hansa.evidence import kinds
from hansa.evidence.choices import Decision, Outcome, RequestKind

_DECISIONS = [choice for choice in Decision.choices if choice[0] != Decision.PENDING]
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _text(label: Any, most: int, help_text: Any = "", *, rows: int = 0, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, help_text=help_text, widget=widget, required=required)


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required)


def _key() -> forms.UUIDField:
    return forms.UUIDField(widget=forms.HiddenInput, initial=new_id)


class ScheduleForm(forms.Form):
    """How long one kind of records is kept."""

    days = forms.IntegerField(
        label=_("Days"), required=False, min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("For example 1825 for five years. Leave it empty to keep the kind for ever."),
    )  # fmt: skip
    law = _text(_("Law"), 200, _("For example: Cal. Gov. Code § 34090."))
    from_on = _day(_("From"), _("Today or later. Until then the line before counts."))
    personal = declare(none="days law from_on")


class HoldForm(forms.Form):
    """A hold to propose."""

    name = _text(_("Name of the hold"), 120, _("For example: Smith v. Oakland."))
    matter = _text(_("Matter"), 200, _("Court and number, or what is expected."))
    law = _text(_("Law"), 200, _("For example: Fed. R. Civ. P. 37(e)."))
    kinds = forms.MultipleChoiceField(
        label=_("Kinds of records"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("All records of these kinds from the period below."),
    )  # fmt: skip
    acts = _text(
        _("Single acts"), 4_000, _("Addresses or ids of acts, one on each line."), rows=3, required=False
    )  # fmt: skip
    since = _day(_("Records from"), _("Leave it empty for no limit."), required=False)
    until = _day(_("Records until"), _("Leave it empty for no limit."), required=False)
    review_on = _day(_("Next review"), _("Within a year."))
    reason = _text(_("Reason"), 300, _("The second person reads this."), rows=3)
    act = _key()
    personal = declare(
        none="law kinds acts since until review_on reason act", party="name matter",
        purpose="to keep what a court may ask for", sealed="the member", purge="never: the record of holds is evidence",
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        known = [(kind.code, kind.label) for kind in kinds.all_kinds()]
        self.fields["kinds"].choices = known  # type: ignore[attr-defined]

    def clean_acts(self) -> list[UUID]:
        """Return the ids in what was typed; a line that names none is an error."""
        found = []
        for line in self.cleaned_data["acts"].split():
            ids = _UUID.findall(line.lower())
            if not ids:
                raise forms.ValidationError(_("“%(line)s” names no act. Copy its address."), params={"line": line[:60]})
            found.append(UUID(ids[-1]))
        return list(dict.fromkeys(found))


class ReviewForm(forms.Form):
    """Why a hold stays."""

    note = _text(_("Why it stays"), 300, rows=3)
    next_on = _day(_("Next review"), _("Within a year."))
    personal = declare(none="note next_on")


class ReleaseForm(forms.Form):
    """Why a hold ends."""

    reason = _text(_("Reason"), 300, _("The second person reads this."), rows=3)
    act = _key()
    personal = declare(none="reason act")


class RequestForm(forms.Form):
    """A subpoena or a request for records that arrived."""

    kind = forms.ChoiceField(label=_("Kind"), choices=RequestKind.choices, widget=forms.RadioSelect)
    asks = _text(_("What it asks for"), 5_000, _("In its own words."), rows=5)
    law = _text(_("Law"), 200, _("On which it rests, for example: Cal. Gov. Code § 7920.000."))
    requester = _text(_("Who asks"), 200, _("Counsel alone reads this. It is destroyed 90 days after the answer."))
    contact = _text(_("How to reach them"), 200, _("Counsel alone reads this."), required=False)
    received_on = _day(_("Received on"))
    due_on = _day(_("Answer due on"))
    act = _key()
    personal = declare(
        none="kind asks law received_on due_on act", contact="requester contact", purpose="to answer who asked",
        sealed="the member's counsel", purge="90 days after the answer",
    )  # fmt: skip


class RecordForm(forms.Form):
    """A record that a request asks for."""

    title = _text(_("Record"), 200, _("For example: claim C-3, or mail of May 4 about shelter. Name no person."))
    personal = declare(none="title")


class DecisionForm(forms.Form):
    """What is decided about a record."""

    decision = forms.ChoiceField(label=_("Decision"), choices=_DECISIONS, widget=forms.RadioSelect)
    law = _text(_("Exemption"), 200, _("Needed for what is withheld, for example: Cal. Gov. Code § 7922.000."),
                required=False)  # fmt: skip
    reason = _text(_("Why it applies"), 300, _("Needed for what is withheld. Name no person."), rows=3, required=False)
    personal = declare(none="decision law reason")


class AnswerForm(forms.Form):
    """The answer to a request."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    answer = _text(_("What was answered"), 5_000, _("Name no person."), rows=5)
    personal = declare(none="outcome answer")

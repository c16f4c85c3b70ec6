# SPDX-License-Identifier: Apache-2.0
"""Forms of requests. The phone form asks six things; the rest is prefilled or stands behind "More"."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import forms
from django.urls import reverse_lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hansa.aid import catalogue
from hansa.aid.catalogue import Kind
from hansa.aid.choices import (
    COLUMN_LABELS,
    DECLINE_REASONS,
    LIFELINES,
    OFFER_DECLINE_REASONS,
    PRIORITIES,
    PROBLEMS,
    problem_text,
)
from hansa.aid.forms.fields import MomentField, QuantityField, two_boxes, units
from hansa.aid.models import RequestLine
from hansa.aid.queries.catalogue import find_kinds, name_of, number
from hansa.aid.queries.catalogue import kind as kind_of
from hansa.aid.queries.place import Place, find_place
from hansa.aid.rules.requests import Problem, Wanted
from hansa.core.personal import declare

MOST_FOUND = 8


class ActForm(forms.Form):
    """A form that becomes the act with the id `act`, however often it is sent."""

    act = forms.UUIDField(widget=forms.HiddenInput)
    personal = declare(none="act")


class LineForm(ActForm):
    """What both asking and changing a request state."""

    quantity = QuantityField(label=_("How much?"), help_text=_("A number, or packs such as 20 cases."))
    needed_by = MomentField(label=_("Needed by"))
    place = forms.CharField(
        label=_("Where?"), max_length=200, help_text=_("Where it goes: a site, an address or a crossing."),
        error_messages={"required": PROBLEMS["place-missing"]},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    priority = forms.TypedChoiceField(label=_("Priority"), choices=list(PRIORITIES.items()), coerce=int, initial=3)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the giver must know. No names of people who are helped."),
    )  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("NIMS type, or better"), required=False, coerce=int,
        empty_value=0,  # type: ignore[arg-type]  # Django takes any value here, the stubs only text
        choices=[("", _("Any")), *((n, format_lazy(_("Type {n}"), n=n)) for n in (1, 2, 3, 4))],
    )  # fmt: skip
    until = MomentField(label=_("Needed until"), required=False)
    lifeline = forms.ChoiceField(label=_("Lifeline"), required=False, choices=[("", _("None")), *LIFELINES.items()])
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Lodging, meals, hours, hazards, health, protective equipment."),
    )  # fmt: skip
    personal = declare(none="act quantity needed_by place priority note level until lifeline conditions")
    six = ("quantity", "needed_by", "place", "priority", "note")
    more = ("level", "until", "lifeline", "conditions")

    def __init__(self, *args, here: Place, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.here = here
        for name in ("needed_by", "until"):
            self.fields[name].zone = here.zone

    def _kind(self) -> Kind | None:
        raise NotImplementedError

    def clean(self) -> dict:
        """Add `units`, the quantity in the unit of the kind."""
        data = super().clean() or {}
        if "quantity" in data:
            found = units(data["quantity"], self._kind())
            if isinstance(found, Problem):
                self.add_error("quantity", problem_text(found))
            else:
                data["units"] = found
        return data

    def wanted(self, kind: str) -> Wanted:
        """Return what the form asks for. The place lies where its name says, else where the crisis is."""
        data = self.cleaned_data
        at = find_place(data["place"]) or self.here
        return Wanted(
            kind, data["units"], data["needed_by"], data["place"], data["level"] or 0, data["priority"],
            data["lifeline"],
            data["conditions"], data["note"], data["until"], at.lat, at.lon, at.zone,
        )  # fmt: skip


class RequestForm(LineForm):
    """Ask for something: what, how much, by when, where, how urgent, and a note."""

    what = forms.CharField(
        label=_("What do you need?"), max_length=120,
        error_messages={"required": PROBLEMS["kind-missing"]},
        help_text=_("Type a word: cots, masks, lawyers."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off", "hx-get": reverse_lazy("aid:kind-search"),
                "hx-trigger": "input changed delay:250ms", "hx-target": "#kind-choices", "hx-swap": "innerHTML",
            }
        ),
    )  # fmt: skip
    kind = forms.CharField(required=False, max_length=130, widget=forms.HiddenInput)
    activation = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("what", "kind", *LineForm.six, *LineForm.more, "activation", "act")
    personal = declare(
        none="act quantity needed_by place priority note level until lifeline conditions what kind activation"
    )
    found: list[Kind] = []

    def _kind(self) -> Kind | None:
        return self.cleaned_data.get("chosen")

    def clean(self) -> dict:
        """Add `chosen`, the kind that the words or the choice name."""
        data = self.cleaned_data
        data["chosen"] = self._choose(data.get("what", ""), data.get("kind", ""))
        return super().clean()

    def _choose(self, what: str, code: str) -> Kind | None:
        chosen = kind_of(code) if code else None
        if chosen and (not what or _says(chosen, what)):
            return chosen
        if not what.strip():
            return None
        self.found = find_kinds(what, limit=MOST_FOUND)
        if len(self.found) == 1:
            return self.found[0]
        names = "; ".join(name_of(kind.code) for kind in self.found[:3])
        code = "kind-several" if self.found else "kind-unknown"
        self.add_error("what", problem_text(Problem("what", code, (("text", what), ("names", names)))))
        return None


def _says(kind: Kind, what: str) -> bool:
    """Return whether the words could have meant this kind, so that a stale choice does not win over new words."""
    return catalogue.exact([kind], what) is not None or bool(catalogue.find([kind], what))


class AmendForm(LineForm):
    """Change what a line asks for; the kind stays. `seen` is the state that the person saw."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reason = forms.CharField(label=_("Why does it change?"), required=False, max_length=300)
    field_order = (*LineForm.six, *LineForm.more, "reason", "seen", "act")
    personal = declare(none="act quantity needed_by place priority note level until lifeline conditions seen reason")

    def __init__(self, *args, line: RequestLine, **kwargs) -> None:
        self.line = line
        super().__init__(*args, **kwargs)
        self.fields["quantity"].counts(self._kind())

    def _kind(self) -> Kind | None:
        return kind_of(self.line.kind)

    @staticmethod
    def initial_of(line: RequestLine) -> dict:
        """Return the form's values as the line stands."""
        return {
            "quantity": number(line.quantity), "needed_by": two_boxes(line.needed_by, line.zone), "place": line.place,
            "priority": line.priority, "note": line.note, "level": line.level or "", "lifeline": line.lifeline,
            "until": two_boxes(line.until, line.zone) if line.until else ["", ""], "conditions": line.conditions,
            "seen": line.changed_by,
        }  # fmt: skip


class ReasonForm(ActForm):
    """A reason in a few words: to cancel, to withdraw."""

    reason = forms.CharField(label=_("Why?"), max_length=300, required=False)
    personal = declare(none="act reason")


class DeclineForm(ActForm):
    """Answer that one cannot help with a line."""

    reason = forms.ChoiceField(
        label=_("Why can you not help?"),
        choices=list(DECLINE_REASONS.items()),
        widget=forms.RadioSelect,
        required=False,
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    personal = declare(none="act reason note")


class OfferDeclineForm(ActForm):
    """Decline an offer, or a part of it."""

    quantity = QuantityField(label=_("How much do you decline?"))
    reason = forms.ChoiceField(
        label=_("Why?"), choices=list(OFFER_DECLINE_REASONS.items()), widget=forms.RadioSelect, required=False
    )
    note = forms.CharField(label=_("Note"), max_length=300, required=False)
    personal = declare(none="act quantity reason note")

    def clean_quantity(self) -> Decimal:
        """Return the number that was typed."""
        found = units(self.cleaned_data["quantity"], None)
        if isinstance(found, Problem):
            raise forms.ValidationError(problem_text(found))
        return found


class ImportForm(forms.Form):
    """A list of lines, pasted or as a file; `part` says whether good rows go even where others are bad."""

    activation = forms.UUIDField(widget=forms.HiddenInput)
    pasted = forms.CharField(
        label=_("Paste rows from a spreadsheet"), required=False, max_length=2_000_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("With the header row. Headers in English or Spanish."),
    )  # fmt: skip
    file = forms.FileField(label=_("Or choose a file"), required=False, help_text=_("CSV or XLSX, up to 5 MB."))
    personal = declare(none="activation pasted file")


def column_label(column: str) -> str:
    """Return how a column of an import is called."""
    return str(COLUMN_LABELS.get(column, column))


def default_needed_by(now: datetime, zone: str) -> list[str]:
    """Return tomorrow at this hour, as the two boxes show it: right often enough to save typing."""
    return two_boxes((now + timedelta(hours=24)).replace(minute=0), zone)

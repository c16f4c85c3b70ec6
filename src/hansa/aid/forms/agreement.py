# SPDX-License-Identifier: Apache-2.0
"""What people type about agreements: how much of each line, why, until when."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.aid.catalogue import Kind
from hansa.aid.choices import problem_text
from hansa.aid.choices.agreeing import AMENDMENT_REASONS
from hansa.aid.forms.fields import MomentField, QuantityField, units
from hansa.aid.forms.request import ActForm
from hansa.aid.importing.lines import read_quantity
from hansa.aid.rules.requests import Problem
from hansa.core.personal import declare

EMPTY = _("This is empty. Nothing was signed. Fill it in.")


@dataclass(frozen=True, slots=True)
class LineBox:
    """A line for which a quantity is asked: its offer, kind, label, the help beside it, and what stands there first."""

    offer: UUID
    kind: Kind | None
    label: str
    help: str = ""
    initial: str = ""


def name_of(offer: UUID, prefix: str = "units") -> str:
    """Return the name of the box of a line."""
    return f"{prefix}_{offer.hex}"


class LinesForm(ActForm):
    """A form with a quantity for each line. Quantities are read in the line's unit, packs counted out."""

    personal = declare(none="act")

    def __init__(self, *args, lines: Sequence[LineBox], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        boxes = {}
        for line in self.lines:
            boxes[name_of(line.offer)] = QuantityField(
                label=line.label,
                help_text=line.help,
                required=bool(line.initial),
                initial=line.initial,
                kind=line.kind,
            )
        rest = {name: field for name, field in self.fields.items() if name != "act"}
        self.fields = {"act": self.fields["act"], **boxes, **rest}

    def clean(self) -> dict:
        """Read every quantity; an empty box is none."""
        super().clean()
        data = self.cleaned_data
        for line in self.lines:
            self._read(data, name_of(line.offer), line.kind)
        return data

    def _read(self, data: dict, name: str, kind: Kind | None) -> None:
        typed = (data.get(name) or "").strip()
        found = units(typed, kind) if typed else Decimal(0)
        if isinstance(found, Problem):
            self.add_error(name, problem_text(found))
        else:
            data[name] = found

    @property
    def quantities(self) -> dict[UUID, Decimal]:
        """What was typed, by offer."""
        return {line.offer: self.cleaned_data[name_of(line.offer)] for line in self.lines}


class AcceptForm(LinesForm):
    """Take offers, whole or in part; a quantity of zero leaves one out."""

    conditions = forms.CharField(
        label=_("Further conditions"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Lodging, meals, hours, what to bring. Both sides sign them."),
    )
    personal = declare(none="act conditions")


class AmendForm(LinesForm):
    """Propose terms that replace the ones that stand."""

    reason = forms.ChoiceField(label=_("What changes?"), choices=list(AMENDMENT_REASONS.items()))
    deliver_by = MomentField(label=_("Deliver by"))
    ends = MomentField(label=_("Ends"))
    cap = forms.CharField(label=_("Never more than (US dollars)"), max_length=20)
    conditions = forms.CharField(
        label=_("Conditions"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    personal = declare(none="act reason deliver_by ends cap conditions")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("deliver_by", "ends"):
            self.fields[name].zone = zone

    def clean_cap(self) -> Decimal:
        """Return the cap in dollars."""
        text = self.cleaned_data["cap"].strip().lstrip("$")
        try:
            amount = read_quantity(text)
            if amount is None or amount < 0 or amount > 10**11 or amount != amount.quantize(Decimal("0.01")):
                raise InvalidOperation
        except InvalidOperation:
            problem = Problem("cap", "cost-amount", (("text", self.cleaned_data["cap"]),))
            raise forms.ValidationError(problem_text(problem)) from None
        return amount.quantize(Decimal("0.01"))


class NoticeForm(LinesForm):
    """Recall, cancel or release so much of each line."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The other side and the league read this."),
        error_messages={"required": EMPTY},
    )
    effective = MomentField(label=_("Takes effect"), required=False, help_text=_("Empty means now."))
    checked = forms.BooleanField(required=False, widget=forms.HiddenInput)
    personal = declare(none="act reason effective checked")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["effective"].zone = zone


class AnswerForm(ActForm):
    """Acknowledge a notice, or decline a proposed change."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when you decline: the other side reads why."),
    )
    personal = declare(none="act note")

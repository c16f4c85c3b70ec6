# SPDX-License-Identifier: Apache-2.0
"""What people type about shipments. Taking over takes a code and one button; the rest is prefilled."""

import re
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.aid.actions.shipment import Count, Trip
from hansa.aid.choices.condition import CONDITIONS
from hansa.aid.forms.agreement import EMPTY, LinesForm, name_of
from hansa.aid.forms.fields import MomentField, QuantityField
from hansa.aid.forms.request import ActForm
from hansa.core.personal import declare

_SHA256 = re.compile(r"[0-9a-f]{64}")


def _line(label, *, help_text="", required: bool = True, most: int = 200) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=most,
        required=required,
        help_text=help_text,
        error_messages={"required": EMPTY},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


def _code(help_text) -> forms.CharField:
    return forms.CharField(
        label=_("Hand-over code"),
        max_length=12,
        required=False,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "h-short"}),
    )


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What others have to know. No names."),
    )


class SendForm(LinesForm):
    """Send goods: how much of each line, with whom, from where, to where, due when."""

    custodian = _line(_("Who carries it?"), help_text=_("A carrier or a member, never a person."), most=120)
    place = _line(_("From"))
    bound_for = _line(_("To"))
    due = MomentField(label=_("Due there"))
    personal = declare(none="act custodian place bound_for due")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].zone = zone

    @property
    def trip(self) -> Trip:
        """The first leg."""
        return Trip(**{name: self.cleaned_data[name] for name in ("custodian", "place", "bound_for", "due")})


class HandOverForm(ActForm):
    """Take over a shipment on its way: the code of the leg that ends, and the next custodian."""

    code = _code(_("Ask whoever hands it over. Without a code the hand-over stands, and shows so."))
    custodian = _line(_("Who has it now?"), help_text=_("A carrier or a member, never a person."), most=120)
    place = _line(_("Where?"))
    bound_for = _line(_("Goes on to"))
    due = MomentField(label=_("Due there"))
    personal = declare(none="act code custodian place bound_for due")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due"].zone = zone

    @property
    def trip(self) -> Trip:
        """The next leg."""
        return Trip(**{name: self.cleaned_data[name] for name in ("custodian", "place", "bound_for", "due")})


class ArrivedForm(ActForm):
    """Say where a shipment is, still with the same custodian."""

    place = _line(_("Where is it?"))
    personal = declare(none="act place")


class ReceiveForm(LinesForm):
    """Count what came: good, damaged and missing units of each line."""

    condition = forms.ChoiceField(label=_("In what condition?"), choices=list(CONDITIONS.items()), required=False)
    code = _code(_("Ask the driver. It proves that both of you were there."))
    place = _line(_("Where?"))
    happened = MomentField(label=_("When?"), required=False, help_text=_("Empty means now."))
    note = _note()
    proof = forms.CharField(
        label=_("Hash of a photo or a signed paper (SHA-256)"),
        required=False,
        max_length=80,
        help_text=_("64 characters, 0 to 9 and a to f. Empty when there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )
    personal = declare(none="act condition code place happened note proof")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["happened"].zone = zone
        fields = {}
        for name, field in self.fields.items():
            fields[name] = field
            line = next((line for line in self.lines if name == name_of(line.offer)), None)
            if line:
                fields[name_of(line.offer, "damaged")] = QuantityField(label=_("of them damaged"), required=False)
                fields[name_of(line.offer, "missing")] = QuantityField(
                    label=_("did not come"), required=False, help_text=_("Missing from this delivery for good.")
                )
        self.fields = fields

    def clean_proof(self) -> str:
        """Return the hash in lower case without blanks; empty when there is none."""
        typed = "".join(self.cleaned_data["proof"].split()).lower()
        if typed and not _SHA256.fullmatch(typed):
            raise forms.ValidationError(
                _("This is not a SHA-256 hash. Nothing was signed. Choose the file again, or leave this empty.")
            )
        return typed

    def clean(self) -> dict:
        """Read every count."""
        data = super().clean()
        for line in self.lines:
            for prefix in ("damaged", "missing"):
                self._read(data, name_of(line.offer, prefix), line.kind)
            counted, damaged = data.get(name_of(line.offer)), data.get(name_of(line.offer, "damaged"))
            if isinstance(counted, Decimal) and isinstance(damaged, Decimal) and damaged > counted:
                text = _("More are damaged than came. Nothing was signed. Count again.")
                self.add_error(name_of(line.offer, "damaged"), text)
        return data

    @property
    def counts(self) -> list[Count]:
        """The counts, good units apart from damaged ones."""
        found = []
        for line in self.lines:
            came, damaged, missing = (
                self.cleaned_data[name_of(line.offer, prefix)] for prefix in ("units", "damaged", "missing")
            )
            found.append(Count(line.offer, came - damaged, damaged, missing))
        return found


class EndForm(LinesForm):
    """Units that are lost, or that came home undelivered."""

    place = _line(_("Where?"))
    note = _note()
    personal = declare(none="act place note")

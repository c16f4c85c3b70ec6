# SPDX-License-Identifier: Apache-2.0
"""What people type about missions: the order, the roster, checks in and out."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.aid.actions.mission import Named, Order
from hansa.aid.acts.mission import MissionPart
from hansa.aid.forms.agreement import EMPTY, LineBox, LinesForm
from hansa.aid.forms.fields import MomentField
from hansa.aid.forms.request import ActForm
from hansa.core.personal import declare

LEGAL_STATUS = _(
    "Each person stays an employee of the donor, with its pay, workers' compensation and liability cover, and works"
    " under the requester's operational control. Nobody gains powers of arrest by this mission."
)
CONDUCT = _(
    "Act lawfully and without violence. Treat everyone with respect. Follow the requester's safety rules. Take no"
    " pictures of people who are helped. Report an injury at once."
)


def _text(label, *, rows: int = 3, help_text="", most: int = 4000, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=required,
        error_messages={"required": EMPTY},
        widget=forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(attrs={"autocomplete": "off"}),
    )


class OrderForm(LinesForm):
    """Order people out: how many in each role, what to do, where to report."""

    title = _text(_("Mission"), rows=1, most=200)
    task = _text(_("Task"))
    report_to = _text(_("Report to"), rows=1, most=200, help_text=_("Place and office, never a private home."))
    report_at = MomentField(label=_("Report at"))
    ends = MomentField(label=_("Ends"))
    legal_status = _text(_("Legal status"), most=2000)
    insurance = _text(_("Insurance"), required=False, most=2000, rows=2)
    conduct = _text(_("Code of conduct"))
    radio = _text(_("Radio plan"), required=False, rows=1, most=300, help_text=_("Such as ICS 205, channel 4."))
    personal = declare(none="act title task report_to report_at ends legal_status insurance conduct radio")

    def __init__(self, *args, zone: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        for name in ("report_at", "ends"):
            self.fields[name].zone = zone

    def clean(self) -> dict:
        """People come whole."""
        data = super().clean()
        for name, value in data.items():
            if isinstance(value, Decimal) and value != value.to_integral_value():
                self.add_error(name, _("People come whole. Nothing was signed. Enter a whole number."))
        return data

    def order(self) -> Order:
        """Return what was typed, for the action."""
        labels = {line.offer: line.label for line in self.lines}
        lines = [
            MissionPart(offer=offer, role=labels[offer][:120], people=int(people))
            for offer, people in self.quantities.items()
            if people > 0
        ]
        names = ("title", "task", "report_to", "report_at", "ends", "legal_status", "insurance", "conduct", "radio")
        return Order(lines=lines, **{name: self.cleaned_data[name] for name in names})


class RosterForm(ActForm):
    """Name people of a mission, one per line. Only the two parties read it."""

    offer = forms.TypedChoiceField(label=_("Role"), coerce=UUID)
    people = forms.CharField(
        label=_("People"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line: name, then a comma and a licence or credential if one is needed."),
    )
    home_contact = forms.CharField(
        label=_("Contact at home, 24 hours"),
        max_length=200,
        required=False,
        help_text=_("A duty desk that answers at any hour."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    personal = declare(
        none="act offer",
        staff="people",
        contact="home_contact",
        purpose="mission order and accountability",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )

    def __init__(self, *args, roles: Sequence[tuple[UUID, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.roles = dict(roles)
        self.fields["offer"].choices = [(str(offer), role) for offer, role in roles]

    def named(self) -> list[Named]:
        """Return the people that were typed."""
        offer = self.cleaned_data["offer"]
        found = []
        for text in self.cleaned_data["people"].splitlines():
            name, _comma, credential = (part.strip() for part in text.partition(","))
            if name:
                found.append(Named(name[:120], self.roles[offer], offer, credential[:120]))
        return found


class CheckForm(ActForm):
    """Check people in or out, by ticking them or by the code on their order."""

    people = forms.TypedMultipleChoiceField(
        label=_("Who?"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )
    code = forms.CharField(
        label=_("Code on the order"),
        max_length=12,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "class": "h-short"}),
    )
    personal = declare(
        none="act code",
        staff="people",
        purpose="who of a mission is there",
        sealed="donor and requester",
        purge="30 days after the mission ends",
    )

    def __init__(self, *args, people: Sequence[tuple[UUID, str]], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].choices = [(str(person), name) for person, name in people]


class NoteForm(ActForm):
    """A note with the end of a mission."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What the donor has to know. No names."),
    )
    personal = declare(none="act note")


__all__ = ["CheckForm", "LineBox", "NoteForm", "OrderForm", "RosterForm"]

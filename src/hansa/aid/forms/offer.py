# SPDX-License-Identifier: Apache-2.0
"""The form of an offer, prefilled with what fits best, and its cost rows."""

from decimal import Decimal, InvalidOperation

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.aid.acts.offer import Cost
from hansa.aid.catalogue import Kind
from hansa.aid.choices import COST_CATEGORIES, COST_TERMS, problem_text
from hansa.aid.forms.fields import MomentField, QuantityField, units
from hansa.aid.forms.request import ActForm
from hansa.aid.importing.lines import read_quantity
from hansa.aid.queries.catalogue import number
from hansa.aid.queries.stock import Lot
from hansa.aid.rules.requests import Problem
from hansa.core.personal import declare


class OfferForm(ActForm):
    """Offer units on a line, out of one stock of the member."""

    stock = forms.ChoiceField(label=_("Out of"), required=True)
    quantity = QuantityField(label=_("How much?"))
    available_from = MomentField(label=_("Can leave from"))
    arrives_at = MomentField(label=_("Arrives by"))
    valid_until = MomentField(
        label=_("Firm until"), help_text=_("Your stock is held back until then. Like Nov 21 and 3 pm.")
    )
    limitations = forms.CharField(
        label=_("Limitations"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What it cannot do, and the support that it needs."),
    )  # fmt: skip
    personal = declare(none="act stock quantity available_from arrives_at valid_until limitations")

    def __init__(self, *args, kind: Kind | None, lots: list[Lot], zone: str, home: str, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["quantity"].counts(kind)
        self.lots = {str(lot.row.id): lot for lot in lots}
        self.fields["stock"].choices = [(key, _label(lot)) for key, lot in self.lots.items()]
        self.fields["arrives_at"].zone = zone
        for name in ("available_from", "valid_until"):
            self.fields[name].zone = home

    def clean_quantity(self) -> Decimal:
        """Return the units that were typed, packs counted out."""
        found = units(self.cleaned_data["quantity"], self.kind)
        if isinstance(found, Problem):
            raise forms.ValidationError(problem_text(found))
        return found

    @property
    def lot(self) -> Lot:
        """The stock out of which it is offered."""
        return self.lots[self.cleaned_data["stock"]]


def _label(lot: Lot) -> str:
    values = {"site": lot.row.site, "above": number(lot.above), "level": lot.row.level}
    if lot.row.level:
        return _("%(site)s, type %(level)s: %(above)s above your reserve") % values
    return _("%(site)s: %(above)s above your reserve") % values


class CostForm(forms.Form):
    """One row of costs; a row without an amount is left out."""

    category = forms.ChoiceField(label=_("Category"), choices=list(COST_CATEGORIES.items()))
    description = forms.CharField(label=_("Description"), max_length=300, required=False)
    terms = forms.ChoiceField(label=_("How it is charged"), choices=list(COST_TERMS.items()))
    amount = forms.CharField(
        label=_("US dollars"), max_length=20, required=False, widget=forms.TextInput(attrs={"inputmode": "decimal"})
    )
    personal = declare(none="category description terms amount")

    def clean_amount(self) -> Decimal | None:
        """Return the amount in dollars, None for an empty row."""
        text = self.cleaned_data["amount"].strip().lstrip("$")
        if not text:
            return None
        try:
            amount = read_quantity(text)
            if amount is None or amount < 0 or amount != amount.quantize(Decimal("0.01")) or amount > 10**11:
                raise InvalidOperation
        except InvalidOperation:
            problem = Problem("amount", "cost-amount", (("text", self.cleaned_data["amount"]),))
            raise forms.ValidationError(problem_text(problem)) from None
        return amount.quantize(Decimal("0.01"))

    @property
    def cost(self) -> Cost | None:
        """The row as an offer states it."""
        data = self.cleaned_data
        if data.get("amount") is None:
            return None
        return Cost(
            category=data["category"], description=data["description"], terms=data["terms"], amount=data["amount"]
        )


# One row per category to begin with: that is what a claim has to show later.
CostFormSet = forms.formset_factory(CostForm, extra=0, max_num=40, validate_max=True)


def cost_rows() -> list[dict]:
    """Return a row for each category, billed unless changed."""
    return [{"category": category, "terms": "bill"} for category in COST_CATEGORIES]

# SPDX-License-Identifier: Apache-2.0
"""Forms of stock and of the catalogue."""

from decimal import Decimal

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from hansa.aid import catalogue
from hansa.aid.choices import CATEGORIES, FORMS, PROBLEMS, UNITS, problem_text
from hansa.aid.forms.fields import QuantityField, units
from hansa.aid.forms.request import MOST_FOUND, ActForm
from hansa.aid.queries.catalogue import find_kinds, name_of
from hansa.aid.queries.catalogue import kind as kind_of
from hansa.aid.rules.requests import Problem
from hansa.core.personal import declare


class StockForm(forms.Form):
    """How much of a kind is at a site, and how much of it stays."""

    what = forms.CharField(label=_("What?"), max_length=130, help_text=_("A word of the catalogue, or a code."),
                           error_messages={"required": PROBLEMS["kind-missing"]})  # fmt: skip
    level = forms.TypedChoiceField(
        label=_("NIMS type"), required=False, coerce=int,
        empty_value=0,  # type: ignore[arg-type]  # Django takes any value here, the stubs only text
        choices=[("", _("Not typed")), *((n, format_lazy(_("Type {n}"), n=n)) for n in (1, 2, 3, 4))],
    )  # fmt: skip
    site = forms.CharField(label=_("Site"), required=False, max_length=120, help_text=_("Empty means your city."))
    quantity = QuantityField(label=_("How much is there?"))
    reserve = QuantityField(
        label=_("How much stays?"), required=False, help_text=_("Empty means 30 %, rounded up. It is never offered.")
    )
    personal = declare(none="what level site quantity reserve")

    def clean(self) -> dict:
        """Add `kind`, and both quantities in its unit."""
        data = super().clean() or {}
        found = find_kinds(data.get("what", ""), limit=MOST_FOUND) if data.get("what") else []
        kind = kind_of(data["what"]) if data.get("what") else None
        kind = kind or (found[0] if len(found) == 1 else None)
        if data.get("what") and kind is None:
            names = "; ".join(name_of(one.code) for one in found[:3])
            code = "kind-several" if found else "kind-unknown"
            self.add_error("what", problem_text(Problem("what", code, (("text", data["what"]), ("names", names)))))
        data["kind"] = kind
        for name in ("quantity", "reserve"):
            data[f"{name}_units"] = self._units(name, data.get(name), kind)
        return data

    def _units(self, name: str, text: str | None, kind: catalogue.Kind | None) -> Decimal | None:
        if not text:
            return None
        found = units(text, kind)
        if isinstance(found, Problem):
            self.add_error(name, problem_text(found))
            return None
        return found


class KindForm(ActForm):
    """Add a kind to the catalogue of the league."""

    name_en = forms.CharField(label=_("English name"), max_length=120, required=False)
    name_es = forms.CharField(label=_("Spanish name"), max_length=120, required=False)
    form = forms.ChoiceField(label=_("Form"), choices=list(FORMS.items()))
    category = forms.ChoiceField(label=_("Category"), choices=list(CATEGORIES.items()))
    unit = forms.ChoiceField(label=_("Unit"), choices=list(UNITS.items()))
    words = forms.CharField(label=_("Other words for it"), max_length=200, required=False)
    personal = declare(none="act name_en name_es form category unit words")

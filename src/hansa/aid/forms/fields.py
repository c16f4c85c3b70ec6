# SPDX-License-Identifier: Apache-2.0
"""Fields that read what people type: a day and a time in the zone of a place, a quantity with or without a pack."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hansa.aid.catalogue import Kind, fold
from hansa.aid.choices import PACKS, PROBLEMS, problem_text
from hansa.aid.importing.lines import read_quantity
from hansa.aid.rules.requests import Problem
from hansa.aid.rules.when import Unreadable, read_day_and_clock
from hansa.core import clock


def spanish() -> bool:
    """Return whether the reader reads Spanish; then 5/4 is the fifth of April."""
    return (get_language() or "en").startswith("es")


class MomentWidget(forms.MultiWidget):
    """Two boxes, a day and a time, in one question."""

    use_fieldset = True

    def __init__(self) -> None:
        day = forms.TextInput(attrs={"aria-label": _("Day"), "autocomplete": "off", "class": "h-short"})
        time = forms.TextInput(attrs={"aria-label": _("Time"), "autocomplete": "off", "class": "h-short"})
        super().__init__({"day": day, "time": time})

    def decompress(self, value) -> list[str]:
        """Return a moment as the two boxes show it; what was typed stays as it was."""
        return list(value) if isinstance(value, list | tuple) else ["", ""]


class MomentField(forms.MultiValueField):
    """A day and a time as people write them ("Nov 21", "3 pm"), in `zone`; gives an aware moment in UTC."""

    def __init__(self, **kwargs) -> None:
        plain = forms.CharField(required=False, max_length=40)
        kwargs.setdefault("help_text", _("Like Nov 21 and 3 pm. No time means the end of that day."))
        super().__init__((plain, plain), widget=MomentWidget(), require_all_fields=False, **kwargs)
        self.zone = "UTC"
        if not self.required:
            self.error_messages["required"] = ""

    def clean(self, value) -> datetime | None:
        """Return the moment that the two boxes state."""
        day, time = ((part or "").strip() for part in (value or ["", ""]))
        if not day and not time:
            if self.required:
                raise ValidationError(problem_text(Problem("", "time-missing")))
            return None
        if not day:
            raise ValidationError(problem_text(Problem("", "time-missing")))
        try:
            return read_day_and_clock(day, time, now=clock.now(), zone=self.zone, day_first=spanish())
        except Unreadable as error:
            raise ValidationError(problem_text(Problem("", error.code, (("text", f"{day} {time}".strip()),)))) from None


def two_boxes(moment: datetime, zone: str) -> list[str]:
    """Return a moment as the two boxes of a `MomentField` show it, in the reader's language."""
    local = moment.astimezone(ZoneInfo(zone))
    pattern, locale = ("d MMM y", "es_US") if spanish() else ("MMM d, y", "en_US")
    return [format_date(local.date(), pattern, locale=locale), local.strftime("%H:%M")]


def _pack_words() -> str:
    return ";".join(f"{pack}={word}" for pack, word in PACKS.items())


class QuantityField(forms.CharField):
    """A number, or a number of packs such as "20 cases"; `units` gives the number in the unit of a kind.

    The page counts along while one types, in the packs of `kind`, or of the kind that is chosen in the same form.
    """

    def __init__(self, *, kind: Kind | None = None, **kwargs) -> None:
        kwargs.setdefault("error_messages", {"required": PROBLEMS["quantity-missing"]})
        attrs = {"inputmode": "decimal", "autocomplete": "off", "class": "h-short"}
        super().__init__(max_length=40, widget=forms.TextInput(attrs=attrs), **kwargs)
        self.widget.attrs["data-pack-words"] = lazy(_pack_words, str)()
        self.counts(kind)

    def counts(self, kind: Kind | None) -> None:
        """Let the page count in the packs of `kind`."""
        if kind and kind.packs:
            self.widget.attrs["data-packs"] = kind.packs_text


def _is_pack(word: str, pack: str) -> bool:
    """Return whether a word names a pack in either language, in one or many."""
    names = {fold(pack), fold(str(PACKS.get(pack, pack)))}
    return any(word in (name, f"{name}s", f"{name}es") for name in names)


def units(text: str, kind: Kind | None) -> Decimal | Problem:
    """Return the units that a quantity states: "400", "1,200" or "20 cases" of a kind that comes in cases."""
    number, _space, word = text.strip().partition(" ")
    found = read_quantity(text)
    if found is not None:
        return found
    found = read_quantity(number)
    if found is not None and kind is not None:
        for pack, count in kind.packs:
            if _is_pack(fold(word.strip()), pack):
                return found * count
        if fold(word.strip()) == fold(kind.unit) or fold(word.strip()) in {fold(name) for name in kind.names.values()}:
            return found
        # The number is clear, what is counted is not: say in what this kind can be counted.
        packs = ", ".join(f"{PACKS.get(pack, pack)} ({size.normalize():f})" for pack, size in kind.packs)
        code = "quantity-pack" if packs else "quantity-word"
        return Problem("quantity", code, (("text", text), ("number", number), ("word", word.strip()), ("packs", packs)))
    return Problem("quantity", "quantity-unreadable", (("text", text),))

# SPDX-License-Identifier: Apache-2.0
"""Controls that are written straight are, to the character, what Django's own templates draw."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from hansa.shell.controls import written
from hansa.shell.forms import UswdsRenderer

HOSTILE = """"><script>alert('1')</script>&"""
CHOICES = [("", "Choose"), ("a", HOSTILE), ("Group <b>", [("b", "B"), (1234, 1234)]), ("c", _("Aid"))]
ATTRS = {"id": 'id_"x', "class": "usa-input", "disabled": True, "hidden": False, "data-n": 3, "title": _("Aid")}
WIDGETS = [
    forms.TextInput(), forms.NumberInput(), forms.EmailInput(), forms.URLInput(), forms.PasswordInput(),
    forms.HiddenInput(), forms.DateInput(), forms.DateTimeInput(), forms.TimeInput(), forms.FileInput(),
    forms.CheckboxInput(), forms.Textarea(attrs={"rows": 4}), forms.Select(choices=CHOICES),
    forms.SelectMultiple(choices=CHOICES), forms.RadioSelect(choices=CHOICES),
    forms.CheckboxSelectMultiple(choices=CHOICES), forms.NullBooleanSelect(),
    forms.MultiWidget({"day": forms.TextInput(attrs={"aria-label": _("Day")}), "time": forms.TimeInput()}),
    forms.SplitDateTimeWidget(), forms.SplitHiddenDateTimeWidget(),
]  # fmt: skip
VALUES = [None, "", HOSTILE, "a", 1234, 0, True, mark_safe("<i>5</i>"), ["a", HOSTILE], ["b"]]


class Unlabelled(forms.RadioSelect):
    """A choice whose label stands elsewhere."""

    def create_option(self, *args, **kwargs) -> dict:
        """Return a choice that does not wrap its label."""
        return super().create_option(*args, **kwargs) | {"wrap_label": False}


@pytest.mark.parametrize("widget", [*WIDGETS, Unlabelled(choices=CHOICES)], ids=lambda widget: type(widget).__name__)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_control_is_what_djangos_template_draws(widget, value):
    if isinstance(value, list) and isinstance(widget, forms.Textarea | forms.NullBooleanSelect):
        value = str(value)
    if isinstance(widget, forms.MultiWidget) and not isinstance(value, list):
        value = [value, value]
    drawn = widget.render('na"me', value, ATTRS, TemplatesSetting())
    assert widget.render('na"me', value, ATTRS, UswdsRenderer()) == drawn


def test_what_is_not_listed_is_left_to_its_template():
    assert written("shell/forms/form.html", {"fields": []}) is None
    own = forms.MultiWidget({"file": forms.ClearableFileInput()})
    assert written(own.template_name, own.get_context("x", [None], {})) is None
    assert 'type="file"' in own.render("x", [None], {}, UswdsRenderer())

# SPDX-License-Identifier: Apache-2.0
"""Forms in USWDS markup everywhere: `{{ form }}` renders right, and no part has to import this one.

Django asks FORM_RENDERER for the templates and the class of bound fields. That class knows which kind of control a
widget is, gives it the right class names, and ties label, hint and error to it.
"""

from typing import Any, cast

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.utils import ErrorDict
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from hansa.shell import controls

_KINDS: tuple[tuple[type, str, str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes", "usa-checkbox__input"),
    (forms.RadioSelect, "radios", "usa-radio__input"),
    (forms.CheckboxInput, "checkbox", "usa-checkbox__input"),
    (forms.SelectMultiple, "multiple", "usa-select h-multiple"),
    (forms.Select, "select", "usa-select"),
    (forms.FileInput, "file", "h-file"),
    (forms.Textarea, "textarea", "usa-textarea"),
    (forms.HiddenInput, "hidden", ""),
)


class UswdsBoundField(BoundField):
    """A bound field that renders as a USWDS control. A day gets the browser's own picker, which speaks ISO 8601."""

    def __init__(self, form, field, name) -> None:
        super().__init__(form, field, name)
        if isinstance(field.widget, forms.DateInput):
            field.widget.input_type, field.widget.format = "date", "%Y-%m-%d"

    @cached_property
    def kind(self) -> str:
        """One of checkboxes, radios, checkbox, multiple, select, file, textarea, hidden, text."""
        return self._match[0]

    @property
    def _match(self) -> tuple[str, str]:
        widget = self.field.widget
        return next(((kind, css) for cls, kind, css in _KINDS if isinstance(widget, cls)), ("text", "usa-input"))

    @property
    def grouped(self) -> bool:
        """Whether several controls share one question, so that a fieldset holds them."""
        return self.kind in {"radios", "checkboxes"} or self.field.widget.use_fieldset

    @property
    def anchor(self) -> str:
        """The id that the error summary links to: the first control of a group, else the control."""
        return f"{self.auto_id}_0" if self.grouped else self.id_for_label or self.auto_id

    def render(self, template_name=None, context=None, renderer=None) -> SafeString:
        """Return label, hint, error and control; a field that names a template of its own is drawn by that."""
        if template_name or self.field.template_name:
            return super().render(template_name, context, renderer)
        return controls.question(self, self.kind, grouped=self.grouped)

    def build_widget_attrs(self, attrs, widget=None) -> dict:
        """Return the control's attributes: USWDS class names, error state, and no `required` (errors come on send)."""
        attrs = super().build_widget_attrs(attrs, widget)
        names = [self.field.widget.attrs.get("class", ""), self._match[1]]
        if self.errors and self.kind not in {"radios", "checkboxes", "checkbox"}:
            names.append("usa-input--error")
        attrs["class"] = " ".join(name for name in names if name)
        attrs.pop("required", None)
        return attrs


class UswdsRenderer(TemplatesSetting):
    """FORM_RENDERER of the project."""

    form_template_name = "shell/forms/form.html"
    formset_template_name = "shell/forms/formset.html"
    bound_field_class = UswdsBoundField

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return a control or a form as markup: written straight where it can be, else drawn by its template."""
        done = controls.written(template_name, context)
        return super().render(template_name, context, request) if done is None else done


def summary_of(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Return (anchor, message) for every error of a form in the order of its fields, the form's own first."""
    errors: ErrorDict = form.errors
    lines = [("", str(message)) for message in form.non_field_errors()]
    for name in form.fields:
        field = cast(UswdsBoundField, form[name])
        label = str(field.label)
        colon = "" if label.endswith("?") else ":"
        lines += [(field.anchor, f"{label}{colon} {message}") for message in errors.get(name, [])]
    return lines

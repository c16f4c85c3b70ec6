# SPDX-License-Identifier: Apache-2.0
"""Controls and questions as markup, written straight: they are what a page has most of.

Django draws every control with two to four templates, and a form of ten questions spends more time in them than in all
else. What is written here is what Django's own templates write, character for character (a test compares them);
a widget that is not listed is drawn by its template.
"""

import html
from collections.abc import Callable, Mapping
from typing import Any

from django.forms.boundfield import BoundField
from django.utils.formats import localize
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

Widget = Mapping[str, Any]
_FOLDER = "django/forms/widgets/"


def _escaped(value: Any) -> str:
    """Return what `conditional_escape` returns, as text: a page escapes hundreds of values that are plain text."""
    return html.escape(value) if type(value) is str else str(conditional_escape(value))


def _attributes(widget: Widget) -> str:
    stated = []
    for name, value in widget["attrs"].items():
        if value is True:
            stated.append(f" {_escaped(name)}")
        elif value is not False:
            stated.append(f' {_escaped(name)}="{_escaped(value)}"')
    return "".join(stated)


def _input(widget: Widget) -> str:
    value = widget["value"]
    stated = "" if value is None else f' value="{_escaped(value)}"'
    return f'<input type="{_escaped(widget["type"])}" name="{_escaped(widget["name"])}"{stated}{_attributes(widget)}>'


def _choice(widget: Widget) -> str:
    if not widget["wrap_label"]:
        return _input(widget)
    name = widget["attrs"].get("id")
    of = f' for="{_escaped(name)}"' if name else ""
    return f"<label{of}>{_input(widget)} {_escaped(localize(widget['label']))}</label>"


def _option(widget: Widget) -> str:
    label = _escaped(localize(widget["label"]))
    return f'<option value="{_escaped(widget["value"])}"{_attributes(widget)}>{label}</option>'


def _select(widget: Widget) -> str:
    lines = [f'<select name="{_escaped(widget["name"])}"{_attributes(widget)}>']
    for group, options, _index in widget["optgroups"]:
        if group:
            lines.append(f'\n  <optgroup label="{_escaped(localize(group))}">')
        lines += [f"\n  {_option(option)}\n" for option in options]
        if group:
            lines.append("\n  </optgroup>")
    return "".join([*lines, "\n</select>"])


def _textarea(widget: Widget) -> str:
    value = _escaped(localize(widget["value"])) if widget["value"] else ""
    return f'<textarea name="{_escaped(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


_INPUTS = (
    "input", "text", "number", "email", "url", "password", "hidden", "date", "datetime", "time", "file", "checkbox",
)  # fmt: skip
_WRITERS: dict[str, Callable[[Widget], str]] = {
    **{f"{_FOLDER}{name}.html": _input for name in _INPUTS},
    f"{_FOLDER}radio_option.html": _choice,
    f"{_FOLDER}checkbox_option.html": _choice,
    f"{_FOLDER}select.html": _select,
    f"{_FOLDER}select_option.html": _option,
    f"{_FOLDER}textarea.html": _textarea,
}


def written(template: str, context: Mapping[str, Any]) -> SafeString | None:
    """Return the markup of the widget that `template` draws from `context`, None for one that only a template knows.

    Everything that a person typed or a part named is escaped, unless it was marked safe before.
    """
    widget = context.get("widget")
    if template == f"{_FOLDER}multiwidget.html" and widget:
        parts = [written(each["template_name"], {"widget": each}) for each in widget["subwidgets"]]
        return None if None in parts else mark_safe("".join(part for part in parts if part))  # noqa: S308 (written here)
    write = _WRITERS.get(template)
    return mark_safe(write(widget)) if write and widget else None  # noqa: S308 (every value is escaped above)


def _about(field: BoundField) -> str:
    """Return hint and error, with the ids by which the control names them."""
    said = ""
    if field.help_text:
        said = f'<div class="usa-hint" id="{field.auto_id}_helptext">{_escaped(field.help_text)}</div>'
    if field.errors:
        lines = "".join(f"<p>{_escaped(str(error))}</p>" for error in field.errors)
        said += f'<div class="usa-error-message" id="{field.auto_id}_error">{lines}</div>'
    return said


def _choices(field: BoundField, css: str) -> str:
    return "".join(
        f'<div class="{css}">{choice.tag()}<label class="{css}__label"'
        f' for="{_escaped(choice.id_for_label)}">{_escaped(choice.choice_label)}</label></div>'
        for choice in field.subwidgets
    )


def question(field: BoundField, kind: str, *, grouped: bool) -> SafeString:
    """Return one question: label, hint, error, control. Required fields carry no mark; the others say "(optional)".

    `kind` and `grouped` are those of `UswdsBoundField`: several controls of one question stand in a fieldset.
    """
    label, about = _escaped(field.label), _about(field)
    mark = "" if field.field.required else f' <span class="usa-hint">{_escaped(_("(optional)"))}</span>'
    if grouped:
        told = field.aria_describedby
        by = f' aria-describedby="{_escaped(told)}"' if told else ""
        css = {"radios": "usa-radio", "checkboxes": "usa-checkbox"}.get(kind)
        controls = _choices(field, css) if css else f'<div class="h-boxes">{field}</div>'
        body = (
            f'<fieldset class="usa-fieldset"{by}><legend class="usa-legend">{label}{mark}</legend>'
            f"{about}{controls}</fieldset>"
        )
    else:
        of = _escaped(field.id_for_label)
        if kind == "checkbox":
            beside = f'<label class="usa-checkbox__label" for="{of}">{label}</label>'
            body = f'{about}<div class="usa-checkbox">{field}{beside}</div>'
        else:
            body = f'<label class="usa-label" for="{of}">{label}{mark}</label>{about}{field}'
    state = " usa-form-group--error" if field.errors else ""
    return mark_safe(f'<div class="usa-form-group{state}">{body}</div>')  # noqa: S308 (every value is escaped above)

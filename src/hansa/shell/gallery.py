# SPDX-License-Identifier: Apache-2.0
"""What the gallery shows: one file per component in templates/shell/gallery, rendered and as code.

A file begins with a comment of two lines: what the component is for, and its attributes and slots.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator

from hansa.core.clock import now
from hansa.core.ids import new_id
from hansa.core.personal import declare
from hansa.shell.places import Link

_FOLDER = Path(__file__).parent / "templates/shell/gallery"
_HEAD = re.compile(r"\A\{% comment %\}(?P<about>[^\n]*)\n?(?P<slots>[^{]*)\{% endcomment %\}\n")


@dataclass(frozen=True, slots=True)
class Entry:
    """One component of the gallery."""

    name: str
    about: str
    slots: str
    code: str

    @property
    def template(self) -> str:
        """The template that shows it."""
        return f"shell/gallery/{self.name}.html"


class SampleForm(forms.Form):
    """Every kind of control."""

    what = forms.CharField(label="What is needed", help_text="Kind and type, as in the catalogue")
    quantity = forms.DecimalField(
        label="Quantity", min_value=1, widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    )
    lifeline = forms.ChoiceField(
        label="Lifeline", choices=[("", "I don't know"), ("health", "Health"), ("shelter", "Food, water, shelter")]
    )
    priority = forms.ChoiceField(
        label="Priority", choices=[("now", "Now"), ("today", "Today"), ("week", "This week")], widget=forms.RadioSelect
    )
    conditions = forms.MultipleChoiceField(
        label="Conditions",
        choices=[("power", "Needs power"), ("cold", "Keep cold")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    voice = forms.BooleanField(label="Reported by voice", required=False)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    paper = forms.FileField(label="Attachment", required=False)

    personal = declare(none="what quantity lifeline priority conditions voice note paper")


def entries() -> list[Entry]:
    """Return the components in the order of their names."""
    found = []
    for path in sorted(_FOLDER.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        head = _HEAD.match(text)
        if head is None:
            raise ValueError(f"{path.name} does not begin with the comment that says what it is for")
        code = text[head.end() :].strip()
        found.append(Entry(path.stem, head["about"].strip(), head["slots"].strip(), code))
    return found


def context() -> dict[str, Any]:
    """Return the entries and what their samples show."""
    at = now()
    wrong = SampleForm({"quantity": "none", "what": ""}, prefix="wrong")
    points = [
        {"label": "Chicago", "lon": -87.63, "lat": 41.88, "kind": "active", "kind_label": "Active", "url": "#map"},
        {"label": "Portland", "lon": -122.68, "lat": 45.52, "kind": "member", "kind_label": "Member", "url": "#map"},
        {"label": "Honolulu", "lon": -157.86, "lat": 21.31, "kind": "member", "kind_label": "Member", "url": "#map"},
        {"label": "Juneau", "lon": -134.42, "lat": 58.30, "kind": "guest", "kind_label": "Guest", "url": "#map"},
        {"label": "San Juan", "lon": -66.11, "lat": 18.47, "kind": "member", "url": "#map"},
    ]
    route = {"from_lon": -122.68, "from_lat": 45.52, "to_lon": -87.63, "to_lat": 41.88, "kind": "transit"}
    return {
        "entries": entries(),
        "sample_form": SampleForm(),
        "wrong_form": wrong,
        "at": at,
        "ago": at - timedelta(minutes=40),
        "day_ago": at - timedelta(days=1),
        "in_one_hour": at + timedelta(hours=1),
        "in_a_day": at + timedelta(days=1, hours=3),
        "page": Paginator(range(812), 50).page(4),
        "facts": [("Line", "400 cots"), ("Needed by", "Nov 21, 6:00 p.m. CST"), ("Still missing", "80")],
        "rows": [
            ("Portland", "400 cots", 320, "done", "Received"),
            ("Oakland", "Interpreters, Spanish", 12, "soon", "In transit"),
            ("Illinois", "Shelter kits", 1200, "late", "Not heard from"),
        ],
        "bars": [("Received", 320, "done"), ("In transit", 140, "soon"), ("Missing", 80, "late")],
        "points": points,
        "routes": [{**route, "label": "Portland to Chicago"}],
        "marked": ["Oregon", "Illinois", "Hawaii"],
        "act": SimpleNamespace(id=new_id(), at=at - timedelta(minutes=40), author="portland-or"),
        "receipt": SimpleNamespace(index=141, witnessed=5, witnesses=7, received_by=("oakland-ca", "chicago-il")),
        "links": [Link("Chicago", "#log-line", key="1")],
    }

# SPDX-License-Identifier: Apache-2.0
"""A plain `{{ form }}` is USWDS markup: labels, hints and errors tied to their controls, input kept."""

import pytest
from django import forms

from hansa.core.personal import declare
from hansa.shell.forms import summary_of


class Request(forms.Form):
    """What a part's own form looks like: it knows nothing of the shell."""

    what = forms.CharField(label="What", help_text="Kind and type")
    priority = forms.ChoiceField(
        label="Priority", choices=[("now", "Now"), ("later", "Later")], widget=forms.RadioSelect
    )
    voice = forms.BooleanField(label="By voice", required=False)
    place = forms.ChoiceField(label="Place", choices=[("a", "A")], required=False)

    personal = declare(none="what priority voice place")

    def clean(self) -> dict:
        """Refuse one word, as a rule about the whole form would."""
        if self.cleaned_data.get("what") == "nothing":
            raise forms.ValidationError("Ask for something.")
        return self.cleaned_data


def test_controls_carry_their_uswds_classes():
    html = str(Request())
    for name in ("usa-input", "usa-radio__input", "usa-checkbox__input", "usa-select", "usa-label", "usa-legend"):
        assert name in html


def test_optional_fields_say_so_and_required_ones_carry_no_mark():
    html = str(Request())
    assert html.count("(optional)") == 1
    assert "required" not in html
    assert "*" not in html


def test_a_hint_is_tied_to_its_control():
    assert 'aria-describedby="id_what_helptext"' in str(Request())


def test_errors_stand_at_the_field_and_what_was_typed_stays():
    html = str(Request({"what": "", "priority": "never", "place": "a"}))
    assert 'id="id_what_error"' in html
    assert 'aria-describedby="id_what_helptext id_what_error"' in html
    assert 'aria-invalid="true"' in html
    kept = str(Request({"what": "400 cots", "priority": ""}))
    assert 'value="400 cots"' in kept


def test_an_error_of_the_whole_form_stands_above_it():
    html = str(Request({"what": "nothing", "priority": "now"}))
    assert html.index("Ask for something.") < html.index("usa-label")


def test_the_summary_links_to_the_first_control_of_a_group():
    form = Request({"what": "", "priority": ""})
    assert [anchor for anchor, _ in summary_of(form)] == ["id_what", "id_priority_0"]
    for anchor, _ in summary_of(form):
        assert f'id="{anchor}"' in str(form)


def test_the_summary_names_the_field():
    assert summary_of(Request({"what": "x"}))[0][1].startswith("Priority: ")


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x>'])
def test_what_was_typed_never_becomes_markup(text):
    html = str(Request({"what": text, "priority": text}))
    assert text not in html

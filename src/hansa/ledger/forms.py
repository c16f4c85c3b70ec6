# SPDX-License-Identifier: Apache-2.0
"""The filter over the ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.ledger import registry
from hansa.ledger.queries import authors


class FilterForm(forms.Form):
    """Which acts to show. What is left empty does not narrow."""

    member = forms.ChoiceField(label=_("Member"), required=False)
    type = forms.ChoiceField(label=_("Kind of act"), required=False)
    activation = forms.UUIDField(label=_("Activation"), required=False, widget=forms.HiddenInput)
    personal = declare(none="member type activation")

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        parts = sorted({name.split(".")[0] for name in registry.types})
        names = [(part, list(_types_of(part))) for part in parts]
        self.fields["member"].choices = [("", _("All members")), *((a, a) for a in authors())]  # type: ignore[attr-defined]
        self.fields["type"].choices = [("", _("All kinds")), *names]  # type: ignore[attr-defined]


def _types_of(part: str):
    yield f"{part}.", _("All of %s") % part
    for name in sorted(registry.types):
        if name.startswith(f"{part}."):
            yield name, name

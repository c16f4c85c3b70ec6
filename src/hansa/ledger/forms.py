# SPDX-License-Identifier: Apache-2.0
"""The filter over the ledger."""

from collections import Counter

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.ledger import registry
from hansa.ledger.naming import member_names
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
        self.fields["member"].choices = [("", _("All members")), *_members()]  # type: ignore[attr-defined]
        self.fields["type"].choices = [("", _("All kinds")), *names]  # type: ignore[attr-defined]


def _members() -> list[tuple[str, str]]:
    """Return each author with its name, by name; two of one name are told apart by their ids."""
    names = member_names(authors())
    shared = Counter(names.values())
    labels = [(slug, name if shared[name] == 1 else f"{name} ({slug})") for slug, name in names.items()]
    return sorted(labels, key=lambda pair: (pair[1], pair[0]))


def _types_of(part: str):
    yield f"{part}.", _("All of %s") % part
    for name in sorted(registry.types):
        if name.startswith(f"{part}."):
            yield name, name

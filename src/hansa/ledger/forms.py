# SPDX-License-Identifier: Apache-2.0
"""The filter over the ledger, and what one says about a sealed act."""

from collections import Counter
from collections.abc import Iterable

from django import forms
from django.utils.translation import gettext_lazy as _

from hansa.core.personal import declare
from hansa.ledger import registry
from hansa.ledger.choices import Recalled, Refusal
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


class RecallForm(forms.Form):
    """A recall: by when, and why."""

    days = forms.IntegerField(
        label=_("Days until it must be destroyed"), min_value=1, max_value=365, initial=7,
        help_text=_("Every reader's node destroys it by then, unless somebody there refuses and says why."),
    )  # fmt: skip
    reason = forms.ChoiceField(
        label=_("Reason"), choices=Recalled.choices, help_text=_("Everyone can read the reason.")
    )
    personal = declare(none="days reason")


class RefusalForm(forms.Form):
    """A refusal to destroy what was recalled."""

    reason = forms.ChoiceField(label=_("Reason"), choices=Refusal.choices)
    words = forms.CharField(
        label=_("In words"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Name the law, the case or the agreement. Everyone can read this: name no person."),
    )  # fmt: skip
    personal = declare(none="reason words")


class LetReadForm(forms.Form):
    """One more reader of a sealed act."""

    reader = forms.ChoiceField(label=_("Member"))
    personal = declare(none="reader")

    def __init__(self, *args, readers: Iterable[str] = (), **kwargs) -> None:
        super().__init__(*args, **kwargs)
        taken = set(readers)
        self.fields["reader"].choices = [pair for pair in _members() if pair[0] not in taken]  # type: ignore[attr-defined]

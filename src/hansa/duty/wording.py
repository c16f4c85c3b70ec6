# SPDX-License-Identifier: Apache-2.0
"""Titles that are stored once and read in any language: a message id and what it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext

from hansa.people.choices import office_label


@dataclass(frozen=True, slots=True)
class Wording:
    """A message id, marked for translation with `gettext_noop` where it is written, and its named parameters.

    The parameter `office` is an office's code; it is read as the office's name.
    """

    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the language that is active."""
        params = {name: office_label(value) if name == "office" else value for name, value in self.params.items()}
        return gettext(self.message) % params

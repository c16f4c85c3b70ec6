# SPDX-License-Identifier: Apache-2.0
"""Titles that are stored once and read in any language: a message id and what it names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext


@dataclass(frozen=True, slots=True)
class Wording:
    """A message id, marked for translation with `gettext_noop` where it is written, and its named parameters."""

    message: str
    params: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in the language that is active."""
        return gettext(self.message) % dict(self.params)

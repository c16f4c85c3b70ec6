# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Pact(Part):
    """The charter, its members, ratification, amendment and withdrawal."""

    name = "hansa.pact"

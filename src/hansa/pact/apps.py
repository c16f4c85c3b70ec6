# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Pact(Part):
    """Charter, members, ratification, amendment, withdrawal, guests."""

    name = "hansa.pact"

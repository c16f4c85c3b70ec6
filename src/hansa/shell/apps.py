# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Shell(Part):
    """Base templates, components, home, search and assets."""

    name = "hansa.shell"

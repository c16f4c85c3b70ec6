# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Core(Part):
    """What every part stands on: ids, clock, verdicts, row-level security."""

    name = "hansa.core"

# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Readiness(Part):
    """Exercises that run a league from invocation to delivered aid."""

    name = "hansa.readiness"

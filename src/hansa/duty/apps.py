# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Duty(Part):
    """The inbox, rotas, acknowledgements and the hand-over."""

    name = "hansa.duty"

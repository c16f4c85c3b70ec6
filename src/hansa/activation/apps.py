# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Activation(Part):
    """Consult, invoke, attest, activate, obligations and their clocks, stand down."""

    name = "hansa.activation"

# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Ledger(Part):
    """Signed acts, one transparency log per member, and the fold over them."""

    name = "hansa.ledger"

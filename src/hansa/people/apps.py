# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class People(Part):
    """Accounts, offices, terms and passkeys."""

    name = "hansa.people"

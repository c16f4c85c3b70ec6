# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from hansa.core.parts import Part


class Aid(Part):
    """Catalogue, stock, requests, offers, agreements, missions and shipments."""

    name = "hansa.aid"

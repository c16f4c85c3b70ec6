# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django, and the page on which a guest goes on."""

from hansa.core.parts import Part


class Aid(Part):
    """Catalogue, stock, requests, offers, agreements, missions and shipments."""

    name = "hansa.aid"

    def ready(self) -> None:
        """Register the rooms, and lead guests to the requests that are open in their activation."""
        super().ready()
        from django.urls import reverse  # noqa: PLC0415 (addresses load after the parts)

        from hansa.pact import onward  # noqa: PLC0415

        onward.set_page(lambda activation: f"{reverse('aid:request-list')}?activation={activation}&status=open")

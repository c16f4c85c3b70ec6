# SPDX-License-Identifier: Apache-2.0
"""Registers the part with Django."""

from importlib import import_module
from importlib.util import find_spec

from hansa.core.parts import Part


class Notify(Part):
    """Messages to addresses, over every channel, until somebody answers."""

    name = "hansa.notify"

    def ready(self) -> None:
        """Register the rooms, and every channel that has a transport."""
        super().ready()
        for channel in ("email", "sms", "voice", "webpush"):
            folder = f"{self.name}.{channel}"
            if find_spec(folder) and find_spec(f"{folder}.transport"):
                import_module(f"{folder}.transport")
        import_module(f"{self.name}.email.reports")

# SPDX-License-Identifier: Apache-2.0
"""What the parts have in common for Django: the label is the folder's name, and its rooms register themselves."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig


class Part(AppConfig):
    """A part of Hansa. Its act types, reactions and jobs are known once Django is ready."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False

    def __init_subclass__(cls, **kwargs) -> None:
        # Django takes an app's own configuration only when no other candidate in apps.py (this class) is one, too.
        super().__init_subclass__(**kwargs)
        cls.default = True

    def ready(self) -> None:
        """Import the rooms that register something, where the part has them (procrastinate finds tasks itself)."""
        for room in ("acts", "reactions", "search", "deeds", "records"):
            if find_spec(f"{self.name}.{room}"):
                import_module(f"{self.name}.{room}")

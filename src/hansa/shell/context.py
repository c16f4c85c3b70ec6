# SPDX-License-Identifier: Apache-2.0
"""What every page knows: who acts, whether it is an exercise, theme, places. One object, `shell`, computed when asked."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.shell.places import Link, address_of, places, starts

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "hansa_theme"
EXERCISE_WORD = "EXERCISE · SIMULACRO"


class Frame:
    """The frame of one page."""

    exercise_word = EXERCISE_WORD

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def actor(self) -> Actor | None:
        """Who acts; set by the people part's middleware, None for a visitor."""
        return getattr(self._request, "actor", None)

    @cached_property
    def now(self) -> datetime:
        """The server's time, of which the page is a picture."""
        return clock.now()

    @property
    def theme(self) -> str:
        """The theme that the reader chose, or "auto"."""
        chosen = self._request.COOKIES.get(THEME_COOKIE, "auto")
        return chosen if chosen in THEMES else "auto"

    @property
    def other_theme(self) -> str:
        """The theme that the switch offers."""
        return "light" if self.theme == "dark" else "dark"

    @cached_property
    def exercise(self) -> bool:
        """Whether everything on this node is an exercise."""
        return bool(getattr(self._request, "exercise", settings.DEMO))

    @cached_property
    def places(self) -> list[Link]:
        """The navigation; a visitor has none."""
        return list(places(self._request)) if self.actor else []

    @cached_property
    def starts(self) -> list[Link]:
        """What can be started from the header."""
        return list(starts()) if self.actor else []

    @property
    def duty_line(self) -> str:
        """The telephone number of the node's duty line, as people write it."""
        return settings.HANSA_DUTY_LINE

    @property
    def duty_line_dial(self) -> str:
        """The same number as a telephone dials it."""
        return "".join(sign for sign in self.duty_line if sign in "+0123456789")

    @property
    def sign_in_url(self) -> str:
        """Where a visitor signs in."""
        return address_of("account_login")

    @property
    def ledger_url(self) -> str:
        """The ledger's page."""
        return address_of("ledger:act-list") if self.actor else ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Frame(request)}

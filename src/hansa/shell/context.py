# SPDX-License-Identifier: Apache-2.0
"""What every page knows: who acts, whether it is an exercise, theme, places. One object, computed when asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from hansa.activation import queries as activations
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.statements import ask
from hansa.duty import queries as duties
from hansa.ledger.naming import member_name
from hansa.people.choices import office_label
from hansa.shell.places import Link, address_of, places, starts

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "hansa_theme"
EXERCISE_WORD = "EXERCISE · SIMULACRO"


class Frame:
    """The frame of one page. A visitor sees no member's rows, so that only the league's own fact is asked for."""

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

    @cached_property
    def exercise(self) -> bool:
        """Whether the league of this node is an exercise."""
        return bool(ask(b"SELECT FROM ledger_league WHERE exercise IS NOT NULL LIMIT 1"))

    @property
    def phones_url(self) -> str:
        """The page of the exercise's phones and mailboxes, which `hansa demo` starts; "" elsewhere."""
        return settings.HANSA_STANDIN_URL

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
    def member_name(self) -> str:
        """For whom the actor acts."""
        seat = getattr(self._request, "seat", None)
        if seat:
            return seat.name
        return member_name(self.actor.member) if self.actor else ""

    @property
    def office_name(self) -> str:
        """The office in which the actor acts; an observer holds none."""
        if not self.actor or not self.actor.office:
            return _("observer")
        return office_label(self.actor.office)

    @cached_property
    def places(self) -> list[Link]:
        """The navigation; a visitor has none."""
        return list(places(self._request)) if self.actor else []

    @cached_property
    def starts(self) -> list[Link]:
        """What can be started from the header. A guest answers requests: what only members start is not offered."""
        seat = getattr(self._request, "seat", None)
        return list(starts()) if self.actor and not (seat and seat.guest) else []

    @cached_property
    def activations(self) -> list[Link]:
        """The open activations for the status strip, newest first."""
        if not self.actor:
            return []
        found = getattr(self._request, "open_activations", None)
        if found is None:
            found = activations.open_activations(self.actor, self.now)
        return [
            Link(picture.activation.place, address_of("activation:activation-board", picture.id), key=str(picture.id))
            for picture in found
        ]

    @property
    def activation_keys(self) -> list[str]:
        """The ids of the open activations, for lists that offer them as a filter."""
        return [link.key for link in self.activations]

    @property
    def activations_url(self) -> str:
        """The list of activations."""
        return address_of("activation:activation-list")

    @cached_property
    def form_key(self) -> UUID:
        """The key of the quick log line: sent twice, it is one line."""
        return new_id()

    @cached_property
    def inbox_count(self) -> int:
        """How many things need this actor."""
        return duties.inbox_count(self.actor) if self.actor else 0

    @property
    def inbox_url(self) -> str:
        """The inbox."""
        return address_of("duty:inbox") if self.actor else ""

    @property
    def log_url(self) -> str:
        """Where the quick log line of the footer goes."""
        return address_of("activation:line-log") if self.actor else ""

    @property
    def account_url(self) -> str:
        """The actor's own account."""
        return address_of("people:account-detail")

    @property
    def sign_in_url(self) -> str:
        """Where a visitor signs in; "" for whoever is signed in, though no office or term is open to them."""
        user = getattr(self._request, "user", None)
        return "" if user and user.is_authenticated else address_of(settings.LOGIN_URL)

    @property
    def ledger_url(self) -> str:
        """The ledger's page."""
        return address_of("ledger:act-list") if self.actor else ""

    @property
    def duty_line(self) -> str:
        """The telephone number of the node's duty line, as people write it."""
        return settings.HANSA_DUTY_LINE

    @property
    def duty_line_dial(self) -> str:
        """The same number as a telephone dials it."""
        return "".join(sign for sign in self.duty_line if sign in "+0123456789")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor."""
    return {"shell": Frame(request)}

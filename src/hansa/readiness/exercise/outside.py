# SPDX-License-Identifier: Apache-2.0
"""What stands around the player in an exercise that goes through real processes: the node's pages, its worker, and the
stand-in for all that carries messages. Whoever starts them (`config.outside`) hands them over.

All of them show the exercise's time: the player writes it into a file that they follow.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from hansa.core import clock
from hansa.notify.standin.control import StandIn

_PATIENCE = 60.0
_POLL = 0.05
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Outside:
    """The stand-in, the file with the time, and where the node's pages answer."""

    standin: StandIn
    clock: Path
    pages: str

    def show(self, moment: datetime) -> None:
        """Let every process show a time."""
        new = self.clock.with_suffix(".new")
        new.write_text(clock.to_text(moment), encoding="ascii")
        new.replace(self.clock)

    def press_button(self, link: str) -> int:
        """Open a link without signing in and press the button of its form, as a browser does; return the status."""
        with httpx.Client(trust_env=False, timeout=20, follow_redirects=True) as browser:
            page = browser.get(link).raise_for_status().text
            form = {"csrfmiddlewaretoken": (_TOKEN.search(page) or [""])[1]}
            return browser.post(link, data=form, headers={"Referer": link}).status_code


def wait_until(done: Callable[[], bool], what: str) -> None:
    """Return once something holds; `TimeoutError` after a minute."""
    deadline = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited a minute and still {what}")
        time.sleep(_POLL)

# SPDX-License-Identifier: Apache-2.0
"""Where a guest goes on once it has accepted. The pact knows no aid: the part that shows what is needed registers."""

from collections.abc import Callable
from uuid import UUID

Page = Callable[[UUID], str]


def _nowhere(activation: UUID) -> str:
    return ""


_page: Page = _nowhere


def set_page(page: Page) -> None:
    """Let `page(activation)` be the address at which a guest sees what is needed and can offer."""
    global _page
    _page = page


def page_of(activation: UUID) -> str:
    """Return the address where a guest of an activation goes on; empty where no part registered one."""
    return _page(activation)

# SPDX-License-Identifier: Apache-2.0
"""Phones and mailboxes of an exercise's personas. Numbers are those that are kept free for fiction (555-0100 to 0199).

They lead to the stand-in that `hansa demo` starts beside the node, never to a real phone.
"""

from collections.abc import Iterator

from hansa import ledger
from hansa.core.rls import member_scope
from hansa.notify import enlisting
from hansa.people.models import Account

_AREAS = (202, 303, 404, 505, 606, 707, 808, 909)
_FREE = 100


def number(place: int) -> str:
    """Return the n-th phone number of the exercise, in E.164: 800 of them in eight area codes."""
    area, last = divmod(place, _FREE)
    return f"+1{_AREAS[area % len(_AREAS)]}55501{last:02}"


def listed() -> Iterator[tuple[str, Account]]:
    """Yield each persona with their number, each in their member's scope."""
    place = 0
    for member in ledger.hosted_members():
        with member_scope(member):
            for account in Account.objects.order_by("email"):
                yield number(place), account
                place += 1


def enlist() -> None:
    """Give every persona of the node a mailbox, a phone for texts, and the same phone for calls."""
    for phone, account in listed():
        ways = {"email": account.email, "sms": phone, "voice": phone}
        enlisting.enlist(account.id, ways, language=account.language)

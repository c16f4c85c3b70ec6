# SPDX-License-Identifier: Apache-2.0
"""The mailbox that the node reads: returned letters and its own test messages, by POP3, each read and then deleted."""

import poplib
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from hansa.notify.email import reports

_TIMEOUT = 20
_MOST = 200


def read() -> int:
    """Take what lies in the mailbox, and return how many letters that was; 0 when none is set up.

    A letter is deleted once what it said is committed; reading it twice changes nothing.
    """
    parts = urlsplit(settings.HANSA_MAILBOX_URL)
    if not parts.hostname:
        return 0
    kind = poplib.POP3_SSL if parts.scheme == "pop3s" else poplib.POP3
    box = kind(parts.hostname, parts.port or (995 if kind is poplib.POP3_SSL else 110), timeout=_TIMEOUT)
    try:
        box.user(unquote(parts.username or ""))
        box.pass_(unquote(parts.password or ""))
        count = min(box.stat()[0], _MOST)
        for number in range(1, count + 1):
            with transaction.atomic():
                reports.take_letter(b"\r\n".join(box.retr(number)[1]))
            box.dele(number)
        box.quit()
    finally:
        box.close()
    return count

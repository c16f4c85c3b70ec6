# SPDX-License-Identifier: Apache-2.0
"""E-mail over Django's mail backends: SMTP out of the box, an anymail provider by setting.

SMTP cannot be asked what it accepted: what is in doubt goes out again with the same Message-ID, which mailboxes know.
"""

import smtplib
import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from anymail.exceptions import AnymailAPIError, AnymailConfigurationError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import get_connection
from requests.exceptions import RequestException

from hansa.notify.channel import Accepted, ChannelDown, Outcome, Outgoing, Refused, Unknown
from hansa.notify.choices import Channel
from hansa.notify.email import letters
from hansa.notify.lanes import Lanes
from hansa.notify.reasons import coded
from hansa.notify.registry import add_channel

_MAILBOX_FULL_WAIT = 300.0
_RESTED = 3.0


class EmailLane:
    """One connection to the mail server or provider."""

    def __init__(self) -> None:
        try:
            self._backend = get_connection()
        except AnymailConfigurationError as broken:
            raise ChannelDown(coded("unreached", _short(broken))) from None
        self._used = time.monotonic()
        self._open()

    def _open(self) -> None:
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as broken:
            self.close()
            raise ChannelDown(coded("unreached", _short(broken))) from None

    def _check(self) -> None:
        """Have a connection: one that rested may have been closed by the server, and what it loses is in doubt."""
        connection = getattr(self._backend, "connection", None)
        if connection and time.monotonic() - self._used > _RESTED:
            try:
                connection.noop()
            except (smtplib.SMTPException, OSError):
                self._drop()
        self._used = time.monotonic()
        self._open()

    def send(self, outgoing: Outgoing) -> Outcome:
        """Send one letter and say what became of it."""
        letter = letters.letter(outgoing)
        self._check()
        try:
            self._backend.send_messages([letter])
        except smtplib.SMTPResponseException as refusal:
            return self._refused(refusal.smtp_code, _words(refusal.smtp_error), refusal)
        except smtplib.SMTPRecipientsRefused as refusal:
            ((code, words),) = refusal.recipients.values()
            return self._refused(code, _words(words), refusal)
        except (smtplib.SMTPServerDisconnected, OSError, RequestException) as lost:
            self._drop()
            return Unknown(coded("lost", _short(lost)))
        except AnymailRecipientsRefused as refusal:
            return Refused("refused", _short(refusal), permanent=True, disables=True)
        except AnymailAPIError as refusal:
            return _of_provider(refusal)
        status = getattr(letter, "anymail_status", None)
        return Accepted((status and status.message_id) or "")

    def _refused(self, code: int, words: str, refusal: Exception) -> Outcome:
        if isinstance(refusal, smtplib.SMTPAuthenticationError | smtplib.SMTPHeloError | smtplib.SMTPSenderRefused):
            if code >= 500:
                raise ChannelDown(coded("account", f"{code} {words}"))
            return Refused(str(code), words)
        if code == 421:  # it hangs up; nothing was taken
            self._drop()
            return Refused("421", words)
        if code in (452, 552) or "2.2" in words[:6]:
            return Refused(str(code), words, retry_after=_MAILBOX_FULL_WAIT)
        unknown = code in (550, 551, 553) and isinstance(refusal, smtplib.SMTPRecipientsRefused)
        return Refused(str(code), words, permanent=code >= 500, disables=unknown)

    def _drop(self) -> None:
        """Let go of a connection that is of no use any more, without a word."""
        if connection := getattr(self._backend, "connection", None):
            connection.close()
            self._backend.connection = None

    def close(self) -> None:
        """Hang up."""
        try:
            self._backend.close()
        except (smtplib.SMTPException, OSError):
            self._drop()


def _of_provider(refusal: AnymailAPIError) -> Outcome:
    code = getattr(refusal, "status_code", None)
    if code is None:
        return Unknown(coded("lost", _short(refusal)))
    if code in (401, 403):
        raise ChannelDown(coded("account", f"{code} {_short(refusal)}"))
    if code == 429 or code >= 500:
        return Refused(str(code), _short(refusal))
    return Refused(str(code), _short(refusal), permanent=True)


def _words(said: bytes | str) -> str:
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:250]


def _short(error: BaseException) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:250]


class Email:
    """The channel."""

    name = Channel.EMAIL.value
    can_ask = False
    batch = 50

    def __init__(self) -> None:
        self._lanes = Lanes(self.name, EmailLane, settings.HANSA_EMAIL_LANES)

    def configured(self) -> bool:
        """Return whether a mail server or another backend is named."""
        return bool(settings.EMAIL_HOST) or "smtp" not in settings.EMAIL_BACKEND

    def send(self, batch: Sequence[Outgoing]) -> Iterator[tuple[UUID, Outcome]]:
        """Send a batch over a few connections."""
        return self._lanes.send(batch)

    def find(self, outgoing: Outgoing) -> Accepted | None:
        """Return None: SMTP cannot be asked."""
        return None

    def render(self, outgoing: Outgoing) -> str:
        """Return subject and text as they are sent."""
        return f"{letters.subject(outgoing)}\n\n{letters.body(outgoing)}"

    def loopback(self) -> str:
        """Return the mailbox that the node reads itself."""
        return settings.HANSA_MAIL_LOOPBACK

    def close(self) -> None:
        """Hang up everywhere, for tests that change the server."""
        self._lanes.close()


add_channel(Email())

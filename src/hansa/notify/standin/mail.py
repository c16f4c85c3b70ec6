# SPDX-License-Identifier: Apache-2.0
"""The mail server: takes everything into mailboxes, but for addresses that ask for another answer.

By the part before the "@": `later…` is refused twice for a while (451), `nobody…` for good (550), `full…` because the
mailbox is full (452), `drop…` is taken while the connection breaks before the answer, `slow…` answers after a second.
"""

import asyncio
import email
from collections import Counter
from email import policy

from aiosmtpd.controller import UnthreadedController
from aiosmtpd.smtp import SMTP, Envelope, Session

from hansa.notify.standin.world import Mail, World

_PATIENCE = 2


class Mailboxes:
    """Handler of the mail server."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._refused: Counter[str] = Counter()

    async def handle_RCPT(self, server: SMTP, session: Session, envelope: Envelope, address: str, options) -> str:  # noqa: N802
        """Take a recipient, or say why not."""
        if "email" in self.world.faults.down:
            return "451 4.3.0 The mail system is down"
        name = address.partition("@")[0]
        if name.startswith("nobody"):
            return "550 5.1.1 There is no such mailbox"
        if name.startswith("full"):
            return "452 4.2.2 The mailbox is full"
        if name.startswith("later") and self._refused[address] < _PATIENCE:
            self._refused[address] += 1
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Put the message into the mailboxes."""
        message = email.message_from_bytes(_bytes(envelope.content), policy=policy.default)
        body = message.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        for to in envelope.rcpt_tos:
            mail = Mail(
                to, envelope.mail_from or "", str(message["Subject"] or ""), text, str(message["Message-ID"] or "")
            )
            self.world.mails.append(mail)
            if to.startswith("slow"):
                await asyncio.sleep(1)
        self.world.note()
        if any(to.startswith("drop") for to in envelope.rcpt_tos) and server.transport:
            server.transport.abort()
        return "250 OK"


def _bytes(content: bytes | str | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""


async def serve(world: World, port: int) -> int:
    """Listen on loopback; return the port (a free one for 0)."""
    controller = UnthreadedController(Mailboxes(world), hostname="127.0.0.1", port=port)
    server = await asyncio.get_running_loop().create_server(controller.factory, "127.0.0.1", port)
    return server.sockets[0].getsockname()[1]

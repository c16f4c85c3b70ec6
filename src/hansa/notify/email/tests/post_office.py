# SPDX-License-Identifier: Apache-2.0
"""A real mail server on loopback that refuses, stalls and hangs up as it is told, for tests."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message as Letter

from aiosmtpd.controller import Controller


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostOffice:
    """Keeps every letter that it accepted. `answers` maps a local part to what happens to its letters."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, Letter]] = []
        self.connections = 0
        self.answers: dict[str, str] = {}
        self.delay = 0.0

    def to(self, recipient: str) -> list[Letter]:
        return [letter for _, to, letter in self.letters if to == recipient]

    def _answer(self, recipient: str) -> str:
        return self.answers.get(recipient.split("@")[0], "")

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self._answer(address)
        if answer.startswith("rcpt "):
            return answer.removeprefix("rcpt ")
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        (recipient,) = envelope.rcpt_tos
        answer = self._answer(recipient)
        if answer.startswith("data "):
            return answer.removeprefix("data ")
        if self.delay:
            await asyncio.sleep(self.delay)
        self.letters.append((envelope.mail_from, recipient, message_from_bytes(envelope.content)))
        if answer == "drop after accept":
            self.answers.pop(recipient.split("@")[0])
            server.transport.close()
        return "250 OK"


@contextmanager
def open_post_office() -> Iterator[tuple[PostOffice, int]]:
    """Serve until the block ends; yields the office and its port."""
    office, port = PostOffice(), free_port()

    controller = Controller(office, hostname="127.0.0.1", port=port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield office, port
    finally:
        controller.stop()

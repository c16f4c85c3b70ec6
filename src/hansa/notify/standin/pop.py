# SPDX-License-Identifier: Apache-2.0
"""The node's own mailbox, read by POP3: test letters that the node sends to itself come back through it."""

import asyncio
from email.message import EmailMessage

from hansa.notify.standin.world import LOOPBACK_MAILBOX, Mail, World


class Mailbox:
    """Serves the letters to `LOOPBACK_MAILBOX`; what was read and deleted is not served again."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one reader until it says goodbye."""
        letters = [mail for mail in self.world.mails if mail.to == LOOPBACK_MAILBOX]
        read: list[Mail] = []
        try:
            writer.write(b"+OK\r\n")
            while line := await reader.readline():
                word, _, rest = line.decode("ascii", "replace").strip().partition(" ")
                answer = b"+OK\r\n"
                match word.upper():
                    case "STAT":
                        answer = f"+OK {len(letters)} {sum(len(mail.text) for mail in letters)}\r\n".encode()
                    case "RETR":
                        answer += _letter(letters[int(rest) - 1]) + b"\r\n.\r\n"
                    case "DELE":
                        read.append(letters[int(rest) - 1])
                writer.write(answer)
                await writer.drain()
                if word.upper() == "QUIT":
                    self.world.mails[:] = [mail for mail in self.world.mails if mail not in read]
                    return
        except ConnectionError:
            return
        finally:
            writer.close()


def _letter(mail: Mail) -> bytes:
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"], letter["Message-ID"] = (
        mail.sender, mail.to, mail.subject, mail.message_id,
    )  # fmt: skip
    letter.set_content(mail.text)
    return letter.as_bytes().replace(b"\r\n", b"\n").replace(b"\n.", b"\n..").replace(b"\n", b"\r\n")


async def serve(world: World) -> int:
    """Listen on loopback at a free port; return it."""
    server = await asyncio.start_server(Mailbox(world).talk, "127.0.0.1", 0)
    return server.sockets[0].getsockname()[1]

# SPDX-License-Identifier: Apache-2.0
"""A mailbox on loopback that speaks POP3, for tests."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Mailbox(socketserver.ThreadingTCPServer):
    """Holds letters until they are deleted and the reader says goodbye."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        super().__init__(("127.0.0.1", 0), _Talk)

    @property
    def url(self) -> str:
        return f"pop3://hansa:secret%21@127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self._say("+OK")
        deleted: set[int] = set()
        for line in self.rfile:
            word, _, rest = line.decode().strip().partition(" ")
            if word == "PASS" and rest != "secret!":
                self._say("-ERR wrong password")
            elif word == "STAT":
                self._say(f"+OK {len(self.server.letters)} 1")
            elif word == "RETR":
                self._say("+OK")
                self.wfile.write(self.server.letters[int(rest) - 1] + b"\r\n.\r\n")
            elif word == "DELE":
                deleted.add(int(rest) - 1)
                self._say("+OK")
            elif word == "QUIT":
                self.server.letters = [each for place, each in enumerate(self.server.letters) if place not in deleted]
                self._say("+OK")
                return
            else:
                self._say("+OK")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def open_mailbox() -> Iterator[Mailbox]:
    """Serve until the block ends."""
    with Mailbox() as box:
        threading.Thread(target=box.serve_forever, daemon=True).start()
        yield box
        box.shutdown()

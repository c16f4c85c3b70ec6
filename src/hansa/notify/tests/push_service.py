# SPDX-License-Identifier: Apache-2.0
"""A push service on loopback that decrypts what it takes and answers as it is told, for tests."""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


class PushService:
    """One browser's subscription, the headers and the words of what came, and the status of the next answers."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"sixteen bytes..."
        self.taken: list[tuple[dict[str, str], dict]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.origin = ""

    @property
    def subscription(self) -> str:
        """What a browser hands over."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _text(point), "auth": _text(self.secret)}
        return json.dumps({"endpoint": f"{self.origin}/push/1", "expirationTime": None, "keys": keys})

    def take(self, headers: dict[str, str], body: bytes) -> None:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        self.taken.append((headers, json.loads(plain)))


@contextmanager
def open_push_service() -> Iterator[PushService]:
    """Serve until the block ends."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:  # noqa: N802
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers = service.answers.pop(0) if service.answers else (201, {"Location": "/message/1"})
            if status in (0, 201):
                service.take({name.lower(): value for name, value in self.headers.items()}, body)
            if status == 0:  # taken, and the answer is lost
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | headers).items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    service.origin = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()

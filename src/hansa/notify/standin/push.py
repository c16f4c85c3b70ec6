# SPDX-License-Identifier: Apache-2.0
"""The push service: gives out subscriptions with their keys, and decrypts what is pushed to them (RFC 8030, 8291).

`POST /push/new?as=STATUS` makes a subscription that answers with a status: 201 by default; 404 and 410 say that it is
gone, 413, 429 and 500 are a bad day.
"""

import base64
import secrets
from dataclasses import dataclass

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from hansa.notify.standin.http import HungUp, Reply, Request
from hansa.notify.standin.world import Push, World

_LARGEST = 4096


@dataclass(frozen=True, slots=True)
class _Subscription:
    private: ec.EllipticCurvePrivateKey
    secret: bytes
    status: int


class PushService:
    """Answers `/push/…`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.subscriptions: dict[str, _Subscription] = {}

    async def answer(self, request: Request, base: str) -> Reply:
        """Make a subscription, or take a message."""
        name = request.path.removeprefix("/push/")
        if name == "new":
            return self._made(base, int(request.asked("as", "201")))
        found = self.subscriptions.get(name)
        if found is None:
            return Reply(404)
        fault = self.world.faults.next.popleft() if self.world.faults.next else ""
        if "push" in self.world.faults.down:
            return Reply(503)
        if fault == "hang-up":
            raise HungUp
        if fault.isdecimal() or found.status != 201:
            status = int(fault) if fault.isdecimal() else found.status
            return Reply(status, headers={"Retry-After": "1"} if status == 429 else {})
        if "ttl" not in request.headers:
            return Reply(400, "TTL is required")
        if len(request.body) > _LARGEST:
            return Reply(413)
        self._take(name, found, request)
        if fault == "lost":
            raise HungUp
        return Reply(201, headers={"Location": f"{base}/push/message/{secrets.token_hex(8)}"})

    def _made(self, base: str, status: int) -> Reply:
        private = ec.generate_private_key(ec.SECP256R1())
        name, secret = secrets.token_urlsafe(16), secrets.token_bytes(16)
        self.subscriptions[name] = _Subscription(private, secret, status)
        public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        keys = {"p256dh": _base64(public), "auth": _base64(secret)}
        return Reply.json({"endpoint": f"{base}/push/{name}", "keys": keys}, 201)

    def _take(self, name: str, found: _Subscription, request: Request) -> None:
        content = http_ece.decrypt(
            request.body, private_key=found.private, auth_secret=found.secret, version="aes128gcm"
        )
        headers = request.headers
        push = Push(name, content.decode(), headers.get("topic", ""), headers["ttl"], headers.get("urgency", "normal"))
        if push.topic:  # a waiting message with the same topic is replaced
            self.world.pushes[:] = [
                each for each in self.world.pushes if (each.subscription, each.topic) != (name, push.topic)
            ]
        self.world.pushes.append(push)
        self.world.note()


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

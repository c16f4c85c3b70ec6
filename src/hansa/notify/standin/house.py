# SPDX-License-Identifier: Apache-2.0
"""Sends each request to where it belongs: the provider's REST, the push service, the controls, the page."""

import asyncio
import json
from collections.abc import AsyncIterator

from hansa.notify.standin import page
from hansa.notify.standin.callbacks import Caller
from hansa.notify.standin.http import Reply, Request
from hansa.notify.standin.provider import Provider
from hansa.notify.standin.push import PushService
from hansa.notify.standin.world import Call, Phone, World

_BEAT = 10


class House:
    """Everything of one stand-in."""

    def __init__(self, account: str, token: str, hooks: str, speed: float) -> None:
        self.base = ""
        self.world = World()
        self.caller = Caller(self.world, account, token)
        self.provider = Provider(self.world, self.caller, hooks=hooks, speed=speed)
        self.push = PushService(self.world)

    async def answer(self, request: Request) -> Reply:
        """Answer a request."""
        if request.path.startswith("/2010-04-01/"):
            return await self.provider.answer(request)
        if request.path.startswith("/push/"):
            return await self.push.answer(request, self.base)
        if request.method == "POST" and (control := getattr(self, f"_post_{request.path[1:]}", None)):
            try:
                return await control(request)
            except (ValueError, KeyError, TypeError) as error:
                return Reply(400, f"This was not understood: {error}", "text/plain; charset=utf-8")
        if request.method == "GET":
            match request.path:
                case "/":
                    return Reply(body=page.render(self.world, request.headers.get("accept-language", "")))
                case "/events":
                    return Reply(kind="text/event-stream", stream=self._events())
                case "/state":
                    return Reply.json(self.world.as_dict())
        return Reply(404, "There is no such page.", "text/plain; charset=utf-8")

    async def _events(self) -> AsyncIterator[bytes]:
        while True:
            changed = self.world.changed
            yield f"event: change\ndata: {self.world.changes}\n\n".encode()
            try:
                await asyncio.wait_for(changed.wait(), _BEAT)
            except TimeoutError:
                yield b": beat\n\n"

    async def _post_faults(self, request: Request) -> Reply:
        """Take over faults, given as JSON. See `world.Faults`."""
        self.world.faults.put(json.loads(request.body))
        return Reply.json({"ok": True})

    async def _post_clear(self, request: Request) -> Reply:
        """Forget what happened."""
        self.world.clear()
        return Reply.see("/")

    async def _post_phones(self, request: Request) -> Reply:
        """List phones (JSON: a list of `world.Phone`), in the place of those with the same number."""
        for each in json.loads(request.body):
            self.world.phones[each["number"]] = Phone(**each)
        self.world.note()
        return Reply.json({"ok": True})

    async def _post_manner(self, request: Request) -> Reply:
        """Set what a phone's owner does (form: `number`, `manner`)."""
        self.world.phone(request.field("number")).manner = request.field("manner")
        self.world.note()
        return Reply.see(f"/#p{request.field('number').lstrip('+')}")

    async def _post_say(self, request: Request) -> Reply:
        """Send a text from a phone (form: `number`, `to`, `body`, and for tests `sid`, `token`)."""
        number = request.field("number")
        text = await self.provider.say(
            number, request.field("to"), request.field("body"), sid=request.field("sid"), token=request.field("token")
        )
        if "application/json" in request.headers.get("accept", ""):
            return Reply.json({"sid": text.sid})
        return Reply.see(f"/#p{number.lstrip('+')}")

    async def _post_key(self, request: Request) -> Reply:
        """Pick up (`answer`), press a key, or hang up (form: `call`, `key`)."""
        call = self._call(request.field("call"))
        if request.field("key") == "answer":
            call.answered.set()
        else:
            call.pressed.put_nowait(request.field("key"))
        return Reply.see(f"/#p{call.to.lstrip('+')}")

    def _call(self, sid: str) -> Call:
        return next((each for each in self.world.calls if each.sid == sid), None) or _gone(sid)


def _gone(sid: str) -> Call:
    raise ValueError(f"there is no call {sid}")

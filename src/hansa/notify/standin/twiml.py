# SPDX-License-Identifier: Apache-2.0
"""Plays a phone call: fetches what Hansa says, speaks it, waits for keys, and reports how the call ended."""

import asyncio
from urllib.parse import urljoin
from xml.etree import ElementTree

from hansa.notify.standin.callbacks import Caller
from hansa.notify.standin.world import Call, World

# The plain voices and the languages that they speak; any other pair makes the provider's own step fail.
_PLAIN = {"man", "woman"}
_SPOKEN = {"en", "en-US", "en-GB", "es", "es-ES", "es-MX", "fr", "de"}
_MOST_STEPS = 30
# The words appear at once on the page; whoever reads them has the time that hearing them would take.
_SPOKEN_A_SECOND = 15


class _Over(Exception):
    """The call has ended."""


class Runner:
    """Calls phones. `speed` 1 is real time; 100 makes a ring of 20 seconds last 0.2."""

    def __init__(self, world: World, caller: Caller, speed: float) -> None:
        self.world = world
        self.caller = caller
        self.speed = speed

    async def place(self, call: Call) -> None:
        """Ring, and do what the phone's owner does."""
        manner = self.world.phone(call.to).manner
        for status in ("initiated", "ringing"):
            await self._report(call, status)
        if manner == "busy":
            await self._report(call, "busy")
            return
        if manner in ("sleeps", "hand") and not await self._picked_up(call):
            await self._report(call, "no-answer")
            return
        await self._report(call, "in-progress")
        try:
            await self._talk(call)
        except _Over:
            pass
        await self._report(call, "completed")

    async def _picked_up(self, call: Call) -> bool:
        try:
            await asyncio.wait_for(call.answered.wait(), call.timeout / self.speed)
        except TimeoutError:
            return False
        return True

    async def _report(self, call: Call, status: str) -> None:
        call.status = "queued" if status == "initiated" else status
        self.world.note()
        event = {"in-progress": "answered", "initiated": "initiated", "ringing": "ringing"}.get(status, "completed")
        if event not in (call.events or ("completed",)):
            return
        await self.caller.report(call.callback, [self._fields(call)])

    def _fields(self, call: Call, **more: str) -> dict[str, str]:
        return {"CallSid": call.sid, "CallStatus": call.status, "From": call.sender, "To": call.to,
                "Direction": "outbound-api", **more}  # fmt: skip

    async def _talk(self, call: Call) -> None:
        at, document = (call.url, await self._fetched(call, call.url)) if call.url else ("", call.twiml)
        for _ in range(_MOST_STEPS):
            following = await self._played(call, ElementTree.fromstring(document), at)  # noqa: S314 - from Hansa itself
            if following is None:
                return
            at, document = following
        self.world.note(f"call {call.sid}: a loop without end")

    async def _fetched(self, call: Call, url: str, **more: str) -> str:
        answer = await self.caller.post(url, self._fields(call, **more))
        if answer is None or answer.status_code != 200:
            call.said.append("An application error has occurred. Goodbye.")
            raise _Over
        return answer.text

    async def _played(self, call: Call, response: ElementTree.Element, at: str) -> tuple[str, str] | None:
        """Play a document; return the next one with its address, None at the end."""
        for verb in response:
            match verb.tag:
                case "Say":
                    self._say(call, verb)
                case "Pause":
                    await asyncio.sleep(float(verb.get("length", "1")) / self.speed)
                case "Gather":
                    if digits := await self._gathered(call, verb):
                        action = urljoin(at, verb.get("action", ""))
                        return action, await self._fetched(call, action, Digits=digits)
                case "Redirect":
                    target = urljoin(at, (verb.text or "").strip())
                    return target, await self._fetched(call, target)
                case "Hangup":
                    return None
                case _:
                    call.said.append(f"An application error has occurred ({verb.tag}). Goodbye.")
                    return None
        return None

    def _say(self, call: Call, verb: ElementTree.Element) -> None:
        voice, language = verb.get("voice", "man"), verb.get("language", "en-US")
        if voice in _PLAIN and language not in _SPOKEN:
            call.said.append(f"An application error has occurred ({voice} speaks no {language}). Goodbye.")
            raise _Over
        call.said.append(" ".join((verb.text or "").split()))
        self.world.note()

    async def _gathered(self, call: Call, verb: ElementTree.Element) -> str:
        """Speak what is inside, and return the keys that were pressed: none when nobody presses one in time."""
        wait = float(verb.get("timeout", "5"))
        for inner in verb:
            if inner.tag == "Say":
                self._say(call, inner)
                wait += len(call.said[-1]) / _SPOKEN_A_SECOND
        phone = self.world.phone(call.to)
        wanted = int(verb.get("numDigits", "0"))
        if phone.manner == "answers":
            pressed, phone.keys = (phone.keys[: wanted or None], phone.keys[wanted:] if wanted else "")
            call.keys += pressed
            return pressed.rstrip("#")
        if phone.manner == "voicemail":
            return ""
        pressed = ""
        while not wanted or len(pressed) < wanted:
            try:
                key = await asyncio.wait_for(call.pressed.get(), wait / self.speed)
            except TimeoutError:
                break
            if key == "hang-up":
                raise _Over
            call.keys += key
            self.world.note()
            if key == verb.get("finishOnKey", "#"):
                break
            pressed += key
        return pressed

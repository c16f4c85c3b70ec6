# SPDX-License-Identifier: Apache-2.0
"""Signed webhooks from the stand-in to Hansa: late, twice, in the wrong order, forged, as its faults say."""

import asyncio
from collections.abc import Iterable

import httpx

from hansa.notify.carrier import signature
from hansa.notify.standin.world import World


class Caller:
    """Posts forms to Hansa, signed with the account's token."""

    def __init__(self, world: World, account: str, token: str) -> None:
        self.world = world
        self.account = account
        self.token = token
        self.client = httpx.AsyncClient(timeout=10, trust_env=False, limits=httpx.Limits(max_connections=20))
        self._running: set[asyncio.Task] = set()

    def start(self, work) -> None:
        """Run a coroutine beside what goes on."""
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def post(self, url: str, fields: dict[str, str], *, token: str = "") -> httpx.Response | None:
        """Post a form; return the answer, None when nobody answered."""
        form = {"AccountSid": self.account, "ApiVersion": "2010-04-01", **fields}
        given = signature.sign(token or self.token, url, {name: [value] for name, value in form.items()})
        try:
            answer = await self.client.post(url, data=form, headers={"X-Twilio-Signature": given})
        except httpx.HTTPError as error:
            self.world.note(f"POST {url}: {type(error).__name__}")
            return None
        self.world.note(
            f"POST {url} {fields.get('MessageStatus') or fields.get('CallStatus', '')}: {answer.status_code}"
        )
        return answer

    async def report(self, url: str, steps: Iterable[dict[str, str]]) -> None:
        """Send status callbacks, one after the other, with whatever the faults ask for."""
        faults = self.world.faults
        if not url or faults.silent:
            return
        forms = list(steps)
        if faults.reverse:
            forms.reverse()
        for number, form in enumerate(forms * faults.repeat):
            await asyncio.sleep(faults.delay)
            if faults.forge:
                await self.post(url, form, token=f"not {self.token}")
            await self.post(url, form | {"RawDlrDoneDate": "2611201645"} if number else form)

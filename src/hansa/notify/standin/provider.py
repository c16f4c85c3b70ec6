# SPDX-License-Identifier: Apache-2.0
"""The telephone provider's REST: create and list texts and calls, with its error codes and its bad days.

A number per error: `+150055` and the five digits of the code. Codes from 2 on are refused at once, those from 3 on are
reported later as undelivered.
"""

import base64
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from hansa.notify.standin.callbacks import Caller
from hansa.notify.standin.http import HungUp, Reply, Request
from hansa.notify.standin.twiml import Runner
from hansa.notify.standin.world import LOOPBACK_NUMBER, Call, Text, World

_FAILING = re.compile(r"\+150055([1-9]\d{4})")
_NUMBER = re.compile(r"\+[1-9]\d{7,14}")
_CODE = re.compile(r"\b[A-Z]{3}[0-9][A-Z]\b")
_STOP, _START = {"STOP", "QUIT", "END", "REVOKE", "CANCEL", "UNSUBSCRIBE"}, {"START", "UNSTOP"}


class Provider:
    """Answers `/2010-04-01/Accounts/{sid}/…` and plays the people who hold the phones."""

    def __init__(self, world: World, caller: Caller, *, hooks: str, speed: float) -> None:
        self.world = world
        self.caller = caller
        self.hooks = hooks
        self.runner = Runner(world, caller, speed)
        self.sent = world.texts
        self._by_sid: dict[str, Text] = {}
        given = f"{caller.account}:{caller.token}".encode()
        self._basic = f"Basic {base64.b64encode(given).decode()}"

    async def answer(self, request: Request) -> Reply:
        """Answer a request to the REST."""
        base = f"/2010-04-01/Accounts/{self.caller.account}/"
        if request.headers.get("authorization") != self._basic or not request.path.startswith(base):
            return _error(401, 20003, "Authenticate")
        what = request.path.removeprefix(base).removesuffix(".json")
        if request.method == "POST" and what in ("Messages", "Calls"):
            return await self._created(what, request)
        if request.method == "GET" and {"sms", "voice"} <= self.world.faults.down:
            return _error(503, 20503, "Service Unavailable")
        if request.method == "GET" and what in ("Messages", "Calls"):
            return self._listed(what, request)
        kind, _, sid = what.partition("/")
        rows: Sequence[Text | Call] = self.world.texts if kind == "Messages" else self.world.calls
        row = next((each for each in rows if each.sid == sid), None)
        return Reply.json(_described(row)) if row else _error(404, 20404, f"{what} was not found")

    async def _created(self, what: str, request: Request) -> Reply:
        fault = self.world.faults.next.popleft() if self.world.faults.next else ""
        if ("sms" if what == "Messages" else "voice") in self.world.faults.down:
            fault = "503"
        fault = fault or self.world.phone(request.field("To")).refusal
        if fault == "hang-up":
            raise HungUp
        if fault == "429":
            return _error(429, 20429, "Too Many Requests", Retry_After="1")
        if fault.isdecimal():
            return _error(int(fault), 20500, "Internal Server Error")
        to = request.field("To")
        failing = _FAILING.fullmatch(to)
        if refused := self._refusal(what, request, to, failing.group(1) if failing else ""):
            return refused
        row = self._take_text(request, failing) if what == "Messages" else self._take_call(request)
        if fault == "lost":
            raise HungUp
        return Reply.json(_described(row), 201)

    def _refusal(self, what: str, request: Request, to: str, failing: str) -> Reply | None:
        if not _NUMBER.fullmatch(to):
            return _error(400, 21211, f"The 'To' number {to} is not a valid phone number.")
        if not (request.field("From") or request.field("MessagingServiceSid")):
            return _error(400, 21603, "A 'From' phone number is required.")
        if failing.startswith("2"):
            return _error(429 if failing == "20429" else 400, int(failing), "as the number asks for")
        if what == "Messages":
            if self.world.phone(to).stopped:
                return _error(400, 21610, "Attempt to send to unsubscribed recipient")
            if not 0 < len(request.field("Body")) <= 1600:
                return _error(400, 21602, "A text of 1 to 1,600 characters is required.")
            if not 1 <= int(request.field("ValidityPeriod", "36000")) <= 36000:
                return _error(400, 21655, "ValidityPeriod is out of range")
        elif not (request.field("Url") or request.field("Twiml")):
            return _error(400, 21205, "Url parameter is required.")
        return None

    def _take_text(self, request: Request, failing: re.Match | None) -> Text:
        sender = request.field("From") or request.field("MessagingServiceSid")
        text = Text(request.field("To"), sender, request.field("Body"), callback=request.field("StatusCallback"),
                    validity=int(request.field("ValidityPeriod", "36000")))  # fmt: skip
        self.world.texts.append(text)
        self.world.note()
        self.caller.start(self._carry(text, failing.group(1) if failing else ""))
        return text

    async def _carry(self, text: Text, error: str) -> None:
        """Bring a text to its phone, tell Hansa how far it came, and answer it where its owner does so by himself."""
        last = "undelivered" if error else "delivered"
        base = {"MessageSid": text.sid, "SmsSid": text.sid, "To": text.to, "From": text.sender}
        steps = [base | {"MessageStatus": status, "SmsStatus": status} for status in ("sent", last)]
        if error:
            steps[-1]["ErrorCode"] = error
        text.status, text.error = last, error
        self.world.note()
        await self.caller.report(text.callback, steps)
        if text.to == LOOPBACK_NUMBER and not error:
            await self.say(text.to, text.sender, text.body)
            return
        phone = self.world.phone(text.to)
        if phone.replies and (code := _CODE.search(text.body)):
            await self.say(text.to, text.sender, code.group())

    async def say(self, number: str, to: str, body: str, *, sid: str = "", token: str = "") -> Text:
        """Send a text from a phone to Hansa, and bring its answer back to the phone. `sid` repeats an earlier one."""
        text = Text(to, number, body, outbound=False, status="received")
        text.sid = sid or text.sid
        phone = self.world.phone(number)
        word = body.strip().upper()
        phone.stopped = word in _STOP or (phone.stopped and word not in _START)
        if not sid:
            self.world.texts.append(text)
        fields = {"MessageSid": text.sid, "SmsSid": text.sid, "From": number, "To": to, "Body": body, "NumMedia": "0"}
        answer = await self.caller.post(f"{self.hooks}/sms", fields, token=token)
        if answer is not None and answer.status_code == 200:
            for said in re.findall(r"<Message>(.*?)</Message>", answer.text, re.DOTALL):
                self.world.texts.append(Text(number, to, _unescaped(said), status="delivered"))
        self.world.note()
        return text

    def _take_call(self, request: Request) -> Call:
        call = Call(request.field("To"), request.field("From"), request.field("Url"), request.field("Twiml"),
                    request.field("StatusCallback"), tuple(request.form.get("StatusCallbackEvent", ())),
                    int(request.field("Timeout", "60")))  # fmt: skip
        self.world.calls.append(call)
        self.world.note()
        self.caller.start(self.runner.place(call))
        return call

    def _listed(self, what: str, request: Request) -> Reply:
        rows: Sequence[Text | Call] = self.world.texts if what == "Messages" else self.world.calls
        to, sender = request.asked("To"), request.asked("From")
        since = request.asked("DateSent>") or request.asked("StartTime>")
        found = [
            row for row in reversed(rows)
            if to in ("", row.to) and sender in ("", row.sender) and (not since or row.at >= _time(since))
        ]  # fmt: skip
        size = int(request.asked("PageSize", "50"))
        return Reply.json({what.lower(): [_described(row) for row in found[:size]], "next_page_uri": None})


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _unescaped(text: str) -> str:
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
        text = text.replace(entity, sign)
    return text


def _described(row: Text | Call) -> dict:
    made = format_datetime(row.at)
    common = {"sid": row.sid, "to": row.to, "from": row.sender, "status": row.status, "date_created": made}
    if isinstance(row, Call):
        return {**common, "start_time": made, "direction": "outbound-api"}
    direction = "outbound-api" if row.outbound else "inbound"
    return {**common, "body": row.body, "date_sent": made, "direction": direction, "num_segments": "1",
            "error_code": int(row.error) if row.error else None}  # fmt: skip


def _error(status: int, code: int, message: str, **headers: str) -> Reply:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return Reply.json({"code": code, "message": message, "more_info": more, "status": status}, status, **headers)

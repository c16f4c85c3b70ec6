# SPDX-License-Identifier: Apache-2.0
"""What the stand-in knows: phones with their texts and calls, mailboxes, push messages, and how it is to misbehave."""

import asyncio
import secrets
from collections import deque
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

# Where the node sends its test messages: whatever comes there goes back to it.
LOOPBACK_NUMBER, LOOPBACK_MAILBOX = "+17005550100", "loopback@hansa.invalid"


def now() -> datetime:
    """Return the time. The stand-in lives in real time."""
    return datetime.now(UTC)


def new_sid(kind: str) -> str:
    """Return an id as the provider makes them: SM (a text), CA (a call), and 32 hexadecimal digits."""
    return f"{kind}{secrets.token_hex(16)}"


@dataclass(slots=True)
class Text:
    """A text message; `outbound` ones come from Hansa."""

    to: str
    sender: str
    body: str
    outbound: bool = True
    status: str = "queued"
    error: str = ""
    callback: str = ""
    validity: int = 0
    sid: str = field(default_factory=lambda: new_sid("SM"))
    at: datetime = field(default_factory=now)


@dataclass(slots=True)
class Call:
    """A phone call from Hansa: what was said, which keys were pressed."""

    to: str
    sender: str
    url: str = ""
    twiml: str = ""
    callback: str = ""
    events: tuple[str, ...] = ()
    timeout: int = 60
    status: str = "queued"
    said: list[str] = field(default_factory=list)
    keys: str = ""
    sid: str = field(default_factory=lambda: new_sid("CA"))
    at: datetime = field(default_factory=now)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    pressed: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


@dataclass(slots=True)
class Mail:
    """An e-mail that was taken in."""

    to: str
    sender: str
    subject: str
    text: str
    message_id: str
    at: datetime = field(default_factory=now)


@dataclass(slots=True)
class Push:
    """A push message, decrypted."""

    subscription: str
    content: str
    topic: str
    ttl: str
    urgency: str
    at: datetime = field(default_factory=now)


@dataclass(slots=True)
class Phone:
    """A phone and what its owner does when it rings.

    `manner`: `hand` (someone at the page does it), `answers`, `sleeps`, `busy`, `voicemail`. `keys` are pressed one
    after the other by one who answers. `replies`: a text with a code is answered with it. `refusal`: the HTTP status
    with which the provider answers whatever is for this phone, as if it were down.
    """

    number: str
    name: str = ""
    manner: str = "hand"
    keys: str = ""
    replies: bool = False
    refusal: str = ""
    stopped: bool = False


@dataclass(slots=True)
class Faults:
    """How to misbehave.

    `next`: what the next creations meet, one each: an HTTP status (`429`, `500`), `hang-up` (nothing was taken), `lost`
    (taken, and the answer is lost). `down`: `sms`, `voice`, `email`, `push` fail for everyone. Status callbacks come
    `delay` seconds late, `repeat` times, in `reverse`, or not at all (`silent`); `forge` sends one beside them whose
    signature is wrong.
    """

    next: deque[str] = field(default_factory=deque)
    down: set[str] = field(default_factory=set)
    delay: float = 0.05
    repeat: int = 1
    reverse: bool = False
    silent: bool = False
    forge: bool = False

    def put(self, wanted: dict) -> None:
        """Take over what a test or the page asks for; `ValueError` for what does not exist."""
        for name, value in wanted.items():
            current = getattr(self, name, None)
            if current is None:
                raise ValueError(f"there is no fault called {name!r}")
            setattr(self, name, type(current)(value))


@dataclass(slots=True)
class World:
    """Everything. `changes` counts; whoever waits for a change waits on `changed`."""

    texts: list[Text] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    mails: list[Mail] = field(default_factory=list)
    pushes: list[Push] = field(default_factory=list)
    phones: dict[str, Phone] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    log: deque[str] = field(default_factory=lambda: deque(maxlen=2000))
    changes: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, what: str = "") -> None:
        """Wake whoever looks on; `what` goes into the log."""
        if what:
            self.log.append(what)
        self.changes += 1
        self.changed.set()
        self.changed = asyncio.Event()

    def phone(self, number: str) -> Phone:
        """Return the phone with a number; one that nobody listed exists, too."""
        manner = "answers" if number == LOOPBACK_NUMBER else "hand"
        return self.phones.setdefault(number, Phone(number, manner=manner))

    def clear(self) -> None:
        """Forget what happened, who said STOP and how to misbehave; phones stay."""
        for kept in (self.texts, self.calls, self.mails, self.pushes, self.log):
            kept.clear()
        self.faults = Faults()
        for phone in self.phones.values():
            phone.stopped = False
        self.note()

    def as_dict(self) -> dict:
        """Return everything for tests, oldest first."""
        calls = [
            {k: getattr(c, k) for k in ("sid", "to", "sender", "url", "status", "said", "keys")}
            | {"at": c.at.isoformat()}
            for c in self.calls
        ]
        rows = {name: [_plain(each) for each in getattr(self, name)] for name in ("texts", "mails", "pushes")}
        phones = {number: asdict(phone) for number, phone in self.phones.items()}
        return {**rows, "calls": calls, "phones": phones, "log": list(self.log)}


def _plain(row: Text | Mail | Push) -> dict:
    return asdict(row) | {"at": row.at.isoformat()}

# SPDX-License-Identifier: Apache-2.0
"""The outbox: claim a batch, commit, send, commit what became of it. Never lost; doubled only where nobody knows.

Before a delivery leaves, its attempt is committed. Who dies then leaves it `sending` under a lock that nobody holds:
`tidy` gives it back, in doubt. What is in doubt is looked up by its marker first; where a channel cannot be asked
(SMTP, push), it is sent again with the same Message-ID or Topic, and counted in `resent_identically`.
"""

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hansa.core import clock
from hansa.core.rls import every_member
from hansa.notify import actions, claiming, health, queries, rules
from hansa.notify.channel import Accepted, ChannelDown, Outcome, Refused, Transport, Unknown
from hansa.notify.choices import Outcome as Ended
from hansa.notify.choices import State
from hansa.notify.claiming import Claimed
from hansa.notify.giving_way import give_way
from hansa.notify.models import Address
from hansa.notify.reasons import coded
from hansa.notify.registry import channels
from hansa.notify.waking import wake, wake_at, wake_more

_SETTLE_EVERY = 0.5
_SETTLE_AT = 25
_NOT_SET_UP = Refused("not-set-up", permanent=True)


@dataclass(frozen=True, slots=True)
class _Held:
    """Why something was not sent."""

    reason: str
    out_of_time: bool


@dataclass(frozen=True, slots=True)
class _Waits:
    """Not sent, because the channel is down; it costs no try."""

    reason: str


_Result = Outcome | _Held | _Waits
_Note = tuple[Claimed, _Result, bool]


def drain(channel: str) -> int:
    """Send what is due over a channel until nothing is; return how many deliveries were tried."""
    transport = channels.get(channel)
    if transport is None:
        return 0
    done = 0
    with claiming.holding() as holder:
        while True:
            give_way()
            batch = claiming.claim(channel, holder, clock.now(), transport.batch, can_ask=transport.can_ask)
            if len(batch) == transport.batch:
                wake_more(channel)
            done += len(batch)
            if batch and not _deliver(transport, batch, holder):
                return done
            # Whoever has nothing left looks for what a worker left behind that died meanwhile.
            if not batch and not claiming.give_back():
                return done


def tidy() -> int:
    """Give back what dead workers held and wake channels that have something due; return how much was given back."""
    given_back = claiming.give_back()
    with every_member():
        for channel in claiming.busy(clock.now()):
            wake(channel)
    return given_back


def _deliver(transport: Transport, batch: list[Claimed], holder: int) -> bool:
    """Send a batch and note what became of each; return whether the channel works."""
    book = _Book(transport.name, holder, {each.outgoing.id: each for each in batch})
    down = ""
    try:
        for each in batch:
            if each.held:
                book.note(each.outgoing.id, _Held(each.held, each.out_of_time))
        if not transport.configured():
            book.note_rest(_NOT_SET_UP)
            return True
        if transport.can_ask:
            adopted: set[str] = set()
            for each in [each for each in book.open.values() if each.doubtful]:
                found = transport.find(each.outgoing)
                # A call to the same phone about something else is not this one: better twice than never.
                if (
                    found
                    and found.provider_id not in adopted
                    and not queries.is_of_another(transport.name, each.outgoing, found)
                ):
                    adopted.add(found.provider_id)
                    book.note(each.outgoing.id, found, found=True)
        for marker, outcome in transport.send([each.outgoing for each in book.open.values()]):
            book.note(marker, outcome)
    except ChannelDown as broken:
        down = str(broken) or "unreached"
        book.note_rest(_Waits(down))
    finally:
        # Only a fault of ours leaves anything open here; it is in doubt, as after a crash.
        book.note_rest(Unknown("broke-off"))
        book.write()
    health.note(transport.name, down, worked=book.worked)
    return not down


@dataclass(slots=True)
class _Book:
    """What became of a batch, written in one transaction every half second, so that a crash leaves little in doubt."""

    channel: str
    holder: int
    open: dict[UUID, Claimed]
    worked: bool = False
    _notes: list[_Note] = field(default_factory=list)
    _written: float = field(default_factory=time.monotonic)

    def note(self, marker: UUID, result: _Result, *, found: bool = False) -> None:
        each = self.open.pop(marker, None)
        if each is None:
            return
        self.worked |= isinstance(result, Accepted)
        self._notes.append((each, result, found))
        if len(self._notes) >= _SETTLE_AT or time.monotonic() - self._written > _SETTLE_EVERY:
            self.write()

    def note_rest(self, result: _Result) -> None:
        for marker in list(self.open):
            self.note(marker, result)

    def write(self) -> None:
        notes, self._notes = self._notes, []
        self._written = time.monotonic()
        if not notes:
            return
        rows = [self._row(*note) for note in notes]
        with every_member() as step:
            claiming.settle(rows, self.holder, clock.now())
            for member, lost in self._followed(notes, rows).items():
                step(member)
                _follow(lost)
            if later := [row["due"] for row in rows if row["due"]]:
                wake_at(self.channel, min(later))

    def _followed(self, notes: Iterable[_Note], rows: Iterable[dict[str, Any]]) -> dict[str, list[_Note]]:
        """Return by member what failed or ran out of time."""
        found: dict[str, list[_Note]] = defaultdict(list)
        for note, row in zip(notes, rows, strict=True):
            if row["state"] in (State.FAILED, State.EXPIRED):
                found[note[0].member].append(note)
        return found

    def _row(self, each: Claimed, result: _Result, found: bool) -> dict[str, Any]:
        """Return what is written about one delivery."""
        now = clock.now()
        due: datetime | None = None
        row: dict[str, Any] = {"delivery": each.outgoing.delivery, "marker": each.outgoing.id, "reason": "",
                               "provider": "", "doubtful": False, "tries": 0, "due": None}  # fmt: skip
        match result:
            case Accepted(provider_id):
                outcome = Ended.FOUND if found else Ended.ACCEPTED
                row |= {"state": State.ACCEPTED, "provider": provider_id, "outcome": outcome}
            case _Held(reason, out_of_time):
                state = State.EXPIRED if out_of_time else State.FAILED
                row |= {"state": state, "reason": reason, "outcome": Ended.HELD}
            case _Waits(reason):
                # In doubt stays in doubt: what was not asked or sent now may have been accepted before.
                due = now + rules.wait_after(2)
                row |= {"state": State.QUEUED, "reason": reason, "outcome": Ended.HELD, "due": due, "tries": -1,
                        "doubtful": each.doubtful}  # fmt: skip
            case Unknown(reason):
                due = rules.next_try(each.tries, now)
                row |= {"state": State.QUEUED if due else State.FAILED, "reason": reason, "outcome": Ended.UNKNOWN,
                        "due": due, "doubtful": True}  # fmt: skip
            case Refused(code, reason, permanent, retry_after):
                due = None if permanent else rules.next_try(each.tries, now, retry_after)
                row |= {"state": State.QUEUED if due else State.FAILED, "reason": coded(code, reason)[:300],
                        "outcome": Ended.REFUSED, "due": due}  # fmt: skip
        return row


def _follow(lost: Iterable[_Note]) -> None:
    """Disable what is no address, and tell of persons that cannot be reached."""
    for each, result, _ in lost:
        if isinstance(result, Refused) and result.disables:
            for address in Address.objects.filter(id=each.address):
                actions.disable_address(address, coded(result.code, result.reason))
    actions.tell_if_unreachable([each.outgoing.message for each, _, _ in lost])

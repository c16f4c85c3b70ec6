# SPDX-License-Identifier: Apache-2.0
"""What can be done with messages: send one, answer one, report what became of one.

Everything runs in the member's scope and in the caller's transaction.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import current_member, member_scope
from hansa.core.statements import ask
from hansa.notify import queries, registry, rules, writing
from hansa.notify.choices import Channel, Outcome, State, Via
from hansa.notify.event import Answer, Answered, Event, Recipient, Sent, Telling, in_language
from hansa.notify.models import Address, Attempt, Delivery, Message
from hansa.notify.waking import wake, wake_at

_BY_WAY: dict[str, str] = {Via.SMS: Channel.SMS, Via.KEYPAD: Channel.VOICE}


def send_message(event: Event, recipients: Iterable[Recipient], *, round: int = 1, at: datetime | None = None) -> Sent:  # noqa: A002
    """Write a message per person and a delivery per address, and the jobs that send them; return what was written.

    The same event, person and round again writes nothing new; a further round sends the same words and code again.
    Nothing is sent for an event that somebody took already, or that has expired.
    """
    (sent,) = send_messages([Telling(current_member(), event, tuple(recipients), round)], at=at)
    return sent


def send_messages(tellings: Sequence[Telling], *, at: datetime | None = None) -> list[Sent]:
    """Do as `send_message` for people of several members, each in their member's scope; return what was written.

    Three statements and one job for each channel, however many members they are.
    """
    now = at or clock.now()
    drafts = [_Draft(each, {one.person: one for one in each.recipients}) for each in tellings]
    asked = [writing.Asked(d.of.member, d.of.event.key, d.of.event.exercise, list(d.wanted)) for d in drafts]
    for draft, known in zip(drafts, writing.read(asked), strict=True):
        draft.write_out(known, now)
    for channel in writing.write([writing.Written(d.of.member, d.new, d.queued, d.of.round) for d in drafts], at=now):
        wake(channel)
    for message in [message for draft in drafts for message in draft.new] if registry.written else ():
        with member_scope(message.member):
            for handler in registry.written:
                handler(message)
    return [draft.sent for draft in drafts]


@dataclass(slots=True)
class _Draft:
    """What is to be written for one telling."""

    of: Telling
    wanted: dict[UUID, Recipient]
    new: Sequence[Message] = ()
    queued: Sequence[writing.Queued] = ()
    sent: Sent = field(default_factory=Sent)

    def write_out(self, known: writing.Known, now: datetime) -> None:
        """Choose addresses and words, beside what there is already."""
        homes = {
            person: [
                home for home in known.addresses.get(person, ()) if not each.channels or home.channel in each.channels
            ]
            for person, each in self.wanted.items()
        }
        unknown = [each for each in self.wanted.values() if each.person not in known.messages]
        new = _messages(self.of, unknown, homes, now)
        messages = {person: known.messages.get(person) or new[person] for person in self.wanted}
        self.new = list(new.values())
        self.queued = [
            writing.Queued(messages[person].id, home, self.wanted[person].place)
            for person, own in homes.items() if not known.taken and messages[person].expires_at > now for home in own
        ]  # fmt: skip
        self.sent = Sent(messages, tuple(person for person in self.wanted if not homes[person]))


def _messages(telling: Telling, wanted: Iterable[Recipient], homes: dict[UUID, list[writing.Home]],
              now: datetime) -> dict[UUID, Message]:  # fmt: skip
    """Return a new message to each person, not yet written; the words are chosen once per language."""
    event = telling.event
    words: dict[str, tuple[str, str]] = {}
    new = {}
    for each in wanted:
        own = homes[each.person]
        language = each.language or (own[0].language if own else "en")
        if language not in words:
            words[language] = in_language(event.headline, language)[:160], in_language(event.text, language)
        code = rules.new_code() if event.answer else ""
        key = new_id()
        headline, text = words[language]
        new[each.person] = Message(
            id=key, member=telling.member, event=event.key, person=each.person, language=language, code=code, at=now,
            headline=headline, text=text, url=event.url.replace("{message}", str(key)).replace("{code}", code),
            urgency=event.urgency, expires_at=event.expires_at or now + rules.LIFETIME, exercise=event.exercise,
        )  # fmt: skip
    return new


def acknowledge(message: Message, code: str | None, *, via: str, delivery: UUID | None = None,
                at: datetime | None = None) -> Answered:  # fmt: skip
    """Take an event: "seen, and taken by" the message's person. It attests, offers and signs nothing.

    `code` is what the person gave; None where something else proves who answers (the session of a call, a signed-in
    page). `delivery` is the one that was answered, where the way tells. The first answer of an event wins; a late one
    is told who was first. Five wrong codes lock the message. Whoever speaks for the member no more
    (`registry.on_answering`) takes nothing.
    """
    now = at or clock.now()
    message = Message.objects.select_for_update().get(id=message.id)
    if taken := queries.taken_by(message.event):
        return Answered(Answer.ALREADY, message, taken)
    if message.wrong_tries >= rules.WRONG_TRIES:
        return Answered(Answer.LOCKED, message)
    if message.expires_at <= now:
        return Answered(Answer.EXPIRED, message)
    if code is not None and (not message.code or rules.as_code(code) != message.code):
        return _wrong(message)
    if not all(handler(message) for handler in registry.answering):
        unreachable(message, "ended")
        return Answered(Answer.ENDED, message)
    try:
        with transaction.atomic():
            Message.objects.filter(id=message.id).update(acknowledged_at=now, acknowledged_via=via)
    except IntegrityError:  # someone else's answer was committed while this one waited
        return Answered(Answer.ALREADY, message, queries.taken_by(message.event))
    message.acknowledged_at, message.acknowledged_via = now, via
    _mark_answered(message, code, via, delivery, now)
    for handler in registry.acknowledged:
        handler(message)
    return Answered(Answer.TAKEN, message, message)


def _mark_answered(message: Message, code: str | None, via: str, delivery: UUID | None, now: datetime) -> None:
    """Mark the delivery that was answered, and no other.

    A link or a code may have come by any of several: then none is marked, and the message alone says that it was taken.
    """
    rows = message.deliveries.exclude(state=State.ACKNOWLEDGED)
    if delivery is not None:
        rows = rows.filter(id=delivery)
    elif code is None and via == Via.PAGE:
        return  # who signed in answered no message
    else:
        rows = rows.filter(state__in=(State.ACCEPTED, State.DELIVERED))
        if channel := _BY_WAY.get(via):
            rows = rows.filter(channel=channel)
    found = list(rows.values_list("id", flat=True)[:2])
    if len(found) == 1:
        message.deliveries.filter(id=found[0]).update(state=State.ACKNOWLEDGED, changed_at=now)


def _wrong(message: Message) -> Answered:
    message.wrong_tries += 1
    Message.objects.filter(id=message.id).update(wrong_tries=F("wrong_tries") + 1)
    left = rules.WRONG_TRIES - message.wrong_tries
    if left:
        return Answered(Answer.WRONG, message, tries_left=left)
    unreachable(message, "locked")
    return Answered(Answer.LOCKED, message)


def report(delivery: Delivery, state: State, *, reason: str = "", provider_id: str = "",
           at: datetime | None = None) -> bool:  # fmt: skip
    """Note what a provider reports about a delivery; return whether it changed anything. States only climb."""
    now = at or clock.now()
    lower = [each for each in State.values if rules.climbs(each, state)]
    changes: dict = {"state": state, "changed_at": now, "reason": reason[:300]}
    if provider_id:
        changes["provider_id"] = provider_id
    if state == State.FAILED:
        changes["doubtful"] = False
    if not Delivery.objects.filter(id=delivery.id, state__in=lower).update(**changes):
        return False
    delivery.refresh_from_db()
    if state == State.FAILED:
        tell_if_unreachable([delivery.message_id])
    return True


def send_again(delivery: Delivery, marker: UUID, reason: str, *, after: timedelta,
               at: datetime | None = None) -> bool:  # fmt: skip
    """Let a delivery go out once more that was taken and did not get through, as reported on one of its attempts.

    Return False when it went out again before, or would come too late to be of use: then it has failed.
    """
    now = at or clock.now()
    attempts = Attempt.objects.filter(delivery=delivery)
    known = attempts.filter(outcome=Outcome.REFUSED, reason=reason[:300]).exists()
    if known or delivery.tries >= rules.MOST_TRIES or now + after >= delivery.message.expires_at:
        return False
    waiting = Delivery.objects.filter(id=delivery.id, state__in=(State.QUEUED, State.SENDING, State.ACCEPTED))
    if not waiting.update(state=State.QUEUED, doubtful=False, due_at=now + after, reason=reason[:300], changed_at=now):
        return False
    attempts.filter(id=marker).update(outcome=Outcome.REFUSED, reason=reason[:300], ended_at=now)
    wake_at(delivery.channel, now + after)
    return True


def tell_if_unreachable(messages: Sequence[UUID]) -> None:
    """Tell whoever wants to know of messages of which no delivery of their newest round can reach the person."""
    for message in Message.objects.filter(id__in=set(messages), acknowledged_at=None).prefetch_related("deliveries"):
        rows = list(message.deliveries.all())
        newest = max(row.round for row in rows)
        states = {row.state for row in rows if row.round == newest}
        if states <= {State.FAILED, State.EXPIRED}:
            unreachable(message, "expired" if states == {State.EXPIRED} else "failed")


def unreachable(message: Message, reason: str) -> None:
    """Tell whoever wants to know that a message does not reach its person."""
    for handler in registry.unreachable:
        handler(message, reason)


def disable_address(address: Address, reason: str, *, at: datetime | None = None) -> None:
    """Send nothing more to an address: it bounced, is unknown, or its holder said stop. What waits for it fails."""
    now = at or clock.now()
    rows = Address.objects.filter(id=address.id, disabled_at=None)
    ended: dict[str, Any] = {"disabled_at": now, "disabled_reason": reason[:200]}
    if address.channel == Channel.WEBPUSH:  # a subscription that ended is of no use to anybody: it is forgotten
        ended["sealed"] = b""
    if rows.update(**ended):
        for handler in registry.disabled:
            handler(address, reason)
    waiting = Delivery.objects.filter(address=address, state=State.QUEUED)
    messages = list(waiting.values_list("message_id", flat=True))
    waiting.update(state=State.FAILED, reason=reason[:300], changed_at=now)
    tell_if_unreachable(messages)


def enable_address(address: Address) -> None:
    """Send to an address again: its holder said start, or confirmed it anew."""
    Address.objects.filter(id=address.id).update(disabled_at=None, disabled_reason="")


def drop_addresses(person: UUID, *channels: Channel) -> int:
    """Forget a person's addresses (of these channels, or all); return how many. Their account was closed."""
    rows = Address.objects.filter(Q(channel__in=channels) if channels else Q(), person=person)
    return sum(forget_address(row) for row in rows)


def forget_address(address: Address) -> bool:
    """Forget where an address leads; what became of messages to it stays, without it. Return whether it was known."""
    disable_address(address, "removed")
    gone = f"gone {address.id}"
    rows = Address.objects.filter(id=address.id).exclude(lookup=gone)
    return bool(rows.update(sealed=b"", lookup=gone, verified_at=None, disabled_reason="removed"))


def forget_events(ids: Collection[UUID]) -> int:
    """Delete the member's messages of events that name one of these ids; return how many rows that were."""
    return Message.objects.filter(event__regex="|".join(map(str, ids))).delete()[0] if ids else 0


def purge_messages(*, at: datetime) -> int:
    """Destroy messages of any member that are older than a year, with deliveries and attempts; return how many."""
    ((count,),) = ask(b"SELECT notify_purge($1::timestamptz)", (at - rules.KEPT).isoformat())
    return int(count or 0)

# SPDX-License-Identifier: Apache-2.0
"""A text message that came in: a code takes an event, a word stops or starts, all else is told how to answer.

One number may serve people of several members of this node, and one phone may be known to several: the member is found
by the number (a keyed hash), the event by person and code. A code from another phone than the person's is no code.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation

from hansa.core import clock
from hansa.core.ids import new_id
from hansa.core.rls import member_scope
from hansa.notify import actions, health, queries, rules, sealing
from hansa.notify.choices import Channel, Via
from hansa.notify.claiming import CONFIRMING
from hansa.notify.event import Answer, Answered
from hansa.notify.models import Address, Inbound, Message
from hansa.notify.sms import texts
from hansa.notify.sms.replies import Meaning, Reply, understood
from hansa.notify.voice.answering import name_of, result_of

# An automatic answer that answers ours would go on for ever.
_MOST_AN_HOUR = 12
STOPPED = "21610"


def take(sid: str, sender: str, body: str) -> str:
    """Do what a text asks for and return the words to send back, "" for none. The same `sid` again does nothing."""
    if health.returned(Channel.SMS, body):
        return ""
    reply = understood(body)
    said = ""
    with transaction.atomic():
        members = queries.members_at(Channel.SMS, sender)
        fresh = [member for member in members if _is_new(member, sid, sender, reply)]
        if reply.meaning == Meaning.CODE and fresh:
            return _tried(fresh, sender, reply)
        for member in fresh:
            with member_scope(member):
                said = _done(sender, reply, body) or said
    return said


def _addresses(sender: str) -> list[Address]:
    rows = Address.objects.filter(channel=Channel.SMS, lookup=sealing.lookup(Channel.SMS, sender))
    return list(rows.order_by("added_at", "id"))


def _is_new(member: str, sid: str, sender: str, reply: Reply) -> bool:
    """Note a text for a member; return whether it is new and not one too many."""
    with member_scope(member):
        (first, *_others) = _addresses(sender)
        key = new_id()
        row = Inbound(id=key, address=first, provider_id=sid, meaning=reply.meaning)
        Inbound.objects.bulk_create([row], ignore_conflicts=True)
        lately = Inbound.objects.filter(address=first, at__gt=clock.now() - timedelta(hours=1)).count()
        known = not Inbound.objects.filter(id=key).exists()
    calm = lately <= _MOST_AN_HOUR or reply.meaning not in (Meaning.OTHER, Meaning.YES, Meaning.HELP)
    return calm and not known


def _done(sender: str, reply: Reply, body: str) -> str:
    addresses = _addresses(sender)
    with translation.override(addresses[0].language):
        match reply.meaning:
            case Meaning.STOP:
                for address in addresses:
                    actions.disable_address(address, STOPPED)
                return texts.stopped()
            case Meaning.START:
                return texts.started() if _started(addresses, body) else ""
            case Meaning.HELP:
                return texts.helped(settings.HANSA_DUTY_LINE)
    message = _open_message(addresses)
    if message is None:
        return ""
    with translation.override(message.language):
        return texts.use_code(message.code, message.headline, exercise=bool(message.exercise))


def _started(addresses: list[Address], body: str) -> bool:
    """Turn on again what a stop turned off, never what bounced; return whether there was any."""
    stopped = [each for each in addresses if each.disabled_at and each.disabled_reason == STOPPED]
    for address in stopped:
        actions.enable_address(address)
    Address.objects.filter(id__in=[each.id for each in stopped]).update(
        consent_text=body[:500], consent_at=clock.now(), consent_source="text message"
    )
    return bool(stopped)


def _tried(members: list[str], sender: str, reply: Reply) -> str:
    """Take the event whose code this is. A code of nothing counts as a try against the newest open message."""
    newest: tuple[UUID, str, Message] | None = None
    for member in members:
        with member_scope(member):
            addresses = _addresses(sender)
            if message := _meant(addresses, reply.codes):
                answered = _delivery(message, addresses)
                return _said(actions.acknowledge(message, message.code, via=Via.SMS, delivery=answered))
            waiting = _open_message(addresses)
            if waiting and (newest is None or waiting.id > newest[0]):
                newest = (waiting.id, member, waiting)
    if newest is None:
        return ""
    with member_scope(newest[1]):
        return _said(actions.acknowledge(newest[2], reply.codes[0], via=Via.SMS))


def _said(answered: Answered) -> str:
    message, answer = answered.message, result_of(answered)
    with translation.override(message.language):
        if message.event.startswith(CONFIRMING):
            return texts.confirmed(answer)
        return texts.answered(
            answer, message.headline, who=name_of(answered.taken) if answer == Answer.ALREADY else "",
            tries=answered.tries_left, exercise=bool(message.exercise),
        )  # fmt: skip


def _meant(addresses: list[Address], codes: tuple[str, ...]) -> Message | None:
    """Return the message to a person of these addresses that has one of the codes, the newest.

    A code that confirms an address confirms this number only: another's is entered on the page.
    """
    rows = Message.objects.filter(person__in=[each.person for each in addresses], code__in=codes).exclude(code="")
    own = Q()
    for address in addresses:
        own |= Q(event__startswith=f"{CONFIRMING}{address.id}:")
    return rows.filter(~Q(event__startswith=CONFIRMING) | own).order_by("-at", "-id").first()


def _delivery(message: Message, addresses: list[Address]) -> UUID | None:
    """Return the newest text of a message to one of these addresses: the one that was answered. None for none."""
    rows = message.deliveries.filter(channel=Channel.SMS, address__in=addresses)
    return rows.order_by("-queued_at", "-id").values_list("id", flat=True).first()


def _open_message(addresses: list[Address]) -> Message | None:
    """Return the newest message to a person of these addresses that waits for its code and is not locked.

    Never one that confirms an address: its code is said to nobody who does not have it.
    """
    persons = [each.person for each in addresses]
    rows = Message.objects.filter(person__in=persons, acknowledged_at=None, expires_at__gt=clock.now())
    rows = rows.filter(wrong_tries__lt=rules.WRONG_TRIES).exclude(code="").exclude(event__startswith=CONFIRMING)
    rows = rows.order_by("-at", "-id")
    return next((each for each in rows[:20] if queries.taken_by(each.event) is None), None)

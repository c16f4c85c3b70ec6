# SPDX-License-Identifier: Apache-2.0
"""A call that was picked up, and the key that was pressed in it. The call's session stands in the place of a code.

The signature proves that the provider speaks, the attempt in the address which message it rang for.
"""

from uuid import UUID

from django.urls import reverse

from hansa.core.rls import member_scope
from hansa.notify import actions, health, queries, registry
from hansa.notify.carrier import reports
from hansa.notify.carrier.client import hook
from hansa.notify.choices import Channel, State, Via
from hansa.notify.claiming import CODE, CONFIRMING
from hansa.notify.event import Answer, Answered
from hansa.notify.models import Delivery, Message
from hansa.notify.voice import speech


def picked_up(marker: UUID, sid: str) -> str:
    """Return what the call says (TwiML). An attempt that is not ours may be a test call of this node."""
    member = queries.member_of_attempt(marker)
    if member is None:
        health.returned(Channel.VOICE, f"test {marker.hex}")
        return speech.nothing()
    with member_scope(member):
        delivery = reports.delivery_of(marker)
        if delivery is None:
            return speech.nothing()
        actions.report(delivery, State.ACCEPTED, provider_id=sid)
        message = delivery.message
        if taken := queries.taken_by(message.event):
            return speech.result(Answer.ALREADY, who=name_of(taken), language=message.language)
        return speech.question(
            message.headline.replace(CODE, ", ".join(message.code)),
            action=hook(reverse("notify-voice-key", args=[marker])),
            language=message.language,
            exercise=bool(message.exercise),
            answer=_asks(message),
        )


def pressed(marker: UUID, digits: str) -> str:
    """Do what a key asks for, and return what is said about it (TwiML). The same key again changes nothing."""
    member = queries.member_of_attempt(marker)
    if member is None:
        return speech.nothing()
    with member_scope(member):
        delivery = reports.delivery_of(marker)
        if delivery is None:
            return speech.nothing()
        language = delivery.message.language
        back = hook(reverse("notify-voice", args=[marker]))
        if digits == speech.TAKE:
            return _take(delivery)
        if digits == speech.AGAIN:
            return speech.repeat(back=back)
        return speech.unknown_key(back=back, language=language)


def _asks(message: Message) -> bool:
    """Return whether a key takes something. A code that is read out goes back on the page, not by a key."""
    return bool(message.code) and not message.event.startswith(CONFIRMING)


def _take(delivery: Delivery) -> str:
    message = delivery.message
    if not _asks(message):
        actions.report(delivery, State.DELIVERED)
        return speech.heard(language=message.language)
    answered = actions.acknowledge(message, None, via=Via.KEYPAD, delivery=delivery.id)
    return speech.result(result_of(answered), who=name_of(answered.taken), language=message.language)


def result_of(answered: Answered) -> Answer:
    """Return the answer as it is for the person: what they took themselves is taken, not "taken by somebody"."""
    own = answered.taken is not None and answered.taken.person == answered.message.person
    return Answer.TAKEN if answered.answer == Answer.ALREADY and own else answered.answer


def name_of(taken: Message | None) -> str:
    """Return how the person is called who took an event, "" when nobody did or nobody knows."""
    return registry.names([taken.person]).get(taken.person, "") if taken else ""

# SPDX-License-Identifier: Apache-2.0
"""How an address becomes one that messages go to: a person enters it, a code goes there, the person gives it back."""

import json
import re
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.rls import current_member
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.notify import actions, policy, queries, registry, rules, sealing
from hansa.notify.choices import Channel, Urgency, Via
from hansa.notify.claiming import CODE, CONFIRMING
from hansa.notify.event import Answer, Answered
from hansa.notify.models import Address, Delivery, Message
from hansa.notify.waking import wake
from hansa.notify.webpush import subscriptions

CONSENT = gettext_lazy(
    "Hansa may send me messages about my duty here, at any hour. I can take this back at any time, here or with STOP."
)
_LIVES = timedelta(minutes=30)
_MOST_ADDRESSES = 8
_MOST_CODES = 3
_NUMBER = re.compile(r"^\+[1-9]\d{7,14}$")


def as_address(channel: str, text: str) -> str:
    """Return what a person typed in the one form in which it is kept: an e-mail address, a number in E.164.

    Ten digits are a number of the United States. `Invalid` with what to do for anything else.
    """
    if channel == Channel.EMAIL:
        value = text.strip().lower()
        try:
            validate_email(value)
        except ValidationError:
            raise Invalid({"value": _("This is no e-mail address. Enter one like name@city.gov.")}) from None
        return value
    number = re.sub(r"[\s().\-\u2010-\u2015]", "", text)
    number = (
        f"+1{number}"
        if re.fullmatch(r"\d{10}", number)
        else f"+{number}"
        if re.fullmatch(r"1\d{10}", number)
        else number
    )
    if not _NUMBER.match(number):
        raise Invalid({"value": _("This is no phone number. Enter one like +1 202 555 0123.")})
    return number


def add_address(channel: Channel, text: str, *, actor: Actor, language: str, consent: str) -> Address:
    """Keep an address of the actor's own and send a code to it. The same address again sends another code."""
    require(policy.may_keep_addresses(actor))
    if not consent:
        raise Invalid({"consent": _("Without your consent nothing is sent there. Tick the box, or leave it out.")})
    address = _kept(channel, as_address(channel, text), actor, language, consent)
    send_code(address)
    return address


def _kept(channel: Channel, value: str, actor: Actor, language: str, consent: str, *, known_by: str = "") -> Address:
    assert actor.person  # noqa: S101 - for mypy: `may_keep_addresses` refuses whoever is no person
    own = Address.objects.filter(person=actor.person)
    lookup = sealing.lookup(channel, known_by or value)
    known = own.filter(channel=channel, lookup=lookup).first()
    now = clock.now()
    if known:
        own.filter(id=known.id).update(
            language=language, consent_text=consent[:500], consent_at=now, disabled_at=None, disabled_reason="",
            sealed=sealing.seal(value, context=known.context),
        )  # fmt: skip
        known.refresh_from_db()
        return known
    if own.exclude(lookup__startswith=queries.GONE).count() >= _MOST_ADDRESSES:
        raise Invalid({"value": _("You have eight addresses already. Remove one first.")})
    key = new_id()
    return Address.objects.create(
        id=key, person=actor.person, channel=channel, lookup=lookup, language=language, added_at=now,
        sealed=sealing.seal(value, context=f"{current_member()}/{key}"), consent_text=consent[:500], consent_at=now,
        consent_source="page",
    )  # fmt: skip


def add_subscription(text: str, *, actor: Actor, language: str, replaces: str = "") -> Address:
    """Keep the push subscription that the actor's browser made: its permission is the consent, and proof enough.

    `replaces` is the endpoint of the one that the browser ended for it.
    """
    require(policy.may_keep_addresses(actor))
    subscription = subscriptions.read(text)
    if subscription is None:
        raise Invalid({"": _("This browser's push service is not one that Hansa sends to. Nothing was kept.")})
    value = json.dumps(subscription.as_dict(), separators=(",", ":"), sort_keys=True)
    allowed = str(_("Allowed in the browser."))
    address = _kept(Channel.WEBPUSH, value, actor, language, allowed, known_by=subscription.endpoint)
    now = clock.now()
    Address.objects.filter(id=address.id).update(
        verified_at=Coalesce("verified_at", now), heard_at=now, checked_at=None, silent_at=None
    )
    if replaces and replaces != subscription.endpoint:
        lookup = sealing.lookup(Channel.WEBPUSH, replaces)
        for row in Address.objects.filter(person=address.person, channel=Channel.WEBPUSH, lookup=lookup):
            actions.forget_address(row)
    address.refresh_from_db()
    return address


def send_code(address: Address) -> Message:
    """Send a new code to an address; three in an hour at most, so that nobody is flooded."""
    now = clock.now()
    earlier = _codes(address)
    if earlier.filter(at__gt=now - timedelta(hours=1)).count() >= _MOST_CODES:
        raise Refused(refuse(_("Three codes went there within the hour. Nothing was sent. Try again later.")))
    code = rules.new_code()
    with translation.override(address.language):
        # The code itself is put in when it is sent, so that nobody reads it in the list of deliveries.
        headline = _("Your code for Hansa is %(code)s") % {"code": CODE}
        text = _("Enter it where you added this address. If that was not you, do nothing.")
    message = Message.objects.create(
        event=f"{CONFIRMING}{address.id}:{earlier.count()}", person=address.person, language=address.language,
        headline=headline, text=text, urgency=Urgency.HIGH, code=code, at=now, expires_at=now + _LIVES,
    )  # fmt: skip
    Delivery.objects.create(message=message, address=address, channel=address.channel, queued_at=now, due_at=now)
    wake(address.channel)
    return message


def _codes(address: Address):
    return Message.objects.filter(event__startswith=f"{CONFIRMING}{address.id}:")


def confirm_address(address: Address, code: str, *, actor: Actor) -> Answered | None:
    """Confirm an address of the actor's own with the newest code that went there; None when none went.

    A wrong code is an answer and no exception: its count has to stay.
    """
    require(policy.may_change(actor, address))
    message = _codes(address).order_by("-at", "-id").first()
    return actions.acknowledge(message, code, via=Via.PAGE) if message else None


def wrong(done: Answered | None) -> str:
    """Return what to tell a person whose code confirmed nothing; "" when it confirmed the address."""
    if done is None:
        return _("No code was sent there yet. Send one first.")
    return {
        Answer.WRONG: _("That is not the code. Tries left: %(count)d.") % {"count": done.tries_left},
        Answer.LOCKED: _("Five wrong tries: this code is locked. Send another one."),
        Answer.EXPIRED: _("This code has run out. Send another one."),
    }.get(done.answer, "")


@registry.on_acknowledged
def verify(message: Message) -> None:
    """Note that an address is confirmed, once its code came back: on the page, or as a reply from the number itself."""
    if message.event.startswith(CONFIRMING):
        number = message.event.removeprefix(CONFIRMING).partition(":")[0]
        Address.objects.filter(id=UUID(number)).update(verified_at=clock.now(), disabled_at=None, disabled_reason="")


def remove_address(address: Address, *, actor: Actor) -> None:
    """Forget an address; that messages went there stays known, where it led does not."""
    require(policy.may_change(actor, address))
    actions.forget_address(address)


def enlist_address(address: Address, *, actor: Actor, exercise: bool) -> None:
    """Let drills use an address, or not."""
    require(policy.may_change(actor, address))
    Address.objects.filter(id=address.id).update(exercise=exercise)

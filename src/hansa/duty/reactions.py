# SPDX-License-Identifier: Apache-2.0
"""What follows in duty from answers: an alert is taken, or goes on to the next person. Registered with notify.

Of an address that is used no more, whoever plans the member's duty hears in the inbox.
"""

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import notify
from hansa.core import clock
from hansa.duty import alarm_blocks as alarm_blocks
from hansa.duty import alarm_tasks as alarm_tasks
from hansa.duty import destroying as destroying
from hansa.duty import queries
from hansa.duty.actions import About, alarm, tell
from hansa.duty.wording import Wording
from hansa.notify.checking import SILENT
from hansa.notify.models import Address, Message
from hansa.notify.sms.answering import STOPPED

_SAID_STOP = gettext_noop("%(name)s answered STOP: Hansa sends them no more text messages")
_SILENT = gettext_noop("A browser of %(name)s has shown no message for over a week: they may miss push messages")
_TAKEN_AWAY = "removed"  # as `notify.actions.forget_address` says it
_LOST = {
    "email": gettext_noop("%(name)s is no longer reached by e-mail: the address does not work"),
    "sms": gettext_noop("%(name)s is no longer reached by text message: the number does not work"),
    "voice": gettext_noop("%(name)s is no longer reached by phone: the number does not work"),
    "webpush": gettext_noop("%(name)s is no longer reached by push message: the browser gave it up"),
}


@notify.on_acknowledged
def take(message: Message) -> None:
    """A person has taken the alert that this message asked about, if it asked about one."""
    alarm.take(message)


@notify.on_answering
def speaks(message: Message) -> bool:
    """Whether a person still serves the member whose alert their message asked about."""
    return alarm.may_answer(message)


@notify.on_unreachable
def move_on(message: Message, reason: str) -> None:
    """A message cannot reach its person, or its code is locked: the alert goes on."""
    alarm.move_on(message, reason)


@notify.on_disabled
def say_who_is_lost(address: Address, reason: str) -> None:
    """Nothing more is sent to an address: it bounced, is unknown, or its holder said stop.

    Who takes an address away on their own page is not reported.
    """
    if reason == _TAKEN_AWAY:
        return
    name = queries.names_of([address.person]).get(address.person, "")
    message = _SAID_STOP if reason == STOPPED else _SILENT if reason == SILENT else _LOST[address.channel]
    about = About(address.id, reverse("notify:delivery-list"))
    tell("address", Wording(message, {"name": name}), about, key=f"address:{address.id}:{clock.now():%Y%m%dT%H%M}")

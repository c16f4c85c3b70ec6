# SPDX-License-Identifier: Apache-2.0
"""Why something was not sent, not taken or not delivered: kept as a code, read in the reader's language.

What is kept is `code`, or `code: words` with the words of the mail server, provider or fault, which nobody translates.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

_WORDS: dict[str, Promise] = {
    # Before anything is sent.
    "taken": gettext_lazy("somebody had taken it before it was sent"),
    "late": gettext_lazy("it was out of time"),
    "off": gettext_lazy("the address is off"),
    "unconfirmed": gettext_lazy("the address is not confirmed"),
    "unreadable": gettext_lazy("the address does not open: HANSA_KEY is another one, or the row is damaged"),
    "not-set-up": gettext_lazy("this node has no such channel"),
    "unset": gettext_lazy("this node has no number to send from"),
    "host": gettext_lazy("this is no push service that this node sends to"),
    "too-long": gettext_lazy("the message is too long for push"),
    # On the way.
    "unreached": gettext_lazy("it could not be reached"),
    "lost": gettext_lazy("the answer was lost"),
    "broke-off": gettext_lazy("the channel broke off"),
    "the worker stopped": gettext_lazy("the worker stopped"),  # as migration 0002 writes it
    "no-id": gettext_lazy("the provider took something that has no id"),
    "answered": gettext_lazy("it answered with an error"),
    "account": gettext_lazy("it refuses this node's account"),
    "silent": gettext_lazy("it has shown no message for over a week"),
    "removed": gettext_lazy("the person removed it"),
    # Push services, and whoever else answers in HTTP.
    "404": gettext_lazy("the browser has ended the subscription"),
    "410": gettext_lazy("the browser has ended the subscription"),
    "413": gettext_lazy("the message is too long for push"),
    "429": gettext_lazy("too many at once"),
    "500": gettext_lazy("it has a fault of its own"),
    "503": gettext_lazy("it is busy"),
    # Mail servers, and letters that came back.
    "421": gettext_lazy("the mail server is busy"),
    "450": gettext_lazy("the mail server asks to try again later"),
    "451": gettext_lazy("the mail server asks to try again later"),
    "452": gettext_lazy("the mailbox is full"),
    "552": gettext_lazy("the mailbox is full"),
    "550": gettext_lazy("there is no such mailbox"),
    "551": gettext_lazy("there is no such mailbox"),
    "553": gettext_lazy("there is no such mailbox"),
    "554": gettext_lazy("the mail server refuses it"),
    "refused": gettext_lazy("the provider refuses the address"),
    "returned": gettext_lazy("the letter came back"),
    "bounced": gettext_lazy("the letter came back"),
    "rejected": gettext_lazy("the provider did not send it"),
    "failed": gettext_lazy("it could not be sent"),
    "complained": gettext_lazy("the person called it unwanted"),
    "unsubscribed": gettext_lazy("the person wants no more"),
    # Texts, as the provider numbers them.
    "20429": gettext_lazy("too many at once"),
    "21211": gettext_lazy("there is no such number"),
    "21610": gettext_lazy("the person said STOP"),
    "21611": gettext_lazy("the sender's queue is full"),
    "21614": gettext_lazy("the number takes no text messages"),
    "21635": gettext_lazy("the number is a landline, which takes no text messages"),
    "30001": gettext_lazy("the sender's queue is full"),
    "30002": gettext_lazy("the provider suspended this node's account"),
    "30003": gettext_lazy("the phone is switched off or out of reach"),
    "30004": gettext_lazy("the carrier or the person blocks messages"),
    "30005": gettext_lazy("the number is unknown or out of service"),
    "30006": gettext_lazy("the number is a landline, which takes no text messages"),
    "30007": gettext_lazy("the carrier filtered the message as unwanted"),
    "30036": gettext_lazy("the time in which the message was of use is over"),
    "undelivered": gettext_lazy("the provider reports that it was not delivered"),
    # Calls.
    "no-key": gettext_lazy("the call was answered and no key was pressed"),
    "busy": gettext_lazy("the phone was busy"),
    "no-answer": gettext_lazy("nobody answered the phone"),
    "canceled": gettext_lazy("the call was canceled"),
    "not-placed": gettext_lazy("the call could not be placed"),
}


def coded(code: str, words: str = "") -> str:
    """Return what is kept: the code, and the words of the other side where it said any."""
    return f"{code}: {words}" if words else code


def shown(kept: str) -> str:
    """Return a reason in the reader's language, the other side's own words in brackets behind it."""
    code, _colon, words = kept.partition(": ")
    if code in _WORDS:
        reason = str(_WORDS[code])
    elif code.isdecimal():
        reason = _("error %(code)s") % {"code": code}
    else:
        return kept
    return _("%(reason)s (%(words)s)") % {"reason": reason, "words": words} if words else reason

# SPDX-License-Identifier: Apache-2.0
"""The words of text messages. Each fits one segment; Spanish is worded without the letters that do not.

No confidential content: a headline, the code that answers it, and a link. A headline that leaves no room for the link
goes without it, for the code is what counts; then it is shortened.
"""

from django.utils import translation
from django.utils.translation import gettext as _

from hansa.notify.channel import Outgoing
from hansa.notify.event import Answer
from hansa.notify.sms import gsm7

_LEAST = 60


def body(outgoing: Outgoing) -> str:
    """Return the message, in the person's language, in 160 places at most."""
    with translation.override(outgoing.language):
        head = _sentence(outgoing.headline, bool(outgoing.exercise))
        answer = _("Reply %(code)s to take it.") % {"code": outgoing.code} if outgoing.code else ""
    return _joined(head, answer, outgoing.url)


def _joined(head: str, answer: str, link: str) -> str:
    head, answer = gsm7.plain(head), gsm7.plain(answer)
    for tail in (f" {answer} {link}" if answer else f" {link}", f" {answer}"):
        tail = tail.rstrip()
        room = gsm7.SEGMENT - gsm7.length(gsm7.plain(tail))
        if room >= min(gsm7.length(head), _LEAST):
            return f"{gsm7.shortened(head, room)}{tail}"
    return gsm7.shortened(head, gsm7.SEGMENT)


def answered(answer: Answer, headline: str, *, who: str = "", tries: int = 0, exercise: bool = False) -> str:
    """Return what a person hears back about their code, in the language that is active."""
    words = {
        Answer.TAKEN: _("You have taken it; the others are told."),
        Answer.ALREADY: _("It is in hand: %(who)s has taken it.") % {"who": who}
        if who
        else _("It is in hand already."),
        Answer.WRONG: _("That is not the code of this message. Tries left: %(tries)s.") % {"tries": tries},
        Answer.LOCKED: _("This code is locked after five wrong tries. Somebody else is asked."),
        Answer.EXPIRED: _("The time to answer is over."),
        Answer.ENDED: _("Nothing was taken: your term has ended. Somebody else is asked."),
    }[answer]
    return _short(words, headline, exercise)


def confirmed(answer: Answer) -> str:
    """Return what a person hears back whose reply was to confirm their number, in the language that is active."""
    words = (
        _("Confirmed. Hansa sends you text messages from now on.")
        if answer == Answer.TAKEN
        else _("The time to answer is over.")
    )
    return gsm7.plain(words)


def use_code(code: str, headline: str, *, exercise: bool = False) -> str:
    """Return the answer to whoever wrote something without the code, in the language that is active."""
    return _short(_("Nothing is taken yet. Reply %(code)s to take it.") % {"code": code}, headline, exercise)


def stopped() -> str:
    """Return the one text that confirms a stop."""
    return gsm7.plain(_("Hansa sends you no more text messages; your coordinator is told. START turns them on again."))


def started() -> str:
    """Return the text that confirms a start."""
    return gsm7.plain(_("Hansa sends you text messages again. STOP ends them."))


def helped(line: str) -> str:
    """Return what help says; `line` is the number of whoever is on duty for the node."""
    words = _("Hansa alerts people on duty. Answer a message with the code in it. STOP ends text messages.")
    more = _("Duty line: %(line)s") % {"line": line} if line else ""
    return gsm7.shortened(gsm7.plain(f"{words} {more}".strip()), gsm7.SEGMENT)


def _short(words: str, headline: str, exercise: bool) -> str:
    head = _sentence(headline, exercise)
    words, head = gsm7.plain(words), gsm7.plain(head)
    room = gsm7.SEGMENT - gsm7.length(words) - 1
    return f"{words} {gsm7.shortened(head, room)}" if head and room >= 20 else gsm7.shortened(words, gsm7.SEGMENT)


def _sentence(headline: str, exercise: bool) -> str:
    """Return a headline as a sentence, marked when it is a drill."""
    words = " ".join(headline.split())
    words = words if not words or words.endswith((".", "?", "!")) else f"{words}."
    return _("EXERCISE: %(headline)s") % {"headline": words} if exercise else words

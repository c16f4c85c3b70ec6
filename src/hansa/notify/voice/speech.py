# SPDX-License-Identifier: Apache-2.0
"""What a call says, as TwiML: the effect before the key, all of it twice, and the result spoken back.

The headline alone is spoken: a voicemail may keep it. `Gather` waits for one key; silence goes on to the next verb.
"""

from xml.sax.saxutils import escape, quoteattr

from django.utils import translation
from django.utils.translation import gettext as _

from hansa.notify.event import Answer

TAKE, AGAIN = "1", "2"
_WAIT = 8
_LANGUAGES = {"en": "en-US", "es": "es-MX"}


def question(headline: str, *, action: str, language: str, exercise: bool, answer: bool) -> str:
    """Return the call's first words, twice, and the wait for a key that goes to `action`.

    `answer`: key 1 takes the event. Otherwise it only says that somebody heard it.
    """
    with translation.override(language):
        opening = _("This is Hansa, with an exercise.") if exercise else _("This is Hansa. This is not a drill.")
        take = _("To take it over, press 1.") if answer else _("To confirm that you heard this, press 1.")
        again = _("To hear it again, press 2.")
        nobody = _("No key was pressed. Nothing is taken. Goodbye.") if answer else _("Goodbye.")
    once = [_say(words, language) for words in (opening, _ended(headline), take, again)]
    pause = '<Pause length="1"/>'
    gather = f'<Gather input="dtmf" numDigits="1" timeout="{_WAIT}" method="POST" action={quoteattr(action)}>'
    return _document(gather, *once, pause, *once, "</Gather>", _say(nobody, language), "<Hangup/>")


def result(answer: Answer, *, who: str, language: str) -> str:
    """Return what is said after the key that takes an event."""
    with translation.override(language):
        by = _("It is in hand already: %(who)s has taken it. Goodbye.") % {"who": who}
        words = {
            Answer.TAKEN: _("You have taken it. The others are told now. Goodbye."),
            Answer.ALREADY: by if who else _("It is in hand already. Goodbye."),
            Answer.ENDED: _("Nothing was taken: your term has ended. Somebody else is asked."),
        }.get(answer) or _("It can no longer be taken by phone. Open Hansa. Goodbye.")
    return _end(words, language)


def heard(*, language: str) -> str:
    """Return what is said after the key that only confirms."""
    with translation.override(language):
        return _end(_("Thank you. Goodbye."), language)


def unknown_key(*, back: str, language: str) -> str:
    """Return what is said after a key that means nothing; the question follows."""
    with translation.override(language):
        words = _("That key does nothing.")
    return _document(_say(words, language), _redirect(back))


def repeat(*, back: str) -> str:
    """Return what brings the question again."""
    return _document(_redirect(back))


def nothing() -> str:
    """Return what ends a call without a word."""
    return _document("<Hangup/>")


def _redirect(back: str) -> str:
    return f'<Redirect method="POST">{escape(back)}</Redirect>'


def _end(words: str, language: str) -> str:
    return _document(_say(words, language), "<Hangup/>")


def _say(words: str, language: str) -> str:
    # The provider's default voice: a pair of voice and language that it does not have ends the call.
    return f"<Say language={quoteattr(_LANGUAGES.get(language, 'en-US'))}>{escape(words)}</Say>"


def _ended(words: str) -> str:
    """Return words that end like a sentence, so that the voice stops there."""
    words = " ".join(words.split())
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _document(*verbs: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<Response>{"".join(verbs)}</Response>'

# SPDX-License-Identifier: Apache-2.0
"""What a person means by a text message: a code, stop, start, help, a bare yes, or none of these. Pure."""

import re
from dataclasses import dataclass
from enum import StrEnum

from hansa.notify import rules

# 89 FR 15756: any of these revokes; the Spanish words beside them. Each is a whole message.
_STOP = {"STOP", "STOPALL", "QUIT", "END", "REVOKE", "OPTOUT", "CANCEL", "UNSUBSCRIBE",
         "ALTO", "PARE", "PARAR", "BAJA", "CANCELAR", "FIN"}  # fmt: skip
_START = {"START", "UNSTOP", "COMENZAR", "INICIAR", "ALTA"}
_HELP = {"HELP", "INFO", "AYUDA"}
_YES = {"YES", "Y", "OK", "YEP", "YEAH", "SI", "SÍ", "S"}
_CODE = re.compile(
    rf"(?<![A-Z0-9])[{rules.LETTERS}]{{{rules.CODE_LENGTH - 2}}}[{rules.DIGITS}][{rules.LETTERS}](?![A-Z0-9])"
)


class Meaning(StrEnum):
    """What a reply asks for."""

    CODE = "code"
    STOP = "stop"
    START = "start"
    HELP = "help"
    YES = "yes"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, understood. `codes` are what may be meant as a code; a wrong one counts as a try."""

    meaning: Meaning
    codes: tuple[str, ...] = ()


def understood(body: str) -> Reply:
    """Return what a text message means. Capitals, spaces, dots and dashes do not matter.

    A word that stops or starts counts only as the whole message: "do not stop" stops nothing.
    """
    capitals = body.upper().strip()
    word = rules.as_code(capitals)
    for meaning, words in ((Meaning.STOP, _STOP), (Meaning.START, _START), (Meaning.HELP, _HELP), (Meaning.YES, _YES)):
        if word in words:
            return Reply(meaning)
    found = tuple(dict.fromkeys(_CODE.findall(capitals)))
    if found:
        return Reply(Meaning.CODE, found)
    if len(word) == rules.CODE_LENGTH and not word.isalpha():
        return Reply(Meaning.CODE, (word,))
    return Reply(Meaning.OTHER)

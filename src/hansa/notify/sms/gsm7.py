# SPDX-License-Identifier: Apache-2.0
"""The alphabet of text messages: what fits one segment of 160, and how other letters are written in it. Pure."""

import unicodedata

SEGMENT = 160
_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_DOUBLE = "^{}\\[~]|€"
_COST = dict.fromkeys(_BASIC, 1) | dict.fromkeys(_DOUBLE, 2)
_WRITTEN = {
    "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "`": "'", "´": "'",
    "–": "-", "—": "-", "‑": "-", "−": "-", "·": "-", "•": "-", "→": "->", "…": "...", "×": "x", "\t": " ", "\r": " ",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "",
}  # fmt: skip


def plain(text: str) -> str:
    """Return a text in letters of the alphabet: "á" as "a", a curly quote as a straight one, unknown signs as "?"."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(sign if sign in _COST else _WRITTEN.get(sign) or _bare(sign) for sign in composed)


def _bare(sign: str) -> str:
    """Return a letter without its accent; nothing for a sign that only modifies another, else "?"."""
    if sign in _WRITTEN or unicodedata.category(sign) in {"Mn", "Cf", "Cc"}:
        return ""
    first = unicodedata.normalize("NFKD", sign)[0]
    return first if first in _COST else "?"


def length(text: str) -> int:
    """Return how many of the 160 places a text takes; `ValueError` when it is not written in the alphabet."""
    try:
        return sum(_COST[sign] for sign in text)
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is not a letter of text messages") from None


def shortened(text: str, room: int) -> str:
    """Return a text of at most `room` places, cut behind a word and marked with "..." when it was longer."""
    if length(text) <= room:
        return text
    while text and length(text) > room - 3:
        head, _, _ = text.rstrip().rpartition(" ")
        text = head.rstrip(" ,;:.-") if len(head) > room // 2 else text[:-1]
    return f"{text}..."

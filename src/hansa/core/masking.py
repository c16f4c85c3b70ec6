# SPDX-License-Identifier: Apache-2.0
"""Masking: free text is scanned on the way to anything shared (design, section 5).

Hansa records events, never profiles of persons: a telephone number, an address, a number of a person, a badge or a
vehicle that slips into a free text does not leave the form. What is masked stays masked: masking twice changes nothing.
"""

import re
from typing import Annotated

from pydantic import AfterValidator

MASK = "[•••]"

_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b",  # mail addresses
        r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",  # social security numbers
        r"(?<![\w.-])(?:\+?1[ .-]?)?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])",  # telephone numbers
        r"(?<=\b)(?:badge|shield|placa|insignia|licen[cs]e plate|plate|matr[ií]cula)"
        r"(?: (?:no\.?|number|n[úu]m(?:ero)?\.?|de polic[ií]a))?[ :#]+(?=[A-Z-]*\d)[A-Z0-9-]{3,10}\b",
    )
)


def mask(text: str) -> str:
    """Return `text` with what could name a person, a badge or a vehicle replaced by `MASK`."""
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text


Masked = Annotated[str, AfterValidator(mask)]
"""Free text of an act: scanned and masked before it is signed."""

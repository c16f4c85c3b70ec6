# SPDX-License-Identifier: Apache-2.0
"""Putting an act's body together out of what someone typed: what does not fit is a complaint, never a failure."""

from typing import TypeVar

from pydantic import ValidationError

from hansa.core.verdicts import Invalid
from hansa.ledger.act import Body

B = TypeVar("B", bound=Body)


def draw(body: type[B], **values) -> B:
    """Return the body with these values; `Invalid` with a message per field where they do not fit its schema."""
    try:
        return body(**values)
    except ValidationError as error:
        raise Invalid({".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}) from None

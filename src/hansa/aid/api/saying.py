# SPDX-License-Identifier: Apache-2.0
"""What the routes of aid share: the answer to anything said, and texts and numbers that a database can hold."""

from decimal import Decimal
from typing import Annotated, ClassVar
from uuid import UUID

from django.urls import reverse
from ninja import Schema
from pydantic import AwareDatetime, Field, StringConstraints

from hansa.core.personal import Personal, declare
from hansa.ledger import Act, PendingAct

Text = Annotated[str, StringConstraints(max_length=1000, pattern=r"^[^\x00]*$")]
Short = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$")]
Units = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=20)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Moment = AwareDatetime


class Said(Schema):
    """What was said: an act that stands, or one that waits for passkeys at `approve_url`."""

    id: UUID
    type: str
    pending: bool
    approve_url: str = ""
    personal: ClassVar[Personal] = declare(none="id type pending approve_url")


def said(done: Act | PendingAct) -> Said:
    """Return what an action made, for the answer."""
    pending = isinstance(done, PendingAct)
    url = f"{reverse('people:act-approve')}?act={done.id}" if pending else ""
    return Said(id=done.id, type=done.type, pending=pending, approve_url=url)

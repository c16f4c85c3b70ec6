# SPDX-License-Identifier: Apache-2.0
"""Secret addresses for calendar programs. Whoever has the link reads shifts; it can be taken back at any time."""

import secrets
from datetime import datetime, timedelta

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import require
from hansa.duty import policy
from hansa.duty.models import CalendarLink, Rota
from hansa.duty.queries.rota import link_hash

# A calendar program asks every few minutes; the day is enough to see whether a link is in use.
_NOTED_EVERY = timedelta(hours=1)


def make_link(rota: Rota | None, *, actor: Actor) -> tuple[CalendarLink, str]:
    """Return a new link to a rota (None: to one's own shifts) and its secret, which is shown this once."""
    require(policy.may_read(actor))
    secret = secrets.token_urlsafe(32)
    link = CalendarLink.objects.create(  # type: ignore[misc]  # who may read is a person
        rota=rota, person=actor.person, secret_hash=link_hash(secret), made_at=clock.now()
    )
    return link, secret


def revoke_link(link: CalendarLink, *, actor: Actor) -> CalendarLink:
    """Let a link open nothing any more."""
    require(policy.may_revoke(actor, link))
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
    return link


def note_use(link: CalendarLink, *, at: datetime) -> None:
    """Note that a link was used, once an hour."""
    if link.last_used_at is None or at - link.last_used_at >= _NOTED_EVERY:
        link.last_used_at = at
        link.save(update_fields=["last_used_at"])

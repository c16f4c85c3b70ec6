# SPDX-License-Identifier: Apache-2.0
"""Whether browsers still show messages: each says so itself, and is asked once a week when it had nothing to show.

A push service only queues, and a phone may stop showing without a word to anybody (reference, section 5: iOS). So the
worker in the browser posts a word for every message that it showed. After a week without one a quiet message goes
there; when three days later it was not shown either, the address is silent: its holder hears by e-mail and on the page,
the administrator on the page of deliveries. Messages go on going there, and the next one shown ends it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from hansa.core import clock
from hansa.core.rls import every_member, member_scope
from hansa.core.statements import ask
from hansa.notify import actions, queries, registry
from hansa.notify.choices import Channel, State, Urgency
from hansa.notify.event import Event, Recipient
from hansa.notify.models import Address, Delivery, Message
from hansa.notify.waking import wake

CHECK = "notify.check:"
SILENT = "silent"
_WEEK = timedelta(days=7)
_PATIENCE = timedelta(days=3)
_LOST = gettext_lazy("A browser of yours no longer shows messages from Hansa")
_HOW = gettext_lazy("Open Hansa in that browser, go to the page behind this link, and allow messages again.")


def shown(marker: UUID) -> bool:
    """Note that a browser showed a push message; return whether that was news.

    Markers of other channels are known to a provider, too; they count for nothing here.
    """
    member = queries.member_of_attempt(marker)
    if member is None:
        return False
    with member_scope(member):
        rows = Delivery.objects.filter(attempts__id=marker, channel=Channel.WEBPUSH)
        delivery = rows.select_related("message", "address").first()
        if delivery is None:
            return False
        Address.objects.filter(id=delivery.address_id).update(heard_at=clock.now(), silent_at=None)
        return actions.report(delivery, State.DELIVERED)


def check_browsers(*, at: datetime) -> int:
    """Ask browsers that showed nothing for a week, and call silent those that were asked in vain; return how many."""
    rows = ask(b"SELECT member, address FROM notify_push_due($1::timestamptz, $2::timestamptz)",
               (at - _WEEK).isoformat(), (at - _PATIENCE).isoformat())  # fmt: skip
    with every_member() as step:
        for member, address in rows:
            step((member or b"").decode())
            row = Address.objects.select_for_update().get(id=UUID((address or b"").decode()))
            if row.checked_at is None or row.checked_at <= at - _WEEK:
                _ask_to_show(row, at=at)
            else:
                _call_silent(row, at=at)
    return len(rows)


def _ask_to_show(row: Address, *, at: datetime) -> None:
    Address.objects.filter(id=row.id).update(checked_at=at)
    with override(row.language):
        headline = _("A test: this browser shows messages from Hansa")
    message = Message.objects.create(
        event=f"{CHECK}{row.id}:{at:%Y%m%d}", person=row.person, language=row.language, headline=headline,
        url=reverse("notify:address-list"), urgency=Urgency.LOW, at=at, expires_at=at + _PATIENCE,
    )  # fmt: skip
    Delivery.objects.create(message=message, address=row, channel=row.channel, queued_at=at, due_at=at)
    wake(row.channel)


def _call_silent(row: Address, *, at: datetime) -> None:
    Address.objects.filter(id=row.id).update(silent_at=at)
    event = Event(
        key=f"notify.silent:{row.id}:{at:%Y%m%d}", headline=_LOST, text=_HOW, url=reverse("notify:address-list")
    )
    actions.send_message(event, [Recipient(row.person, channels=(Channel.EMAIL,))], at=at)
    for handler in registry.disabled:
        handler(row, SILENT)

# SPDX-License-Identifier: Apache-2.0
"""What comes back: returned letters in the node's own mailbox, and the events that an anymail provider posts.

A return address is signed (`letters.return_address`), so a forged bounce changes nothing. What a provider posts is
checked by anymail's own secret, and names the delivery in its metadata.
"""

from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import cast
from uuid import UUID

from anymail.signals import tracking

from hansa.core.rls import member_scope
from hansa.notify import actions, health, queries
from hansa.notify.choices import Channel, State
from hansa.notify.email.letters import delivery_of
from hansa.notify.models import Delivery
from hansa.notify.reasons import coded

_TO = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_FAILED = {"bounced": True, "rejected": True, "failed": False, "complained": True}
# Reasons of a provider for which the address itself is of no use.
_FOR_GOOD = {"invalid", "bounced", "unsubscribed"}


def take_letter(raw: bytes) -> str:
    """Note what a letter in the node's mailbox says; return what it was: `test`, `bounce`, or "" for anything else."""
    letter = message_from_bytes(raw, policy=policy.default)
    if health.returned(Channel.EMAIL, str(letter["Subject"] or "")):
        return "test"
    to = " ".join(str(value) for name in _TO for value in letter.get_all(name, ()))
    delivery = delivery_of(to)
    if delivery is None:
        return ""
    status, reason = _status(letter)
    if status[:1] in ("4", "2"):
        return "bounce"  # delayed, or delivered: the server goes on trying, or is done
    failed(delivery, coded("returned", f"{status} {reason}".strip()), for_good=status.startswith("5.1"))
    return "bounce"


def _status(letter: EmailMessage) -> tuple[str, str]:
    """Return the status code and the words of a delivery report (RFC 3464); empty when it is none."""
    for part in letter.walk():
        if part.get_content_type() == "message/delivery-status":
            for fields in cast(list[Message], part.get_payload()):
                if fields["Status"]:
                    words = str(fields["Diagnostic-Code"] or fields["Action"] or "")
                    return str(fields["Status"]).strip(), " ".join(words.partition(";")[2].split() or words.split())
    return "", ""


def failed(delivery: UUID, reason: str, *, for_good: bool) -> bool:
    """Note that a letter came back; for good, nothing more goes to its address. Return whether the delivery is ours."""
    member = queries.member_of_delivery(delivery)
    if member is None:
        return False
    with member_scope(member):
        row = Delivery.objects.select_related("address").filter(id=delivery).first()
        if row is None:
            return False
        actions.report(row, State.FAILED, reason=reason)
        if for_good:
            actions.disable_address(row.address, reason)
    return True


def see_event(sender, event, esp_name: str, **_) -> None:
    """Note what a provider says about a letter: delivered, bounced, rejected, complained about."""
    try:
        delivery = UUID((event.metadata or {}).get("delivery", ""))
    except ValueError:
        return
    if event.event_type == "delivered":
        member = queries.member_of_delivery(delivery)
        if member:
            with member_scope(member):
                for row in Delivery.objects.filter(id=delivery):
                    actions.report(row, State.DELIVERED, provider_id=event.message_id or "")
    elif event.event_type in _FAILED:
        reason = event.description or event.mta_response or event.reject_reason or event.event_type
        for_good = _FAILED[event.event_type] and (event.reject_reason or "bounced") in _FOR_GOOD
        failed(delivery, coded(event.event_type, reason), for_good=for_good)


tracking.connect(see_event, dispatch_uid="hansa.notify")

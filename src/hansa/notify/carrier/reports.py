# SPDX-License-Identifier: Apache-2.0
"""What the provider reports about a text or a call: late, twice, in any order. States only climb.

The attempt in the address of the webhook says whose it is, also when the answer to our request was lost: then the
report is what settles the doubt. Bad news counts only from the text or call that the delivery stands on; an earlier
attempt that failed says nothing about the one that followed. A text that did not get through for the moment (phone off,
queue full) is sent once more; the ladder goes on meanwhile, and a phone that is off may still be on when it rings.
"""

from datetime import timedelta
from uuid import UUID

from hansa.core.rls import member_scope
from hansa.notify import actions, health, queries
from hansa.notify.carrier import errors
from hansa.notify.choices import Outcome, State
from hansa.notify.models import Attempt, Delivery

_TEXT = {"delivered": State.DELIVERED, "read": State.DELIVERED} | dict.fromkeys(
    ("undelivered", "failed", "canceled"), State.FAILED
)
_ENDED = {
    # A voicemail answers, too: only a key counts, and that has been taken by now.
    "completed": "no-key",
    "busy": "busy",
    "no-answer": "no-answer",
    "canceled": "canceled",
    "failed": "not-placed",
}
_UNDER_WAY = {"accepted", "scheduled", "queued", "sending", "sent", "initiated", "ringing", "in-progress"}


def delivery_of(marker: UUID) -> Delivery | None:
    """Return the delivery of an attempt of the member whose scope is open."""
    return Delivery.objects.filter(attempts__id=marker).select_related("message", "address").first()


def text_status(marker: UUID, sid: str, status: str, code: str) -> bool:
    """Note the status of a text; return whether it changed anything."""
    fault = errors.fault(code)
    state = _TEXT.get(status) or (State.ACCEPTED if status in _UNDER_WAY else None)
    return _note(marker, sid, state, code or "undelivered", fault if state == State.FAILED and code else None)


def call_status(marker: UUID, sid: str, status: str) -> bool:
    """Note the status of a call; return whether it changed anything."""
    state = State.FAILED if status in _ENDED else State.ACCEPTED if status in _UNDER_WAY else None
    return _note(marker, sid, state, _ENDED.get(status, ""), None)


def _note(marker: UUID, sid: str, state: State | None, reason: str, fault: errors.Fault | None) -> bool:
    member = queries.member_of_attempt(marker)
    if member is None or state is None:
        return False
    with member_scope(member):
        delivery = delivery_of(marker)
        if delivery is None:
            return False
        if state == State.FAILED and delivery.provider_id not in ("", sid):
            return False
        # An attempt that is known to have come to nothing has nothing more to say, unless it arrived after all.
        if state != State.DELIVERED and Attempt.objects.filter(id=marker, outcome=Outcome.REFUSED).exists():
            return False
        passing = state == State.FAILED and fault and not fault.permanent
        if passing and actions.send_again(delivery, marker, reason, after=timedelta(seconds=fault.wait)):
            return True
        changed = actions.report(delivery, state, reason=reason if state == State.FAILED else "", provider_id=sid)
        if changed and fault and fault.disables:
            actions.disable_address(delivery.address, reason)
    if changed and fault and fault.alarm:
        health.note(delivery.channel, reason, worked=False)
    return changed

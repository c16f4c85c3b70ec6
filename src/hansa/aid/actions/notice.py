# SPDX-License-Identifier: Apache-2.0
"""What one party does with an agreement alone: recall, cancel, release early, acknowledge, decline a change."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from hansa import ledger
from hansa.aid.acts.notice import (
    AgreementAcknowledged,
    AgreementCancelled,
    AgreementRecalled,
    AgreementReleased,
    NoticeLine,
)
from hansa.aid.models import Agreement, AgreementNotice, Signature
from hansa.aid.policy.agreement import may_acknowledge, may_notice
from hansa.aid.queries import agreement as queries
from hansa.aid.rules import agreements as rules
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, require
from hansa.ledger import Act, Body, PendingAct

Done = Act | PendingAct
BODIES = {rules.RECALL: AgreementRecalled, rules.CANCELLATION: AgreementCancelled, rules.RELEASE: AgreementReleased}


def give_notice(
    agreement: Agreement,
    kind: str,
    reason: str,
    *,
    actor: Actor,
    at: datetime,
    id: UUID | None = None,
    lines: Mapping[UUID, Decimal] | None = None,
    effective: datetime | None = None,
) -> Done:
    """Recall, cancel or release so much of each line, or everything without `lines`. Takes effect without consent."""
    if id and (known := ledger.get(id)):
        return known
    require(may_notice(actor, agreement, kind))
    if not reason.strip():
        raise Invalid({"reason": _("The other side reads why. Nothing was signed. Write the reason.")})
    wanted = {offer: units for offer, units in (lines or {}).items() if units}
    granted = dict(agreement.lines.values_list("offer", "granted"))
    for offer, units in wanted.items():
        if units < 0:
            raise Invalid({"lines": _("A quantity is below zero. Nothing was signed. Enter zero or more.")})
        if units > granted.get(offer, Decimal(0)):
            raise Invalid({"lines": _("That is more than was agreed. Nothing was signed. Enter a smaller number.")})
    if lines and not wanted:
        raise Invalid({"lines": _("Every line is zero. Nothing was signed. Enter how much is meant.")})
    start = max(effective or at, at)
    if start > at + timedelta(days=366):
        raise Invalid({"effective": _("That is more than a year away. Nothing was signed. Enter an earlier time.")})
    named = tuple(NoticeLine(offer=offer, quantity=units) for offer, units in sorted(wanted.items()))
    body = BODIES[kind](agreement=agreement.id, lines=named, reason=reason.strip(), effective=start)
    return submit_about(agreement, body, actor=actor, id=id)


def recall_agreement(agreement: Agreement, reason: str, *, actor: Actor, at: datetime, **rest) -> Done:
    """Take back what the donor promised and has not sent. Always possible."""
    return give_notice(agreement, rules.RECALL, reason, actor=actor, at=at, **rest)


def cancel_agreement(agreement: Agreement, reason: str, *, actor: Actor, at: datetime, **rest) -> Done:
    """Say that the requester no longer needs what was not sent yet."""
    return give_notice(agreement, rules.CANCELLATION, reason, actor=actor, at=at, **rest)


def release_agreement(agreement: Agreement, reason: str, *, actor: Actor, at: datetime, **rest) -> Done:
    """Let people or goods go before the agreement ends."""
    return give_notice(agreement, rules.RELEASE, reason, actor=actor, at=at, **rest)


def submit_about(
    agreement: Agreement,
    body: Body,
    *,
    actor: Actor,
    id: UUID | None = None,
    refs: tuple[UUID, ...] = (),
    audience=None,
) -> Done:
    """Say something about an agreement to all who read it; the act refers to its signatures."""
    grounds = queries.acts_that_signed(agreement.hashes) or queries.signature_ids(agreement.id)
    return ledger.submit(
        actor,
        body,
        id=id,
        refs=(*grounds, *refs),
        audience=audience or ledger.league_scope(agreement.activation),
        charter=agreement.charter or None,
        exercise=agreement.exercise or None,
    )


def acknowledge_notice(notice: AgreementNotice, *, actor: Actor, note: str = "", id: UUID | None = None) -> Done:
    """Say that the other side has read a recall, a cancellation or a release. Late is possible, and shows."""
    if id and (known := ledger.get(id)):
        return known
    agreement = Agreement.objects.get(id=notice.agreement)
    require(may_acknowledge(actor, agreement, notice.member))
    if (earlier := queries.acknowledged_by(notice.id, actor.member)) and (known := ledger.get(earlier)):
        return known
    body = AgreementAcknowledged(agreement=agreement.id, notice=notice.id, note=note.strip())
    return submit_about(agreement, body, actor=actor, id=id, refs=(notice.id,))


def answer_amendment(
    agreement: Agreement, hash: str, *, actor: Actor, declined: bool, note: str = "", id: UUID | None = None
) -> Done:
    """Acknowledge a proposed change without signing it, or decline it with the reason."""
    if id and (known := ledger.get(id)):
        return known
    row = Signature.objects.filter(agreement=agreement.id, hash=hash).order_by("at", "id").first()
    if row is None:
        raise Invalid({"hash": _("This version is not known here. Nothing was sent. Reload and look again.")})
    require(may_acknowledge(actor, agreement, row.member))
    if declined and not note.strip():
        raise Invalid({"note": _("The other side reads why. Nothing was sent. Write the reason.")})
    body = AgreementAcknowledged(agreement=agreement.id, hash=hash, declined=declined, note=note.strip())
    return submit_about(agreement, body, actor=actor, id=id, refs=(row.id,))

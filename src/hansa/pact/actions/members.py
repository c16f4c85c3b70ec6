# SPDX-License-Identifier: Apache-2.0
"""Joining, vouching, leaving."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Text, require
from hansa.ledger import actions as ledger
from hansa.ledger.act import Act
from hansa.ledger.models import PendingAct
from hansa.pact import naming, places, policy, queries
from hansa.pact.actions.charter import already, body_of
from hansa.pact.acts import MemberEndorsed, MemberRatified, WithdrawalCancelled, WithdrawalNoticed
from hansa.pact.models import Member, Notice, Ratification


def ratify_charter(
    place: places.Place, *, instrument: str, actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Ratify the charter in force, or the league's first one, for the actor's government.

    `instrument` names the ordinance, resolution or statute by which it was decided.
    """
    if id and (known := already(id)):
        return known
    version = queries.charter_in_force(at) or queries.first_version()
    require(policy.may_ratify(actor, version, at))
    if version is None:
        raise ValueError("nobody may ratify without a charter")
    errors: dict[str, Text] = {}
    if not instrument.strip():
        errors["instrument"] = _("Name the ordinance, resolution or statute. Nothing was sent.")
    if place.kind not in version.charter.members.kinds:
        clause = version.charter.clause_for("members")
        errors["kind"] = _("This charter has no members of this kind (clause %(number)s).") % {"number": clause.number}
    if errors:
        raise Invalid(errors)
    body = body_of(MemberRatified, **place.columns, charter=version.digest, instrument=instrument.strip())
    return ledger.submit(actor, body, id=id, refs=[version.act], charter=version.digest)


def join_league(member: str, *, instrument: str, actor: Actor, at: datetime) -> Act | PendingAct:
    """Ratify for a government whose id names a city or state that is known: `hansa init` and the exercise use this."""
    place = places.from_slug(member)
    if place is None:
        raise Invalid({"member": _("No city or state is known as %(member)s. Ratify on the League page.") % {
            "member": member}})  # fmt: skip
    return ratify_charter(place, instrument=instrument, actor=actor, at=at)


def vouch_for(candidate: Member, *, actor: Actor, at: datetime, id: UUID | None = None) -> Act | PendingAct:
    """Vouch for a government that ratified, where the charter asks members to."""
    if id and (known := already(id)):
        return known
    require(policy.may_endorse(actor, candidate, at))
    row = Ratification.objects.get(id=candidate.ratification)
    body = MemberEndorsed(ratification=row.digest, candidate=candidate.slug)
    return ledger.submit(actor, body, id=id, refs=[row.id], charter=row.charter)


def give_notice(
    effective: datetime, *, reason: str = "", actor: Actor, at: datetime, id: UUID | None = None
) -> Act | PendingAct:
    """Give notice: the actor's member leaves at `effective`, at the earliest when the charter's notice has run."""
    if id and (known := already(id)):
        return known
    require(policy.may_give_notice(actor, Member.objects.filter(slug=actor.member).first(), at))
    version = queries.require_version(at)
    earliest = at + version.charter.withdrawal.notice
    if effective < earliest:
        words = {"span": naming.span(version.charter.withdrawal.notice), "time": naming.moment(earliest)}
        message = _("The charter asks for %(span)s of notice. Nothing was sent. Enter a time after %(time)s.") % words
        raise Invalid({"effective": message})
    body = body_of(WithdrawalNoticed, effective=effective, reason=reason.strip())
    return ledger.submit(actor, body, id=id, refs=[version.act], charter=version.digest)


def take_back_notice(*, actor: Actor, at: datetime, id: UUID | None = None) -> Act | PendingAct:
    """Take the running notice back; the actor's member stays."""
    if id and (known := already(id)):
        return known
    member = Member.objects.filter(slug=actor.member).first()
    require(policy.may_take_back(actor, member, at))
    notice = Notice.objects.get(digest=member.notice if member else "")
    version = queries.require_version(at)
    return ledger.submit(
        actor, WithdrawalCancelled(notice=notice.digest), id=id, refs=[notice.id], charter=version.digest
    )

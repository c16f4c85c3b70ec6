# SPDX-License-Identifier: Apache-2.0
"""Who may change the pact: the charter's offices, for members only; guests have no vote."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import ALLOW, Verdict, refuse
from hansa.pact import queries
from hansa.pact.acts import (
    CharterProposed,
    CharterVoted,
    GuestEnded,
    GuestInvited,
    MemberEndorsed,
    MemberRatified,
    WithdrawalCancelled,
    WithdrawalNoticed,
)
from hansa.pact.models import CharterVersion, GuestInvitation, Member, Proposal
from hansa.people import policy as people

NOT_A_MEMBER = _("Your government is not a member now. It can read this, and ratify the charter.")
people.grant(GuestEnded.type, "chief-executive", "emergency-management")


def _of_member(actor: Actor | None, act_type: str, charter: str | None, at: datetime) -> Verdict:
    verdict = people.may_publish(actor, act_type, charter)
    if verdict and actor and actor.member not in queries.members(at):
        return refuse(NOT_A_MEMBER)
    return verdict


def may_propose(actor: Actor | None, version: CharterVersion | None, at: datetime) -> Verdict:
    """Any member may propose a new text once a charter is in force."""
    if version is None:
        return refuse(queries.NO_CHARTER)
    return _of_member(actor, CharterProposed.type, version.digest, at)


def may_vote(actor: Actor | None, proposal: Proposal, at: datetime) -> Verdict:
    """Members that the proposal names vote once in each round, until it closes."""
    verdict = _of_member(actor, CharterVoted.type, proposal.parent, at)
    if not verdict or actor is None:
        return verdict
    if proposal.flaw or proposal.decided_at or (proposal.closed_at or proposal.closes) < at:
        return refuse(_("The votes on this proposal are closed."))
    if actor.member not in proposal.voters:
        return refuse(_("Your government joined after this was proposed. It votes in the next round."))
    if queries.vote_in_round(proposal, actor.member):
        return refuse(_("Your government has voted in this round. A vote is final."))
    return ALLOW


def may_ratify(actor: Actor | None, version: CharterVersion | None, at: datetime) -> Verdict:
    """A government that is no member may ratify the charter in force, or the first one."""
    if version is None:
        return refuse(_("There is no charter yet. Found a league, or join one, with `hansa init`."))
    if actor and actor.member in queries.members(at):
        return refuse(_("Your government has ratified the charter already."))
    if actor and queries.candidates().filter(slug=actor.member).exists():
        return refuse(_("Your government has ratified the charter. It waits for members to vouch for it."))
    return people.may_publish(actor, MemberRatified.type, version.digest)


def may_endorse(actor: Actor | None, candidate: Member, at: datetime) -> Verdict:
    """Members vouch for a government that ratified and waits."""
    if candidate.since is not None:
        return refuse(_("This government is a member already."))
    return _of_member(actor, MemberEndorsed.type, candidate.charter, at)


def may_give_notice(actor: Actor | None, member: Member | None, at: datetime) -> Verdict:
    """A member that has given no notice yet."""
    if member is None or not member.holds(at):
        return refuse(NOT_A_MEMBER)
    if member.notice:
        return refuse(_("Your government has given notice already."))
    version = queries.charter_in_force(at)
    return people.may_publish(actor, WithdrawalNoticed.type, version.digest if version else None)


def may_take_back(actor: Actor | None, member: Member | None, at: datetime) -> Verdict:
    """A member whose notice is running."""
    if member is None or not member.holds(at) or not member.notice:
        return refuse(_("Your government has given no notice that is still running."))
    version = queries.charter_in_force(at)
    return people.may_publish(actor, WithdrawalCancelled.type, version.digest if version else None)


def may_invite_guest(actor: Actor | None, version: CharterVersion | None, at: datetime) -> Verdict:
    """A member, where the charter allows guests."""
    if version is None:
        return refuse(queries.NO_CHARTER)
    if not version.charter.guests.allowed:
        clause = version.charter.clause_for("guests")
        reason = _("The charter allows no guests (clause %(number)s).") % {"number": clause.number}
        return refuse(reason, clause=clause.number)
    return _of_member(actor, GuestInvited.type, version.digest, at)


def may_end_guest(actor: Actor | None, invitation: GuestInvitation) -> Verdict:
    """The member that invited the guest."""
    if actor and actor.member != invitation.author:
        return refuse(_("Only the member that invited a guest can end its stay."))
    return people.may_publish(actor, GuestEnded.type, invitation.charter)

# SPDX-License-Identifier: Apache-2.0
"""What follows here when a government joins, a guest accepts, or members are to vote: keys, duties, notices."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_noop

from hansa import ledger
from hansa.core.actor import Actor
from hansa.duty import actions as duty
from hansa.duty.actions import About
from hansa.duty.wording import Wording
from hansa.ledger import actions as keys
from hansa.ledger import recalling
from hansa.ledger.act import Act
from hansa.ledger.acts import ReaderAdmitted
from hansa.ledger.models import EpochWrap
from hansa.pact import queries
from hansa.pact.actions.guests import TERMS_DUTY
from hansa.pact.acts import (
    CharterProposed,
    CharterVoted,
    GuestAccepted,
    GuestEnded,
    MemberEndorsed,
    MemberRatified,
    WithdrawalNoticed,
)
from hansa.pact.models import GuestInvitation, Member, Proposal
from hansa.pact.naming import member_name
from hansa.people.choices import Office


def _node(member: str) -> Actor:
    """Return the node acting for a member it hosts: it hands out keys, and binds nobody."""
    return Actor(None, member, Office.ADMINISTRATOR.value)


def _a_keyholder(joined: str) -> Iterable[str]:
    """Name one hosted member that holds the league's newest key, when `joined` has become a member without it."""
    epoch = keys.current_epoch()
    if epoch is None or joined not in queries.members():
        return []
    holders = set(EpochWrap.objects.filter(epoch=epoch).values_list("reader", flat=True))
    return [member for member in ledger.hosted_members() if member in holders and member != joined][:1]


def _joined(act: Act) -> str:
    if isinstance(act.body, MemberEndorsed):
        return act.body.candidate
    return act.author


@ledger.on(MemberRatified.type, MemberEndorsed.type, name="share-key", members=lambda act: _a_keyholder(_joined(act)))
def share_key(act: Act, member: str) -> None:
    """Give a new member the league's key."""
    keys.share_epoch(_node(member), _joined(act))


def _host(act: Act) -> Iterable[str]:
    host = GuestInvitation.objects.filter(digest=act.body.invitation).values_list("author", flat=True).first()
    return [host] if host in ledger.hosted_members() else []


@ledger.on(GuestAccepted.type, name="admit-guest", members=_host)
def admit_guest(act: Act, member: str) -> None:
    """Let a guest read what belongs to the activation that it was invited into, what was sealed before it came, too."""
    epoch = keys.current_epoch()
    if epoch is not None:
        audience = f"league:{epoch}:{act.body.activation}"
        keys.submit(_node(member), ReaderAdmitted(audience_name=audience, reader=act.author))
        recalling.give_scope(_node(member), act.body.activation, act.author)


@ledger.on(GuestEnded.type, name="dismiss-guest", members=_host)
def dismiss_guest(act: Act, member: str) -> None:
    """Change the league's key when a guest's stay ends: it reads nothing that is sealed from then on."""
    row = GuestInvitation.objects.filter(digest=act.body.invitation).first()
    if row and keys.current_epoch() is not None:
        keys.dismiss_guest(_node(member), row.activation, row.guest)


def _guest(act: Act) -> Iterable[str]:
    return [act.author] if act.author in ledger.hosted_members() else []


@ledger.on(GuestAccepted.type, name="accepted", members=_guest)
def end_terms(act: Act, member: str) -> None:
    """Take the terms off the guest's list: from here on it owes nothing but what it signs."""
    row = GuestInvitation.objects.filter(digest=act.body.invitation).first()
    if row:
        duty.close_duties(row.id, TERMS_DUTY, at=act.at)


TITLES = {
    "vote": gettext_noop("Vote on the proposal of %(member)s to amend the charter"),
    "vouch": gettext_noop("Say whether you vouch for %(member)s"),
    "joined": gettext_noop("%(member)s ratified the charter"),
    "leaves": gettext_noop("%(member)s gave notice to leave the league"),
}
_CHIEF = Office.CHIEF_EXECUTIVE.value


def _hosted(act: Act) -> Iterable[str]:
    return ledger.hosted_members()


@ledger.on(CharterProposed.type, name="vote", members=_hosted)
def owe_vote(act: Act, member: str) -> None:
    """Put the vote on the list of every member that the proposal names, until the round closes."""
    row = Proposal.objects.get(id=act.id)
    if member in row.voters and queries.vote_in_round(row, member) is None:
        title = Wording(TITLES["vote"], {"member": member_name(act.author)})
        about = About(row.id, reverse("pact:proposal-show", args=[row.id]))
        duty.open_duty("pact.vote", _CHIEF, title, about, due_at=row.closed_at, opened_at=act.at)


@ledger.on(CharterVoted.type, name="voted", members=_hosted)
def end_vote(act: Act, member: str) -> None:
    """Take the vote off the list of whoever has voted in the round, and off everyone's once it is decided."""
    row = Proposal.objects.get(digest=act.body.proposal)
    rivals = list(Proposal.objects.filter(parent=row.parent, round=row.round))
    if member == act.author or any(rival.decided_at for rival in rivals):
        for rival in rivals:
            duty.close_duties(rival.id, "pact.vote", at=act.at)


@ledger.on(MemberRatified.type, name="joined", members=_hosted)
def tell_joined(act: Act, member: str) -> None:
    """Tell the others that a government joined; where members must vouch for it, ask them to."""
    row = Member.objects.filter(slug=act.author).first()
    if row is None or member == act.author or member not in queries.members():
        return
    about = About(act.id, reverse("pact:member-show", args=[act.author]))
    if row.since is None:
        duty.open_duty("pact.vouch", _CHIEF, Wording(TITLES["vouch"], {"member": row.name}), about, opened_at=act.at)
    else:
        duty.tell("pact.joined", Wording(TITLES["joined"], {"member": row.name}), about, at=act.at)


@ledger.on(MemberEndorsed.type, name="vouched", members=_hosted)
def end_vouch(act: Act, member: str) -> None:
    """Take the question off the list of whoever vouched, and off everyone's once the government is a member."""
    row = Member.objects.filter(slug=act.body.candidate).first()
    if row and (member == act.author or row.since is not None):
        duty.close_duties(row.ratification, "pact.vouch", at=act.at)


@ledger.on(WithdrawalNoticed.type, name="leaves", members=_hosted)
def tell_leaving(act: Act, member: str) -> None:
    """Tell the others that a member leaves."""
    if member != act.author and member in queries.members():
        about = About(act.id, reverse("pact:member-show", args=[act.author]))
        duty.tell("pact.leaves", Wording(TITLES["leaves"], {"member": member_name(act.author)}), about, at=act.at)

# SPDX-License-Identifier: Apache-2.0
"""What follows here when a government joins, and when a guest accepts: each gets the key to what it may read."""

from collections.abc import Iterable

from hansa import ledger
from hansa.core.actor import Actor
from hansa.ledger import actions as keys
from hansa.ledger.act import Act
from hansa.ledger.acts import ReaderAdmitted
from hansa.ledger.models import EpochWrap
from hansa.pact import queries
from hansa.pact.acts import GuestAccepted, MemberEndorsed, MemberRatified
from hansa.pact.models import GuestInvitation
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
    """Let a guest read what belongs to the activation that it was invited into, and nothing else of the league."""
    epoch = keys.current_epoch()
    if epoch is not None:
        audience = f"league:{epoch}:{act.body.activation}"
        keys.submit(_node(member), ReaderAdmitted(audience_name=audience, reader=act.author))

# SPDX-License-Identifier: Apache-2.0
"""The league's keys by the clock: a new one every 90 days and whenever the members change; shared with all of them.

The members take turns, so that few of them open the same period: the first by id does it at once, the next one half
an hour later, and so on. What two of them opened all the same is settled by its digest (`acts.epochs`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope
from hansa.core.verdicts import Refused, refuse
from hansa.ledger import lost_keys, opening, registry, sealing
from hansa.ledger.act import Act
from hansa.ledger.acts import ADMINISTRATOR, EpochOpened, EpochShared, ReaderDismissed
from hansa.ledger.acts.epochs import MOST_WRAPS, guests_in, lacking, roll_of
from hansa.ledger.keyring import KeyMissing
from hansa.ledger.models import Epoch, EpochWrap, LoggedAct, PendingAct, Root
from hansa.ledger.publishing import say
from hansa.ledger.reacting import hosted_members
from hansa.ledger.tlog.strict import to_base64

LASTS = timedelta(days=90)
TURN = timedelta(minutes=30)


def node_of(member: str) -> Actor:
    """Return the node acting for a member that it hosts: it hands out keys and confirms, and binds nobody."""
    return Actor(None, member, ADMINISTRATOR)


def standing() -> Epoch | None:
    """Return the key that everybody seals to now: of the newest period, the one with the lowest digest."""
    return Epoch.objects.order_by("-epoch", "digest").first()


def current_epoch() -> int | None:
    """Return the newest key period of the league, None before it was opened."""
    return Epoch.objects.order_by("-epoch").values_list("epoch", flat=True).first()


def open_epoch(actor: Actor, members: Sequence[str]) -> Act | PendingAct:
    """Open the next key period of the league, its key sealed to each of `members` and to the actor's member."""
    from hansa.ledger.actions import submit  # noqa: PLC0415 (actions offers what is here)

    before = standing()
    identity = sealing.new_identity()
    recipient = sealing.recipient_of(identity)
    first = [actor.member, *sorted(set(members) - {actor.member})][:MOST_WRAPS]
    keys = dict(Root.objects.filter(author__in=first).values_list("author", "recipient"))
    wraps = {member: to_base64(sealing.rewrap(identity, to)) for member, to in keys.items()}
    number, everyone = before.epoch + 1 if before else 1, {actor.member, *members}
    body = EpochOpened(epoch=number, recipient=recipient, wraps=wraps, roll=roll_of(everyone))
    opened = submit(actor, body, refs=_rests_on(before, actor.member))
    _share(actor, Epoch(epoch=number, recipient=recipient), sorted(everyone - wraps.keys()), identity)
    return opened


def _rests_on(before: Epoch | None, member: str) -> list:
    """Return the acts that make `member` a holder of the period `before`: its opening, and what shared it."""
    if before is None:
        return []
    opened = LoggedAct.objects.filter(digest=before.digest).values_list("id", flat=True)
    wraps = EpochWrap.objects.filter(epoch=before.epoch, recipient__in=[before.recipient, ""], reader=member)
    return sorted({*opened, *wraps.order_by("at").values_list("act", flat=True)[:1]})


def share_epoch(actor: Actor, member: str) -> list[Act | PendingAct]:
    """Give a member the league's key of every period that it does not have: the late joiner reads what was said."""
    made: list[Act | PendingAct] = []
    for epoch in Epoch.objects.order_by("-epoch", "digest"):
        if lacking(epoch, [member]):
            made += _share(actor, epoch, [member])
    return made


def _share(actor: Actor, epoch: Epoch, members: Sequence[str], identity: str = "") -> list[Act | PendingAct]:
    from hansa.ledger.actions import submit_all  # noqa: PLC0415 (actions offers what is here)

    keys = dict(Root.objects.filter(author__in=members).values_list("author", "recipient"))
    if not keys:
        return []
    identity = identity or opening.epoch_identity(actor.member, epoch.epoch, epoch.recipient)
    shared = submit_all(actor, [
        say(EpochShared(epoch=epoch.epoch, reader=member, wrap=to_base64(sealing.rewrap(identity, to)),
                        recipient=epoch.recipient, to=to))
        for member, to in sorted(keys.items())
    ])  # fmt: skip
    lost_keys.look_again(keys, epoch.epoch)
    return shared


@dataclass(frozen=True, slots=True)
class Due:
    """Why the league's key should change, and since when: `age`, or `members` that came or went."""

    reason: str
    since: datetime


def rotation_due(at: datetime) -> Due | None:
    """Return why the league's key should change, None when it is not too old and is for those who are members."""
    newest = standing()
    if newest is None:
        return None
    members, since = registry.league_members(at)
    if members and newest.roll != roll_of(members):
        return Due("members", since or newest.at)
    return Due("age", newest.at + LASTS) if at >= newest.at + LASTS else None


def holders(epoch: Epoch) -> list[str]:
    """Return the members to which the key of a period was sealed, by id."""
    rows = EpochWrap.objects.filter(epoch=epoch.epoch, recipient__in=[epoch.recipient, ""])
    return sorted(set(rows.values_list("reader", flat=True)))


def _can_open(member: str, epoch: Epoch) -> bool:
    with member_scope(member):
        try:
            opening.epoch_identity(member, epoch.epoch, epoch.recipient)
        except KeyMissing:
            return False
    return True


def rotate(actor: Actor) -> Act | PendingAct:
    """Open the next key period for those who are members now, whatever the clock says. Needs the member's scope."""
    newest = standing()
    if newest is None:
        raise Refused(refuse(_("The league has no key yet. Found the league first.")))
    members = registry.league_members(clock.now())[0] or holders(newest)
    if actor.member not in members or actor.member not in holders(newest):
        raise Refused(refuse(_("Only a member that has the league's key opens its next key period.")))
    return open_epoch(actor, members)


def dismiss_guest(actor: Actor, scope: UUID, guest: str) -> None:
    """Open the next key period, from which on a guest of an activation reads nothing; nobody if it never read."""
    from hansa.ledger.actions import submit  # noqa: PLC0415 (actions offers what is here)

    newest = standing()
    if newest is None or guest not in guests_in(newest.epoch, str(scope)):
        return
    rotate(actor)
    submit(actor, ReaderDismissed(audience_name=f"league:{newest.epoch + 1}:{scope}", reader=guest))


def keep_keys(at: datetime) -> int:
    """Do what is this node's turn: open the next key period, share keys with members that lack one.

    Return how many acts that took. Called by the worker by the clock, and when the members have changed.
    """
    newest = standing()
    if newest is None:
        return 0
    due = rotation_due(at)
    member = _whose_turn(newest, due, at) if due else None
    if member:
        with member_scope(member):
            rotate(node_of(member))
    return bool(member) + _share_missing(at)


def _whose_turn(newest: Epoch, due: Due, at: datetime) -> str | None:
    """Return the hosted member whose turn it is to open the next period, None when others come first."""
    members = registry.league_members(at)[0] or holders(newest)
    turns = [member for member in members if member in holders(newest)]
    hosted = set(hosted_members())
    passed = turns[: int((at - due.since) / TURN) + 1]
    return next((member for member in passed if member in hosted and _can_open(member, newest)), None)


def _share_missing(at: datetime) -> int:
    """Give keys to members that lack one, where a hosted member holds it and nobody was quicker."""
    members, done = registry.league_members(at)[0], 0
    hosted = set(hosted_members())
    for epoch in Epoch.objects.order_by("-epoch", "digest"):
        missing = lacking(epoch, members)
        able = [m for m in holders(epoch) if m in hosted and m in members] if missing else []
        member = next((m for m in able if _can_open(m, epoch)), None)
        if member:
            with member_scope(member):
                done += len(_share(node_of(member), epoch, missing))
    return done

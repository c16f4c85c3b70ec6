# SPDX-License-Identifier: Apache-2.0
"""What can be done with the ledger: say something, approve it, open a log, give out keys."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.reading import uuids
from hansa.core.statements import ask
from hansa.core.verdicts import Invalid, Refused, refuse
from hansa.ledger import approving, keyring, publishing, registry, sealing, sequencer
from hansa.ledger.act import Act, Body, Requirement
from hansa.ledger.acts import ROOT_OFFICE, KeyAdded, RecipientReplaced, RootStated
from hansa.ledger.approval import Approval
from hansa.ledger.audience import PUBLIC, Asked, Audience, Named, named
from hansa.ledger.epochs import current_epoch as current_epoch
from hansa.ledger.epochs import dismiss_guest as dismiss_guest
from hansa.ledger.epochs import open_epoch as open_epoch
from hansa.ledger.epochs import share_epoch as share_epoch
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import League, Log, LoggedAct, PendingAct, PendingApproval, Root
from hansa.ledger.publishing import Said, say


def submit(
    actor: Actor,
    body: Body,
    *,
    id: UUID | None = None,
    refs: Sequence[UUID] = (),
    cites: Sequence[UUID] = (),
    audience: Audience | None = None,
    charter: str | None = None,
    exercise: str | None = None,
) -> Act | PendingAct:
    """Say something for the actor's member: the act is logged and applied, or pending where passkeys must approve.

    The same `id` again returns what the first call made. Raises `Refused` when the actor's office may not, when the
    act may not stand, or when a drill and a real act mix; `Invalid` when it refers to what is not known.
    """
    said = say(body, id, refs=tuple(refs), cites=tuple(cites), charter=charter, exercise=exercise)
    return submit_all(actor, [said], audience=audience)[0]


def submit_all(actor: Actor, said: Sequence[Said], *, audience: Audience | None = None) -> list[Act | PendingAct]:
    """Say several things of one type at once, in order, all or none. See `submit`. Needs the member's scope."""
    body = type(said[0].body)
    if any(type(s.body) is not body for s in said):
        raise ValueError("a batch has acts of one type")
    need = registry.requirement(body.type, actor.member, said[0].charter)
    office = publishing.choose_office(actor, need)
    to = body.audience if audience is None else audience
    if isinstance(to, Named):
        # The same names are the same readers: the author is always one of them.
        to = named({actor.member, *to.members})
    head = publishing.lock(actor.member, office, to, publishing.named_in(said))
    known = _already(said)
    fresh = [s for s in said if s.id not in known]
    drafts = {d.act.id: d for d in publishing.draw_up(head, fresh, at=clock.now(), office=office)}
    for draft in drafts.values():
        publishing.judge(draft)
    if need and need.count:
        pending = {i: _freeze(draft, actor, need) for i, draft in drafts.items()}
        return [known.get(s.id) or pending[s.id] for s in said]
    made = {a.id: a for a in publishing.log_and_apply(head, list(drafts.values()))} if drafts else {}
    return [known.get(s.id) or made[s.id] for s in said]


# An array, so that the index is asked: joined with a list, every act would be read.
_SAID = b"""
SELECT FROM ledger_loggedact WHERE id = ANY($1::uuid[])
UNION ALL SELECT FROM ledger_pendingact WHERE id = ANY($1::uuid[])"""


def _already(said: Sequence[Said]) -> dict[UUID, Act | PendingAct]:
    ids = [s.id for s in said if not s.fresh]
    if not ids:
        return {}
    if not ask(_SAID, uuids(ids)):
        return {}  # as for all but what is sent twice
    known: dict[UUID, Act | PendingAct] = {
        row.id: publishing.read_act(row) for row in LoggedAct.objects.filter(id__in=ids)
    }
    known |= {p.id: p for p in PendingAct.objects.filter(id__in=ids, published_at=None)}
    return known


def _freeze(draft: publishing.Draft, actor: Actor, need: Requirement) -> PendingAct:
    act = draft.act
    return PendingAct.objects.create(
        id=act.id, type=act.type, readers=act.audience, office=act.office, tail=draft.tail, salt=draft.salt,
        digest=act.digest, offices=list(need.offices), count=need.count, clause=need.clause, created_by=actor.person,
    )  # fmt: skip


def read_pending(pending: PendingAct) -> Act:
    """Return the act that a pending one will be, read from its frozen bytes, as of now."""
    return publishing.thaw(pending, clock.now()).act


def approve(pending: PendingAct, approval: Approval, *, actor: Actor) -> Act | PendingAct:
    """Add one person's approval to one act. See `approve_all`."""
    return approve_all([(pending, approval)], actor=actor)[0]


@transaction.atomic
def approve_all(given: Sequence[tuple[PendingAct, Approval]], *, actor: Actor) -> list[Act | PendingAct]:
    """Add one person's approvals, all or none; whatever then has all that it needs is logged and applied.

    An act that was signed already is returned as it is; a second approval by the same person changes nothing. Raises
    `Refused` when the passkey does not verify, when the person does not hold the office now, or when an act may no
    longer stand.
    """
    ids = [pending.id for pending, _approval in given]
    done: dict[UUID, Act | PendingAct] = {
        row.id: publishing.read_act(row) for row in LoggedAct.objects.filter(id__in=ids)
    }
    # In the order of their ids, so that two people who approve the same list at once do not wait for each other.
    locked = {p.id: p for p in PendingAct.objects.select_for_update().filter(id__in=ids).order_by("id")}
    now = clock.now()
    drafts: dict[UUID, publishing.Draft] = {}
    for pending, approval in given:
        if pending.id not in done:
            drafts[pending.id] = _checked(locked[pending.id], approval, actor, now)
    PendingApproval.objects.bulk_create(
        [
            PendingApproval(pending=p.id, person=a.person, member=actor.member, approval=a.to_json())
            for p, a in given
            if p.id in drafts
        ],
        ignore_conflicts=True,
    )
    done |= _log_complete([locked[i] for i in ids if i in drafts], drafts, actor, now)
    return [done[i] for i in ids]


def _checked(pending: PendingAct, approval: Approval, actor: Actor, now: datetime) -> publishing.Draft:
    """Return what an approval is for, or refuse the approval."""
    if pending.dropped_at:
        raise Refused(refuse(_("This was withdrawn before it was signed. Nothing was signed.")))
    draft = publishing.thaw(pending, now)
    if actor.person is None or str(actor.person) != approval.person:
        raise Refused(refuse(_("Another person's passkey answered. Nothing was signed.")))
    if not registry.holds_office(actor.member, actor.person, tuple(pending.offices), now):
        raise Refused(refuse(_("You do not hold an office that signs this. Nothing was signed."), *pending.offices))
    approving.check(draft.act, approval)
    return draft


def _still_counts(draft: publishing.Draft, pending: PendingAct, approval: Approval, now: datetime) -> bool:
    """Return whether an earlier approval still counts: an act is judged by the offices and passkeys of its own time."""
    try:
        approving.check(draft.act, approval)
    except Refused:
        return False
    return registry.holds_office(pending.member, UUID(approval.person), tuple(pending.offices), now)


def _log_complete(
    pendings: Sequence[PendingAct], drafts: dict[UUID, publishing.Draft], actor: Actor, now: datetime
) -> dict[UUID, Act | PendingAct]:
    """Log those that have every approval they need, together where office and readers are the same.

    Who approved earlier and has left office, or lost the passkey, counts no more: no other node would count them.
    """
    given: dict[UUID, list[Approval]] = {}
    rows = PendingApproval.objects.filter(pending__in=[p.id for p in pendings]).order_by("approved_at", "id")
    by_id = {p.id: p for p in pendings}
    for pending_id, stored in rows.values_list("pending", "approval"):
        approval = Approval.from_json(stored)
        own = approval.person == str(actor.person)
        if own or _still_counts(drafts[pending_id], by_id[pending_id], approval, now):
            given.setdefault(pending_id, []).append(approval)
    done: dict[UUID, Act | PendingAct] = {p.id: p for p in pendings}
    complete = [p for p in pendings if len(given[p.id]) >= p.count]
    for (office, readers), rows_of in groupby(complete, key=lambda p: (p.office, p.readers)):
        group = list(rows_of)
        head = sequencer.lock(group[0].member, office, Asked(readers))
        for pending in group:
            publishing.judge(drafts[pending.id])
        logged = publishing.log_and_apply(head, [drafts[p.id] for p in group], [given[p.id] for p in group])
        done |= {act.id: act for act in logged}
    PendingAct.objects.filter(id__in=[p.id for p in complete]).update(published_at=now)
    return done


def drop_pending(pending: PendingAct, *, actor: Actor) -> None:
    """Withdraw an act that was drawn up and not yet signed by everyone it needs."""
    changed = PendingAct.objects.filter(id=pending.id, published_at=None, dropped_at=None).update(
        dropped_at=clock.now()
    )
    if not changed:
        raise Refused(refuse(_("This is signed already. It can be withdrawn only by a new act.")))


# Founding: a member's root speaks with recovery keys that are in memory once and never stored.


def found_node(league: str, *, exercise: str | None) -> League:
    """Make this node serve `league`; the same league again changes nothing, another one is refused."""
    with suppress(League.DoesNotExist):
        found = League.objects.get()
        if (found.id, found.exercise) != (league, exercise):
            raise Invalid({"league": _("This node serves the league %s already.") % found.id})
        return found
    return League.objects.create(id=league, exercise=exercise)


@transaction.atomic
def open_log(
    member: str, *, roots: Sequence[SigningKey], threshold: int, offices: Sequence[str], log: SigningKey | None = None
) -> Act:
    """Open a member's log on this node: root, log key, reading key, and a signing key for each office.

    Needs the member's scope. `roots` are the recovery keys; `threshold` of them sign.
    """
    league = League.objects.get()
    log = log or SigningKey.generate()
    identity = sealing.new_identity()
    recipient = sealing.recipient_of(identity)
    origin = f"hansa/{league.id}/{member}"
    Log.objects.create(origin=origin, league=league.id, author=member, hosted=True)
    keyring.keep(log.public.hex(), keyring.LOG, log.seed, member=member)
    keyring.keep(recipient, keyring.READING, identity.encode(), member=member)
    body = RootStated(
        member=member, root_keys=tuple(r.public.hex() for r in roots), threshold=threshold, log_key=log.public.hex(),
        encryption=recipient, version=1,
    )  # fmt: skip
    first = publish_by_root(member, [body], signers=roots[:threshold], log_key=log.public.hex())[0]
    add_office_keys(member, offices, signers=roots[:threshold])
    return first


def publish_by_root(
    member: str, bodies: Sequence[Body], *, signers: Sequence[SigningKey], log_key: str = ""
) -> list[Act]:
    """Log acts that the recovery keys sign: keys, first administrators, passkeys. All or none."""
    with transaction.atomic():
        head = sequencer.lock(member, ROOT_OFFICE, Asked(PUBLIC))
        if log_key:
            head = replace(head, log_key=log_key)
        else:
            _check_root(member, signers)
        drafts = publishing.draw_up(head, [say(body) for body in bodies], at=clock.now(), office=ROOT_OFFICE)
        for draft in drafts:
            publishing.judge(draft)
        return publishing.log_and_apply(head, drafts, signers=list(signers))


def _check_root(member: str, signers: Sequence[SigningKey]) -> None:
    root = Root.objects.get(author=member)
    valid = {s.public.hex() for s in signers} & set(root.keys)
    if len(valid) < root.threshold:
        reason = _("%(given)s of %(needed)s recovery keys of %(member)s were given. Nothing was signed.")
        raise Refused(refuse(reason % {"given": len(valid), "needed": root.threshold, "member": member}, ROOT_OFFICE))


def add_office_keys(member: str, offices: Sequence[str], *, signers: Sequence[SigningKey]) -> None:
    """Give offices new signing keys on this node, signed by the root. Needs the member's scope."""
    made = {office: SigningKey.generate() for office in offices}
    for office, key in made.items():
        keyring.keep(key.public.hex(), keyring.office_purpose(office), key.seed, member=member)
    if made:
        bodies = [KeyAdded(key=key.public.hex(), office=office) for office, key in made.items()]
        publish_by_root(member, bodies, signers=signers)


@transaction.atomic
def replace_reading_key(member: str, *, signers: Sequence[SigningKey]) -> Act:
    """Give a member a new key to read by, signed by its recovery keys: the old one was lost, or is in other hands.

    Needs the member's scope. What the old key opens stays readable here while the node keeps it.
    """
    identity = sealing.new_identity()
    recipient = sealing.recipient_of(identity)
    keyring.keep(recipient, keyring.READING, identity.encode(), member=member)
    return publish_by_root(member, [RecipientReplaced(recipient=recipient)], signers=signers)[0]

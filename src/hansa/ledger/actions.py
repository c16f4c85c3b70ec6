# SPDX-License-Identifier: Apache-2.0
"""What can be done with the ledger: say something, approve it, open a log, give out keys."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Refused, refuse
from hansa.ledger import approving, keyring, opening, publishing, registry, sealing, sequencer
from hansa.ledger.act import Act, Body, Requirement
from hansa.ledger.acts import ROOT_OFFICE, EpochOpened, EpochShared, KeyAdded, RootStated
from hansa.ledger.approval import Approval
from hansa.ledger.audience import PUBLIC, Asked, Audience
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import Epoch, EpochWrap, League, Log, LoggedAct, PendingAct, PendingApproval, Root
from hansa.ledger.publishing import Said, say
from hansa.ledger.tlog.strict import to_base64


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


def current_epoch() -> int | None:
    """Return the newest key period of the league, None before it was opened."""
    return Epoch.objects.order_by("-epoch").values_list("epoch", flat=True).first()


def _already(said: Sequence[Said]) -> dict[UUID, Act | PendingAct]:
    ids = [s.id for s in said if not s.fresh]
    if not ids:
        return {}
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


@transaction.atomic
def approve(pending: PendingAct, approval: Approval, *, actor: Actor) -> Act | PendingAct:
    """Add one person's approval; with the last one that is needed, log and apply the act.

    A second approval by the same person changes nothing. Raises `Refused` when the passkey does not verify, when the
    person does not hold the office now, or when the act may no longer stand.
    """
    logged = LoggedAct.objects.filter(id=pending.id).first()
    if logged:
        return publishing.read_act(logged)
    pending = PendingAct.objects.select_for_update().get(id=pending.id)
    if pending.dropped_at:
        raise Refused(refuse(_("This was withdrawn before it was signed. Nothing was signed.")))
    now = clock.now()
    draft = publishing.thaw(pending, now)
    if str(actor.person) != approval.person:
        raise Refused(refuse(_("Another person's passkey answered. Nothing was signed.")))
    if not registry.holds_office(actor.member, actor.person, tuple(pending.offices), now):
        raise Refused(refuse(_("You do not hold an office that signs this. Nothing was signed."), *pending.offices))
    approving.check(draft.act, approval)
    PendingApproval.objects.get_or_create(
        pending=pending.id, person=actor.person, member=actor.member, defaults={"approval": approval.to_json()}
    )
    given = [Approval.from_json(a) for a in PendingApproval.objects.filter(pending=pending.id)
             .order_by("approved_at", "id").values_list("approval", flat=True)]  # fmt: skip
    if len(given) < pending.count:
        return pending
    head = sequencer.lock(actor.member, pending.office, Asked(pending.readers))
    publishing.judge(draft)
    act = publishing.log_and_apply(head, [draft], [given])[0]
    PendingAct.objects.filter(id=pending.id).update(published_at=now)
    return act


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


def open_epoch(actor: Actor, members: Sequence[str]) -> Act | PendingAct:
    """Open the next key period of the league, its key sealed to each of `members`."""
    identity = sealing.new_identity()
    recipients = dict(Root.objects.filter(author__in=members).values_list("author", "recipient"))
    wraps = {m: to_base64(sealing.rewrap(identity, r)) for m, r in recipients.items()}
    body = EpochOpened(epoch=(current_epoch() or 0) + 1, recipient=sealing.recipient_of(identity), wraps=wraps)
    return submit(actor, body)


def share_epoch(actor: Actor, member: str) -> Act | PendingAct | None:
    """Give the league's key to a member that has just joined; None when it has it already."""
    epoch = current_epoch()
    if epoch is None or EpochWrap.objects.filter(epoch=epoch, reader=member).exists():
        return None
    recipient = Root.objects.get(author=member).recipient
    wrap = to_base64(sealing.rewrap(opening.epoch_identity(actor.member, epoch), recipient))
    return submit(actor, EpochShared(epoch=epoch, reader=member, wrap=wrap))

# SPDX-License-Identifier: Apache-2.0
"""What a hold does to sealed acts: counsel gets the one wrap that outlives a purge. It revives nothing.

Copies are made by the worker from when the hold is placed, some at a time, and before any purge that would destroy
an act that has none yet. A copy holds the act's own ciphertext, with the act's key wrapped to a key made for the hold:
only who may read there can open it, and prove it against the leaf.
"""

import base64
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from procrastinate.contrib.django import app

from hansa.core.rls import current_member, member_scope
from hansa.evidence import kinds
from hansa.evidence.models import HeldCopy, Hold
from hansa.ledger import keyring, opening, registry, sealing
from hansa.ledger.act import Act, build, is_sealed, open_tail, read_payload
from hansa.ledger.envelope import decode
from hansa.ledger.keys import open_private, seal_private
from hansa.ledger.models import Epoch, Leaf, LoggedAct, SealedBody, Wrap
from hansa.ledger.reacting import hosted_members

COPY = "evidence.copy-held"
CHUNK = 200
STUCK = timedelta(minutes=15)


def new_key(hold: UUID, member: str) -> tuple[str, bytes]:
    """Return the recipient of a hold, and its secret half, encrypted with the node's key and bound to the hold."""
    identity = sealing.new_identity()
    return sealing.recipient_of(identity), seal_private(identity.encode(), _node_key(), context=_context(hold, member))


def _node_key() -> bytes:
    return base64.b64decode(settings.HANSA_KEY, validate=True)


def _context(hold: UUID, member: str) -> str:
    return f"{member}/hold/{hold}"


def in_force() -> list[Hold]:
    """Return the holds of the open member that nobody released."""
    return list(Hold.objects.filter(released_at=None).order_by("placed_at"))


def covered(hold: Hold) -> QuerySet[LoggedAct]:
    """Return the sealed acts that stand here and that a hold names, by id."""
    types = {name for code in hold.kinds if (known := kinds.kind(code)) for name in known.acts}
    of_kind = Q(id__isnull=False) if kinds.EVERY_ACT in types else Q(type__in=types)
    if hold.since:
        of_kind &= Q(at__gte=_midnight(hold.since))
    if hold.until:
        of_kind &= Q(at__lt=_midnight(hold.until) + timedelta(days=1))
    return LoggedAct.objects.exclude(audience="public").filter(Q(id__in=hold.acts) | of_kind).order_by("id")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def copy_next(hold_id: UUID, at: datetime) -> bool:
    """Put the copies of the next acts of a hold aside, as many as a short transaction takes; return if more are left.

    Nothing waits for it: what is to be purged first is copied by the purge. Needs the member's scope.
    """
    hold = Hold.objects.select_for_update().filter(id=hold_id, released_at=None, copied_at=None).first()
    if hold is None:
        return False
    rows = covered(hold)
    if hold.copied_to:
        rows = rows.filter(id__gt=hold.copied_to)
    chunk = list(rows[:CHUNK])
    for row in chunk:
        copy(hold, row, at)
    over = len(chunk) < CHUNK
    Hold.objects.filter(id=hold.id).update(
        copied_to=chunk[-1].id if chunk else hold.copied_to, copying_at=at, copied_at=at if over else None
    )
    return not over


def copy_on(hold_id: UUID, member: str, at: datetime) -> None:
    """Put the next copies aside, and have the worker go on with those after them. Needs the member's scope."""
    if copy_next(hold_id, at):
        app.configure_task(COPY).defer(hold=str(hold_id), member=member)


def resume(at: datetime) -> int:
    """Go on with copies whose job was lost; return of how many holds. Needs the member's scope."""
    stuck = Hold.objects.filter(released_at=None, copied_at=None).exclude(copying_at__gt=at - STUCK)
    ids = list(stuck.values_list("id", "member"))
    for id, member in ids:
        copy_on(id, member, at)
    return len(ids)


def copy(hold: Hold, row: LoggedAct, at: datetime) -> bool:
    """Put the sealed copy of an act aside for counsel, unless it is there; False when the member cannot open the act.

    Call it in the member's scope: what the member itself does not read, its counsel does not get.
    """
    if HeldCopy.objects.filter(hold=hold, act=row.id).exists():
        return True
    entry = Leaf.objects.filter(origin=row.origin, index=row.index).values_list("entry", flat=True).get()
    shown = read_payload(decode(bytes(entry)).payload)
    body = SealedBody.objects.filter(ciphertext_hash=shown["ciphertext"]).first() if is_sealed(shown) else None
    key = _key_of(hold.member, shown["ciphertext"]) if body else None
    if body is None or key is None:
        return False
    HeldCopy.objects.create(
        hold=hold, act=row.id, type=row.type, author=row.author, origin=row.origin, index=row.index, said_at=row.at,
        commitment=shown["commitment"], ciphertext=bytes(body.ciphertext), wrap=sealing.rewrap(key, hold.recipient),
        copied_at=at,
    )  # fmt: skip
    return True


def _key_of(member: str, ciphertext_hash: str) -> str | None:
    """Return the key of one act, by a wrap that is `member`'s own or its league's; None without one that opens."""
    for wrap in Wrap.objects.filter(ciphertext_hash=ciphertext_hash).order_by("reader"):
        for identity in _identities(member, wrap.reader):
            with suppress(sealing.SealingError):
                return sealing.unwrap(bytes(wrap.wrap), identity)
    return None


def _identities(member: str, reader: str) -> Iterator[str]:
    """Yield the secret keys by which `member` itself opens a wrap made to `reader`; other members' keys on this node
    are theirs."""
    if reader.removeprefix(sealing.GIVEN) == member:
        yield from keyring.reading_identities(member)
    elif reader.startswith("league:"):
        epoch = int(reader.split(":")[1])
        for recipient in Epoch.objects.filter(epoch=epoch).order_by("digest").values_list("recipient", flat=True):
            with suppress(keyring.KeyMissing):
                yield opening.epoch_identity(member, epoch, recipient)


def held(ids: frozenset[UUID], at: datetime) -> frozenset[UUID]:
    """Return which of these acts a hold keeps, counsel's copies made; the ledger's purge asks this before it destroys.

    Looks at the member whose scope is open; in the node's scope, at every hosted member.
    """
    member = current_member()
    found: set[UUID] = set()
    for one in [member] if member else hosted_members():
        with member_scope(one):
            found |= _held_here(ids, at)
    return frozenset(found)


def _held_here(ids: frozenset[UUID], at: datetime) -> set[UUID]:
    holds = in_force()
    if not holds:
        return set()
    rows = list(LoggedAct.objects.filter(id__in=ids).exclude(audience="public"))
    kept = set(HeldCopy.objects.filter(act__in=ids, hold__in=holds).values_list("act", flat=True))
    for hold in holds:
        for row in rows:
            if hold.scope.covers(row.id, kinds.kinds_of_act(row.type), row.at.date()) and copy(hold, row, at):
                kept.add(row.id)
    return kept


def open_copy(held_copy: HeldCopy) -> Act:
    """Return the act of a copy, opened with the hold's key and proven against its leaf's commitment.

    `SealingError` when it is not what the leaf committed to. The caller has asked who may read, and written it down.
    """
    hold = held_copy.hold
    identity = open_private(bytes(hold.key), _node_key(), context=_context(hold.id, hold.member)).decode()
    opened = sealing.open_body(bytes(held_copy.ciphertext), bytes(held_copy.wrap), identity)
    sealing.check_commitment(opened.tail, opened.salt, bytes.fromhex(held_copy.commitment))
    entry = Leaf.objects.filter(origin=held_copy.origin, index=held_copy.index).values_list("entry", flat=True).get()
    stub = read_payload(decode(bytes(entry)).payload)
    if stub["commitment"] != held_copy.commitment:
        raise sealing.SealingError("the leaf commits to something else")
    fields = open_tail(opened.tail, stub["at"])
    return build(fields, held_copy.commitment, registry.body_type(fields["type"]), held_copy.index)

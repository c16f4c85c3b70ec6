# SPDX-License-Identifier: Apache-2.0
"""What a hold does to sealed acts: counsel gets the one wrap that outlives a purge. It revives nothing.

A copy is made when the hold is placed, and, for acts that come into its scope later, before the purge that would
destroy them. It holds the act's own ciphertext, with the act's key wrapped to a key made for the hold: only who may
read there can open it, and prove it against the leaf.
"""

import base64
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.conf import settings

from hansa.core.rls import current_member, member_scope
from hansa.evidence import kinds
from hansa.evidence.models import HeldCopy, Hold
from hansa.ledger import keyring, opening, registry, sealing
from hansa.ledger.act import Act, build, is_sealed, open_tail, read_payload
from hansa.ledger.envelope import decode
from hansa.ledger.keys import open_private, seal_private
from hansa.ledger.models import Epoch, Leaf, LoggedAct, SealedBody, Wrap
from hansa.ledger.reacting import hosted_members


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


def covered(hold: Hold) -> Iterable[LoggedAct]:
    """Yield the sealed acts that stand here and that a hold names."""
    types = {name for code in hold.kinds if (known := kinds.kind(code)) for name in known.acts}
    rows = LoggedAct.objects.exclude(audience="public")
    named = rows if kinds.EVERY_ACT in types else rows.filter(id__in=hold.acts) | rows.filter(type__in=types)
    for row in named.order_by("at"):
        if hold.scope.covers(row.id, kinds.kinds_of_act(row.type), row.at.date()):
            yield row


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

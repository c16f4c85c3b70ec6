# SPDX-License-Identifier: Apache-2.0
"""Purging: what a sealed act said is destroyed here when its time is over; its leaf stays, and proves that it was.

What is destroyed: wraps, ciphertext (which holds the salt), opened rows, drafts, and what parts wrote of it for their
own use. Each holder's receipt says so in its log. The clock is the part's to keep, by what its act types declare as
`personal`; a recall (`recalling`) sets one for everybody. On a node with several members only those destroy whose
time it is: the key is wrapped anew to the others, and the wraps that everybody could open go.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal
from uuid import UUID

from django.db import transaction

from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.ledger import publishing, registry, sealing, standing
from hansa.ledger.act import is_sealed, read_payload
from hansa.ledger.acts import ADMINISTRATOR, BodyPurged
from hansa.ledger.acts.recalls import MOST, Sealed, stub_at
from hansa.ledger.audience import PUBLIC, Asked
from hansa.ledger.choices import Kept
from hansa.ledger.envelope import decode
from hansa.ledger.models import (
    Key,
    Leaf,
    Log,
    LoggedAct,
    ParkedLeaf,
    PendingAct,
    Reader,
    Reading,
    Root,
    SealedBody,
    Wrap,
)  # fmt: skip
from hansa.ledger.opening import Opener
from hansa.ledger.reacting import hosted_members

Answered = Literal[Kept.DESTROYED, Kept.HELD]
_ANSWERS: tuple[Answered, ...] = (Kept.DESTROYED, Kept.HELD)
# A wrap that was destroyed: the row stays as long as the body does, so that it is known who read it.
GONE = b""


@transaction.atomic
def purge(ids: Iterable[UUID]) -> int:
    """Destroy sealed acts for every member of this node, with a receipt of each; return how many there were.

    What a hold keeps is left to counsel alone (`registry.held`), and the receipt says so. `ValueError` for an act that
    is not sealed: its words are in the leaf, and a log never changes.
    """
    wanted = list(dict.fromkeys(ids))
    with node_scope():
        rows = list(LoggedAct.objects.filter(id__in=wanted))
    destroy(dict.fromkeys(hosted_members(), rows), rows)
    return len(rows)


@transaction.atomic
def purge_for(whose: Mapping[str, Collection[UUID]]) -> int:
    """Destroy sealed acts for the members whose clock has run out, each its own; return how many acts it were."""
    with node_scope():
        rows = {row.id: row for row in LoggedAct.objects.filter(id__in={id for ids in whose.values() for id in ids})}
    mine = {member: [rows[id] for id in ids if id in rows] for member, ids in whose.items()}
    return destroy(mine, list(rows.values())) if rows else 0


@transaction.atomic
def destroy(whose: Mapping[str, Sequence[LoggedAct]], rows: Sequence[LoggedAct]) -> int:
    """Destroy acts (`rows`) for the members that `whose` names, each its own, and log their receipts.

    What a member does not read, or has destroyed already, it has nothing to say about. Return how many acts it was.
    """
    with node_scope():
        names = _ciphertexts(rows)
        readers = standing.readers_of_all({row.digest: standing.act_of(row).audience for row in rows})
    ends = {member: [row for row in mine if member in readers[row.digest]] for member, mine in whose.items()}
    ending = {member: {row.id for row in mine} for member, mine in ends.items()}
    rows = [row for row in rows if any(row.id in mine for mine in ending.values())]
    kept = {member: _held(member, mine) for member, mine in ends.items() if mine}
    with node_scope():
        here = standing.hosted()
        over = []
        for row in rows:
            left = {m for m in readers[row.digest] & here if row.id not in ending.get(m, ())}
            if left:
                _narrow(names[row.id], left)
            else:
                over.append(row)
        clear([names[row.id] for row in over])
        standing.remove(over)
        _withdraw_readers({row.audience for row in over if row.audience.startswith("named:")})
    publishing.forget_read()
    with standing.postponed() as answered:  # every receipt changes who reads: the rows are folded anew once
        for member, mine in ends.items():
            _forget_locally(member, mine)
            for state in _ANSWERS:
                confirm(member, [r for r in mine if (r.id in kept.get(member, ())) == (state == Kept.HELD)], state)
    standing.settle(answered)
    return len(rows)


def _held(member: str, rows: Sequence[LoggedAct]) -> frozenset[UUID]:
    with member_scope(member):
        return registry.held([row.id for row in rows], clock.now())


def confirm(member: str, rows: Sequence[LoggedAct], state: Answered) -> None:
    """Log a member's receipts. A member whose node has no key to sign with stays silent, which everyone sees."""
    bodies = [Sealed(author=row.author, index=row.index, digest=row.digest) for row in rows]
    log_receipts(member, bodies, state)


def log_receipts(member: str, bodies: Sequence[Sealed], state: Answered) -> None:
    """Log receipts for sealed bodies by the node of `member`, as many to an act as fit."""
    with member_scope(member):
        office = _signing_office(member)
        if not bodies or office is None:
            return
        head = publishing.sequencer.lock(member, office, Asked(PUBLIC))
        said = [
            publishing.say(BodyPurged(bodies=tuple(bodies[start : start + MOST]), state=state))
            for start in range(0, len(bodies), MOST)
        ]
        drafts = publishing.draw_up(head, said, at=clock.now(), office=office)
        publishing.log_and_apply(head, drafts)


def _signing_office(member: str) -> str | None:
    held = set(Key.objects.filter(author=member, revoked_index=None).values_list("office", flat=True))
    return ADMINISTRATOR if ADMINISTRATOR in held else min(held, default=None)


def _forget_locally(member: str, rows: Sequence[LoggedAct]) -> None:
    ids = [row.id for row in rows]
    with member_scope(member):
        PendingAct.objects.filter(id__in=ids).delete()
        Reading.objects.filter(act__in=ids).delete()
        registry.tell_destroyed(frozenset(ids))


def clear(ciphertexts: Collection[str]) -> None:
    """Destroy what this node keeps of sealed bodies: every wrap, and the ciphertext with the salt in it."""
    Wrap.objects.filter(ciphertext_hash__in=ciphertexts).delete()
    SealedBody.objects.filter(ciphertext_hash__in=ciphertexts).delete()


def _narrow(ciphertext: str, left: Collection[str]) -> None:
    """Leave the key of a body to some members alone: wrap it to each of them, and destroy all other wraps."""
    body = SealedBody.objects.get(ciphertext_hash=ciphertext)
    wraps = {w.reader: bytes(w.wrap) for w in Wrap.objects.filter(ciphertext_hash=ciphertext)}
    key = Opener().key(bytes(body.ciphertext), wraps)
    recipients = dict(Root.objects.filter(author__in=left).values_list("author", "recipient"))
    if key is None:
        raise sealing.SealingError("this node has no key for what it would keep")
    named = {reader.removeprefix(sealing.GIVEN) for reader in wraps}
    for reader in wraps:
        if reader.removeprefix(sealing.GIVEN) in left:
            continue
        if reader.startswith(("league:", sealing.GIVEN)):
            Wrap.objects.filter(ciphertext_hash=ciphertext, reader=reader).delete()
        else:
            Wrap.objects.filter(ciphertext_hash=ciphertext, reader=reader).update(wrap=GONE)
    for reader in sorted(set(left) - named):
        wrap = sealing.rewrap(key, recipients[reader])
        Wrap.objects.update_or_create(ciphertext_hash=ciphertext, reader=reader, defaults={"wrap": wrap})


def clear_answered(league: str, bodies: Iterable[Sealed]) -> list[str]:
    """Destroy what came again of bodies that no member of this node reads any more; return their digests.

    Needs the node's scope. Called when a receipt of a member of this node comes from elsewhere, after a restore.
    """
    over = []
    for body in bodies:
        shown = stub_at(league, body.author, body.index)
        if shown and shown["commitment"] == body.digest and not LoggedAct.objects.filter(digest=body.digest).exists():
            if not still_read(shown):
                clear([shown["ciphertext"]])
                ParkedLeaf.objects.filter(origin=f"hansa/{league}/{body.author}", index=body.index).delete()
                over.append(body.digest)
    return over


def still_read(shown: Mapping) -> bool:
    """Return whether a member of this node may still read the sealed act with this stub, as far as is known."""
    wraps = Wrap.objects.filter(ciphertext_hash=shown["ciphertext"]).exclude(wrap=GONE)
    direct = {reader.removeprefix(sealing.GIVEN) for reader in wraps.values_list("reader", flat=True)}
    return standing.may_be_read(shown["commitment"], shown["audience"], direct)


def _withdraw_readers(audiences: set[str]) -> None:
    """Forget who reads an audience to which nothing that is open here belongs any more; a later act names them again.

    Whoever writes to it holds their log from before they look its readers up until they are done: wait for them.
    """
    readers = Reader.objects.filter(name__in=audiences).values_list("reader", flat=True)
    list(Log.objects.select_for_update().filter(author__in=set(readers)).order_by("origin").values_list("origin"))
    used = set(LoggedAct.objects.filter(audience__in=audiences).values_list("audience", flat=True))
    Reader.objects.filter(name__in=audiences - used).delete()


def ciphertext_of(row: LoggedAct) -> str:
    """Return the hash of the ciphertext of a logged act; `ValueError` when it is not sealed."""
    return _ciphertexts([row])[row.id]


def _ciphertexts(rows: Sequence[LoggedAct]) -> dict[UUID, str]:
    places: dict[str, dict[int, UUID]] = {}
    for row in rows:
        places.setdefault(row.origin, {})[row.index] = row.id
    found = {}
    for origin, ids in places.items():
        for index, entry in Leaf.objects.filter(origin=origin, index__in=ids).values_list("index", "entry"):
            shown = read_payload(decode(bytes(entry)).payload)
            if not is_sealed(shown):
                raise ValueError(f"the act {ids[index]} is not sealed: it cannot be purged")
            found[ids[index]] = shown["ciphertext"]
    return found

# SPDX-License-Identifier: Apache-2.0
"""Purging: what a sealed act said is destroyed here when its time is over; its leaf stays, and proves that it was.

The clock is the part's to keep, by what its act types declare as `personal`.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from hansa.core.rls import member_scope, node_scope
from hansa.ledger import publishing, registry
from hansa.ledger.act import is_sealed, read_payload
from hansa.ledger.envelope import decode
from hansa.ledger.models import Leaf, Log, LoggedAct, PendingAct, Reader, SealedBody, Wrap
from hansa.ledger.reacting import hosted_members


@transaction.atomic
def purge(ids: Iterable[UUID]) -> int:
    """Destroy keys, ciphertext (which holds the salt) and opened rows of these sealed acts; return how many there were.

    `ValueError` for an act that is not sealed: its words are in the leaf, and a log never changes.
    """
    wanted = list(dict.fromkeys(ids))
    with node_scope():
        rows = list(LoggedAct.objects.filter(id__in=wanted))
        bodies = [_ciphertext_of(row) for row in rows]
        for type_name in sorted({row.type for row in rows}):
            registry.body_type(type_name).forget([publishing.read_act(r) for r in rows if r.type == type_name])
        Wrap.objects.filter(ciphertext_hash__in=bodies).delete()
        SealedBody.objects.filter(ciphertext_hash__in=bodies).delete()
        LoggedAct.objects.filter(id__in=[row.id for row in rows]).delete()
        _withdraw_readers({row.audience for row in rows if row.audience.startswith("named:")})
    for member in hosted_members():
        with member_scope(member):
            PendingAct.objects.filter(id__in=wanted).delete()
    return len(rows)


def _withdraw_readers(audiences: set[str]) -> None:
    """Forget who reads an audience to which nothing that is open here belongs any more; a later act names them again.

    Whoever writes to it holds their log from before they look its readers up until they are done: wait for them.
    """
    readers = Reader.objects.filter(name__in=audiences).values_list("reader", flat=True)
    list(Log.objects.select_for_update().filter(author__in=set(readers)).order_by("origin").values_list("origin"))
    used = set(LoggedAct.objects.filter(audience__in=audiences).values_list("audience", flat=True))
    Reader.objects.filter(name__in=audiences - used).delete()


def _ciphertext_of(row: LoggedAct) -> str:
    entry = Leaf.objects.filter(origin=row.origin, index=row.index).values_list("entry", flat=True).get()
    shown = read_payload(decode(bytes(entry)).payload)
    if not is_sealed(shown):
        raise ValueError(f"the act {row.id} is not sealed: it cannot be purged")
    return shown["ciphertext"]

# SPDX-License-Identifier: Apache-2.0
"""Who reads a sealed act now: its audience, with those who were given it later, without those who destroyed it.

Members that share a node are kept apart as if they did not. What one of them has destroyed, the rows that followed
from the act included, only the others go on seeing: the act then has readers of its own (`act:<digest>`), and the
rows are folded again under that name. When nobody here reads it any more, its rows are gone.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime

from django.apps import apps
from django.db.models import Q

from hansa.core.models import SharedModel
from hansa.core.rls import node_scope
from hansa.ledger import registry
from hansa.ledger.act import Act, Body
from hansa.ledger.audience import own_name, scope_of
from hansa.ledger.choices import Kept
from hansa.ledger.models import Epoch, Leaf, Log, LoggedAct, ParkedLeaf, PurgeAnswer, Reader, Root, Shut, WrapGiven

BATCH = 500
# Instead of a name in `Shut`: a member without the key to which others seal reads nothing that is sealed.
SHUT_ALL = "*"
_postponed: ContextVar[set[str] | None] = ContextVar("hansa_standing", default=None)


@contextmanager
def postponed() -> Iterator[set[str]]:
    """Let `settle` only collect what it is asked, for a caller that settles everything once at its end."""
    wanted: set[str] = set()
    token = _postponed.set(wanted)
    try:
        yield wanted
    finally:
        _postponed.reset(token)


def settle(digests: Iterable[str]) -> None:
    """Show the acts with these digests to those who read them now, and to nobody else."""
    waiting = _postponed.get()
    if waiting is not None:
        waiting.update(digests)
        return
    with node_scope():
        rows = list(LoggedAct.objects.filter(digest__in=list(digests)))
        now = {row.digest: audience_now(act_of(row)) for row in rows}
        remove([row for row in rows if now[row.digest] is None])
        moved = [row for row in rows if now[row.digest] not in (None, row.audience)]
        for row in moved:
            LoggedAct.objects.filter(id=row.id).update(audience=now[row.digest])
        _refold([row.type for row in moved], {a for row in moved for a in (row.audience, now[row.digest]) if a})


def hosted() -> set[str]:
    """Return the members whose logs this node hosts."""
    return set(Log.objects.filter(hosted=True).values_list("author", flat=True))


def readers_now(digest: str, audience: str) -> set[str]:
    """Return the members that read a sealed act of this audience now."""
    return readers_of_all({digest: audience})[digest]


def readers_of_all(audiences: Mapping[str, str]) -> dict[str, set[str]]:
    """Return for many sealed acts, each with its audience, the members that read it now."""
    base: dict[str, set[str]] = {}
    for name, reader in Reader.objects.filter(name__in=set(audiences.values())).values_list("name", "reader"):
        base.setdefault(name, set()).add(reader)
    found = {digest: set(base.get(audience, ())) for digest, audience in audiences.items()}
    for digest, reader in WrapGiven.objects.filter(digest__in=found).values_list("digest", "reader"):
        found[digest].add(reader)
    gone = PurgeAnswer.objects.filter(digest__in=found).exclude(state=Kept.REFUSED)
    for digest, reader in gone.values_list("digest", "reader"):
        found[digest].discard(reader)
    return found


def gone_at(digest: str) -> set[str]:
    """Return the members that destroyed an act, or keep it for their counsel alone."""
    rows = PurgeAnswer.objects.filter(digest=digest).exclude(state=Kept.REFUSED)
    return set(rows.values_list("reader", flat=True))


def is_changed(digest: str) -> bool:
    """Return whether somebody destroyed a sealed act, was given it later, or cannot open it: it has its own readers."""
    said = PurgeAnswer.objects.filter(digest=digest).values("digest")
    given = WrapGiven.objects.filter(digest=digest).values("digest")
    return said.union(given, Shut.objects.filter(name=digest).values("name")).exists()


def shut_out(digest: str, audience: str, *, named: bool = False) -> set[str]:
    """Return the members of this node whose own key does not open a sealed act: somebody else's opened it.

    With `named`, without those that read nothing at all: row-level security sees to that.
    """
    names = [digest, f"league:{period_of(audience)}", *([] if named else [SHUT_ALL])]
    return set(Shut.objects.filter(name__in=names).values_list("reader", flat=True))


def sealed_to_lost_keys(digest: str, at: datetime) -> set[str]:
    """Return the members that replaced their key after an act was sealed, and were not given it anew since.

    They may have kept the old key: nobody else knows. Their own node says what it opens (`Shut`).
    """
    roots = Root.objects.filter(recipient_since__gt=at).values_list("author", "recipient_since")
    since = {author: when for author, when in roots if when}
    given = WrapGiven.objects.filter(digest=digest, reader__in=since).values_list("reader", "at") if since else ()
    return since.keys() - {reader for reader, when in given if when > since[reader]}


def shut_by_name() -> set[str]:
    """Return the commitments of the acts that some member here cannot open, though it belongs to their readers."""
    rows = Shut.objects.exclude(name__contains=":").exclude(name=SHUT_ALL)
    return set(rows.values_list("name", flat=True))


def may_be_read(digest: str, audience: str, direct: Iterable[str]) -> bool:
    """Return whether a member of this node may read a sealed act, of which `direct` have a wrap, after what was said.

    Before the opening of its key period has come, nobody knows who reads it: then any other member here may.
    """
    here, gone = hosted(), gone_at(digest)
    if not here & gone:
        return True
    period = period_of(audience)
    if period and not Epoch.objects.filter(epoch=period).exists():
        return bool(here - gone)
    names = [audience, f"league:{period}"]
    base = set(Reader.objects.filter(name__in=names).values_list("reader", flat=True)) if period else set()
    return bool((here - gone) & (base | set(direct)))


def period_of(audience: str) -> int:
    """Return the key period of an audience of the league, 0 for any other."""
    return int(audience.split(":")[1]) if audience.startswith("league:") else 0


def is_rested_on(act: Act) -> bool:
    """Return whether an act of a part, as far as the open scope reads, refers to this one."""
    later = LoggedAct.objects.filter(at__gte=act.at).exclude(id=act.id).exclude(type__startswith="ledger.")
    scope = scope_of(act.audience)
    rows = later.filter(scope=scope) if scope else later
    # A digest is 64 hexadecimal characters: it occurs in an act's bytes only as a reference to it.
    return rows.extra(where=["position(convert_to(%s, 'UTF8') in tail) > 0"], params=[act.digest]).exists()


def is_over(digest: str) -> bool:
    """Return whether the act with this digest was here and is destroyed, so that nobody needs to wait for it."""
    place = PurgeAnswer.objects.filter(digest=digest, reader__in=hosted()).exclude(state=Kept.REFUSED).first()
    if place is None or LoggedAct.objects.filter(digest=digest).exists():
        return False
    origins = Log.objects.filter(author=place.author, size__gt=place.index).values_list("origin", flat=True)
    return bool(origins) and not ParkedLeaf.objects.filter(origin__in=list(origins), index=place.index).exists()


def audience_now(act: Act) -> str | None:
    """Return under which name the rows of a sealed act are shown here, None when no member here reads it any more.

    Writes down who reads that name, where it is the act's own.
    """
    here = hosted()
    base = here & set(Reader.objects.filter(name=act.audience).values_list("reader", flat=True))
    kept = here & readers_now(act.digest, act.audience)
    left = kept - shut_out(act.digest, act.audience, named=True)
    own = own_name(act.digest, act.audience)
    Reader.objects.filter(name=own).delete()
    if left == base and base:
        return act.audience
    Reader.objects.bulk_create([Reader(name=own, reader=reader, direct=True) for reader in sorted(left)])
    return own if kept else None


def act_of(row: LoggedAct) -> Act:
    """Return the act in a row, as it was said: its audience is the one that its author chose."""
    from hansa.ledger.publishing import read_act  # noqa: PLC0415 (publishing applies acts, which settle)

    return read_act(row)


def remove(rows: Sequence[LoggedAct]) -> None:
    """Delete acts that nobody here reads any more, and what followed from them."""
    if not rows:
        return
    Reader.objects.filter(name__in=[own_name(row.digest, act_of(row).audience) for row in rows]).delete()
    Shut.objects.filter(name__in=[row.digest for row in rows]).delete()
    LoggedAct.objects.filter(id__in=[row.id for row in rows]).delete()
    folded = []
    for name in sorted({row.type for row in rows}):
        body = registry.body_type(name)
        if body.forget.__func__ is Body.forget.__func__:  # type: ignore[attr-defined]
            folded.append(name)
        else:
            body.forget([act_of(row) for row in rows if row.type == name])
    _refold(folded, {row.audience for row in rows if row.type in folded})


def _refold(types: Sequence[str], audiences: set[str]) -> None:
    """Fold the rows of these audiences anew from the acts that stand: in the parts whose types these are.

    Nobody publishes meanwhile: every log is locked. Acts of other activations change none of these rows.
    """
    parts = sorted({name.split(".")[0] for name in types} & set(apps.app_configs))
    if not parts or not audiences:
        return
    list(Log.objects.select_for_update().order_by("origin").values_list("origin"))
    scopes = {scope for audience in audiences if (scope := scope_of(audience))}
    names = audiences | set(LoggedAct.objects.filter(scope__in=scopes).values_list("audience", flat=True).distinct())
    for part in parts:
        for model in apps.get_app_config(part).get_models():
            if issubclass(model, SharedModel):
                model._default_manager.filter(audience__in=names).delete()
        _apply_again(part, scopes)


def _apply_again(part: str, scopes: set) -> None:
    rows = LoggedAct.objects.filter(Q(scope__in=scopes) | Q(scope=None), type__startswith=f"{part}.")
    places = list(rows.values_list("id", "origin", "index"))
    for_origin: dict[str, list[int]] = {}
    for _id, origin, index in places:
        for_origin.setdefault(origin, []).append(index)
    received = {
        (origin, index): number
        for origin, indexes in for_origin.items()
        for index, number in Leaf.objects.filter(origin=origin, index__in=indexes).values_list("index", "received")
    }
    order = [i for i, origin, index in sorted(places, key=lambda p: received[p[1], p[2]])]
    known: dict[str, bool] = {}
    for start in range(0, len(order), BATCH):
        found = LoggedAct.objects.in_bulk(order[start : start + BATCH])
        acts = [shown(found[i]) for i in order[start : start + BATCH]]
        apply_in_order([act for act in acts if not is_void(act, known)])


def is_void(act: Act, known: dict[str, bool] | None = None) -> bool:
    """Return whether an act rests, at however many removes, on a text that was destroyed: nothing follows from it here.

    It stands in its log as its author signed it. `known` remembers answers from call to call.
    """
    if known is None:
        if not PurgeAnswer.objects.exists():
            return False
        known = {}
    if act.digest not in known:
        known[act.digest] = False
        rows = {row.digest: row for row in LoggedAct.objects.filter(digest__in=act.refs)} if act.refs else {}
        known[act.digest] = any(ref not in rows or is_void(act_of(rows[ref]), known) for ref in act.refs)
    return known[act.digest]


def shown(row: LoggedAct) -> Act:
    """Return the act in a row with the audience under which its rows are shown here."""
    act = act_of(row)
    return act if act.audience == row.audience else replace(act, audience=row.audience)


def apply_in_order(acts: Sequence[Act]) -> None:
    """Apply acts in order, runs of one type together, so that a type may write many rows at once."""
    start = 0
    for end in range(1, len(acts) + 1):
        if end == len(acts) or acts[end].type != acts[start].type:
            type(acts[start].body).apply_many(acts[start:end])
            start = end

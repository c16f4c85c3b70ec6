# SPDX-License-Identifier: Apache-2.0
"""Receiving: leaves of other nodes' logs, in any order, any number of times, give the same shared rows.

A leaf is refused only for its own bytes, for earlier leaves of its own log, and for the acts that it references; it
waits until they have come (design, section 1). A refused leaf stays in its log, with the reason: it is evidence.
"""

import logging
import re
import traceback
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from hansa import __version__
from hansa.core import clock
from hansa.core.rls import node_scope
from hansa.core.verdicts import Refused, Verdict
from hansa.ledger import approving, lost_keys, publishing, purging, reacting, registry, sequencer, standing
from hansa.ledger.act import MEMBER, Act, ActError, build, is_sealed, open_tail, read_payload
from hansa.ledger.acts import ROOT_OFFICE, BodyPurged, EpochOpened, EpochShared, RootStated, WrapsGiven
from hansa.ledger.approval import digest_of, tail_of
from hansa.ledger.arriving import Incoming, fields_of, is_parked, keep_body, keep_given
from hansa.ledger.audience import PUBLIC, scope_of
from hansa.ledger.canonical import CanonicalError
from hansa.ledger.envelope import Envelope, EnvelopeError, decode, verify
from hansa.ledger.keys import key_id
from hansa.ledger.models import (
    Epoch,
    Key,
    Leaf,
    League,
    Log,
    LoggedAct,
    ParkedLeaf,
    RefusedLeaf,
    Root,
    SealedBody,
    Wrap,
)
from hansa.ledger.opening import BadWraps, Opener
from hansa.ledger.sealing import MAX_BODY, MAX_HEADER, MAX_WRAP, SealingError
from hansa.ledger.tlog.merkle import leaf_hash
from hansa.ledger.tlog.tiles import MAX_ENTRY

AHEAD = timedelta(minutes=5)
# Leaves that are kept of one log before those between have come: four bundles of 256. What lies further ahead would
# let one sender fill the disk with leaves that nobody can check yet.
WINDOW = 1024
_MAX_INDEX = 2**48
_log = logging.getLogger(__name__)


class Contradiction(Exception):
    """Two different leaves at one place of a log: proof that the log's host equivocated."""


class Unfit(Exception):
    """What came cannot be a leaf of a log of this league: nothing of it was kept. The message says why."""


class TooFarAhead(Exception):
    """The leaf is honest or not, but too many before it are missing: nothing of it was kept. Send from `size` on."""

    def __init__(self, origin: str, index: int, size: int) -> None:
        super().__init__(
            f"leaf {index} of {origin} is too far ahead: this node has {size:,} leaves of it and keeps at most "
            f"{WINDOW:,} more out of order; send from leaf {size} on"
        )
        self.size = size


class _Waits(Exception):
    """The leaf can be judged only when these have come."""

    def __init__(self, *what: str) -> None:
        self.what = what


class _Bad(Exception):
    """The leaf does not stand; the message says why."""


def receive(leaf: Incoming) -> None:
    """Take a leaf: stored in its log, then applied, parked or refused, together with what had waited for it.

    The same leaf again changes nothing. `Contradiction` when another leaf stands at its place; `Unfit` for what no log
    can hold, `TooFarAhead` beyond `WINDOW`: refusing these must leave nothing behind, or anyone could fill the disk.
    """
    with node_scope():
        _check_fit(leaf)
        _take_all([leaf])


def try_again() -> int:
    """Judge once more what this node failed on or did not know; return how many leaves. Called when a node starts."""
    with node_scope():
        waiting = list(ParkedLeaf.objects.exclude(fault="")) + [
            row for row in ParkedLeaf.objects.filter(waits_for__0__startswith="type:", fault="")
            if row.waits_for[0].removeprefix("type:") in registry.types
        ]  # fmt: skip
        waiting.sort(key=lambda row: (row.origin, row.index))
        _take_all([Incoming(row.origin, row.index, bytes(row.entry)) for row in waiting])
    return len(waiting)


def _take_all(queue: list[Incoming]) -> None:
    while queue:
        queue += _take(queue.pop(0))


def _take(leaf: Incoming) -> list[Incoming]:
    log = _lock(leaf.origin)
    if leaf.index < log.size:
        kept = Leaf.objects.get(origin=leaf.origin, index=leaf.index)
        if bytes(kept.leaf_hash) != leaf_hash(leaf.entry):
            raise Contradiction(f"two leaves at {leaf.index} of {leaf.origin}")
        news = keep_body(leaf)
        free = _reopened(leaf) if keep_given(leaf) and _is_settled(leaf) else []
        return free + (_settle(leaf) if (news or is_parked(leaf)) and not _is_settled(leaf) else [])
    keep_body(leaf)
    keep_given(leaf)
    if leaf.index > log.size:
        _park(leaf, f"{leaf.origin}#{leaf.index - 1}")
        return []
    now = clock.now()
    frontier = sequencer.frontier_of(log.size, bytes(log.frontier))
    head = sequencer.Head(
        log.author, log.origin, log.league, frontier, log.last_at, "", None, None, None, None, None, {}, True
    )
    sequencer.append(
        head, [sequencer.Entry(leaf.entry, log.last_at or now)], now=now, checkpoint=log.checkpoint.encode()
    )
    return _settle(leaf) + _released(f"{leaf.origin}#{leaf.index}")


def _is_settled(leaf: Incoming) -> bool:
    here = Q(origin=leaf.origin, index=leaf.index)
    return LoggedAct.objects.filter(here).exists() or RefusedLeaf.objects.filter(here).exists()


def _check_fit(leaf: Incoming) -> None:
    league = League.objects.get()
    parts = leaf.origin.split("/")
    if len(parts) != 3 or parts[:2] != ["hansa", league.id] or not re.fullmatch(MEMBER, parts[2]):
        raise Unfit(f"{leaf.origin[:200]!r} is no log of the league {league.id}")
    if not 0 <= leaf.index < _MAX_INDEX:
        raise Unfit(f"a log has no place {leaf.index}")
    if not 0 < len(leaf.entry) <= MAX_ENTRY:
        raise Unfit(f"a leaf has 1 to {MAX_ENTRY:,} bytes, not {len(leaf.entry):,}")
    if len(leaf.ciphertext or b"") > MAX_BODY + MAX_HEADER:
        raise Unfit(f"a sealed body has at most {MAX_BODY + MAX_HEADER:,} bytes, not {len(leaf.ciphertext or b''):,}")
    for reader, wrap in (leaf.wraps or {}).items():
        if not re.fullmatch(rf"league:[0-9]{{1,9}}|{MEMBER}", reader) or len(wrap) > MAX_WRAP:
            raise Unfit(f"what came for the reader {reader[:100]!r} is no wrap")
    size = Log.objects.filter(origin=leaf.origin).values_list("size", flat=True).first() or 0
    if leaf.index > size + WINDOW:
        raise TooFarAhead(leaf.origin, leaf.index, size)


def _lock(origin: str) -> Log:
    _, league, author = origin.split("/")
    Log.objects.get_or_create(origin=origin, defaults={"league": league, "author": author})
    return Log.objects.select_for_update().get(origin=origin)


def _reopened(leaf: Incoming) -> list[Incoming]:
    """Return the leaves whose bodies an act gives the keys of, as far as they are here and not read yet."""
    body, league = WrapsGiven.model_validate(fields_of(leaf)["body"]), leaf.origin.split("/")[1]
    found = []
    for one in body.bodies:
        origin = f"hansa/{league}/{one.author}"
        row = Leaf.objects.filter(origin=origin, index=one.index).first()
        again = Incoming(origin, one.index, bytes(row.entry)) if row else None
        if again and fields_of(again).get("commitment") == one.digest and not _is_settled(again):
            found.append(again)
    return found


def _settle(leaf: Incoming) -> list[Incoming]:
    """Judge a leaf that is in its log: apply, park or refuse it. Return what may be judged now because of it.

    Where a part fails on it, the leaf waits with the reason, and the later leaves of its log behind it: they may rest
    on what it says. Other logs go on.
    """
    ahead = _stuck_before(leaf)
    if ahead is not None:
        _park(leaf, _behind(leaf.origin, ahead))
        return []
    free = _released(_behind(leaf.origin, leaf.index))
    try:
        with transaction.atomic():
            return _judge_and_apply(leaf) + free
    except (InterfaceError, OperationalError, MemoryError):
        # Not the leaf's doing: the database is gone, or the disk is full. The sender sends it again.
        raise
    except Exception as error:  # noqa: BLE001 - whatever a part does, the other logs go on
        where = _place_of(error)
        _log.error("leaf %s of %s waits: this version of Hansa failed on it: %s", leaf.index, leaf.origin, where)
        _park(leaf, f"fault:{__version__}", fault=where)
        return free


def _stuck_before(leaf: Incoming) -> int | None:
    rows = ParkedLeaf.objects.filter(origin=leaf.origin, index__lt=leaf.index).exclude(fault="")
    return rows.order_by("index").values_list("index", flat=True).first()


def _behind(origin: str, index: int) -> str:
    return f"{origin}!{index}"


def _place_of(error: Exception) -> str:
    """Return what failed and where. Not what the error says: that may be the content of a sealed act."""
    frames = [
        f for f in traceback.walk_tb(error.__traceback__) if f[0].f_globals.get("__name__", "").startswith("hansa.")
    ]
    frame, line = frames[-1]
    return f"{type(error).__name__} in {frame.f_globals['__name__']}, line {line}"


def _judge_and_apply(leaf: Incoming) -> list[Incoming]:
    here = Q(origin=leaf.origin, index=leaf.index)
    try:
        act, tail, shown = _read(leaf)
    except _Waits as waits:
        _park(leaf, *waits.what)
        return []
    except (_Bad, Refused, ActError, CanonicalError, EnvelopeError, SealingError) as error:
        ParkedLeaf.objects.filter(here).delete()
        RefusedLeaf.objects.get_or_create(
            origin=leaf.origin, index=leaf.index, defaults={"entry": leaf.entry, "reason": str(error)}
        )
        return []
    ParkedLeaf.objects.filter(here).delete()
    if act is None:
        return _released(shown.get("commitment", ""))
    publishing.admit_known_readers(act.audience, shown.get("ciphertext", ""))
    changed = is_sealed(shown) and (lost_keys.shuts(act.digest, shown["ciphertext"]) or standing.is_changed(act.digest))
    name = standing.audience_now(act) if changed else act.audience
    LoggedAct.objects.get_or_create(
        id=act.id,
        defaults={"digest": act.digest, "origin": leaf.origin, "index": leaf.index, "type": act.type,
                  "author": act.author, "at": act.at, "scope": scope_of(act.audience), "tail": tail,
                  "audience": name or act.audience},
    )  # fmt: skip
    if not standing.is_void(act):
        act.body.apply(replace(act, audience=name or act.audience))
    reacting.react(act)
    return _released(act.digest) + _what_follows(leaf, act)


def _what_follows(leaf: Incoming, act: Act) -> list[Incoming]:
    """Return the leaves that can be judged now because of what an act of the ledger's own says."""
    match act.body:
        case EpochOpened() | EpochShared():
            lost_keys.look_again(act.body.served(), act.body.epoch)
            return _released(f"epoch:{act.body.epoch}")
        case WrapsGiven():
            lost_keys.given(act.body.reader, [one.digest for one in act.body.bodies])
            return _reopened(leaf)
        case BodyPurged():
            gone = purging.clear_answered(act.league, act.body.bodies) if act.author in standing.hosted() else []
            return [free for digest in gone for free in _released(digest)]
    return []


def _read(leaf: Incoming) -> tuple[Act | None, bytes, dict]:
    """Return a leaf's act, checked, its tail, and what the leaf shows; no act when nobody here may read it."""
    envelope = decode(leaf.entry)
    fields = read_payload(envelope.payload)
    log = Log.objects.get(origin=leaf.origin)
    if (fields["league"], fields["author"]) != (log.league, log.author):
        raise _Bad(f"the act is of {fields['author']} in {fields['league']}, not of this log")
    at = clock.from_text(fields["at"])
    if at > clock.now() + AHEAD:
        raise _Bad("the act's time runs more than five minutes ahead")
    _check_time(leaf, fields["at"])
    if is_sealed(fields):
        _check_signature(leaf, envelope, log.author, office=None)
        tail = _open(fields)
        if tail is None:
            return None, b"", fields
        inner = open_tail(tail, fields["at"])
        if is_sealed(inner) or any(inner[f] != fields[f] for f in ("audience", "author", "exercise", "league", "v")):
            raise _Bad("the stub and the sealed act do not agree")
        digest = fields["commitment"]
    else:
        inner, tail, digest = fields, tail_of(envelope.payload), digest_of(envelope.payload).hex()
        if fields["audience"] != PUBLIC:
            raise _Bad("an act that is not public must be sealed")
    if inner["type"] not in registry.types:
        raise _Waits(f"type:{inner['type']}")
    act = build(inner, digest, registry.body_type(inner["type"]), leaf.index)
    _check_signature(leaf, envelope, log.author, office=act.office, act=act)
    _judge(act, envelope)
    return act, tail, fields


def _check_time(leaf: Incoming, at: str) -> None:
    if leaf.index == 0:
        return
    previous = Leaf.objects.get(origin=leaf.origin, index=leaf.index - 1)
    try:
        before = read_payload(decode(bytes(previous.entry)).payload)["at"]
    except (ActError, CanonicalError, EnvelopeError):
        return
    if at < before:
        raise _Bad("the act's time is before that of the leaf before it")


def _open(fields: dict) -> bytes | None:
    if not purging.still_read(fields):
        purging.clear([fields["ciphertext"]])
        return None
    body = SealedBody.objects.filter(ciphertext_hash=fields["ciphertext"]).first()
    period = standing.period_of(fields["audience"])
    if body is None and standing.is_changed(fields["commitment"]) and not Epoch.objects.filter(epoch=period).exists():
        raise _Waits(f"epoch:{period}" if period else f"body:{fields['ciphertext']}")
    if body is None:
        raise _Waits(f"body:{fields['ciphertext']}")
    rows = Wrap.objects.filter(ciphertext_hash=fields["ciphertext"]).exclude(wrap=purging.GONE)
    wraps = {w.reader: bytes(w.wrap) for w in rows}
    try:
        opened = Opener().open(bytes(body.ciphertext), wraps, bytes.fromhex(fields["commitment"]))
    except BadWraps as bad:
        # Kept, they would stand in the way of good ones; refusing the leaf for them would be for good.
        Wrap.objects.filter(ciphertext_hash=fields["ciphertext"], reader__in=bad.readers).delete()
        missing = [f"body:{fields['ciphertext']}"] if bad.readers else [f"epoch:{r.split(':')[1]}" for r in bad.strange]
        raise _Waits(*missing) from None
    if opened is None and any(r.startswith("league:") for r in wraps):
        # The league's key may still be on its way to a member that is hosted here.
        raise _Waits(*(f"epoch:{r.split(':')[1]}" for r in wraps if r.startswith("league:")))
    return opened.tail if opened else None


def _check_signature(
    leaf: Incoming, envelope: Envelope, author: str, *, office: str | None, act: Act | None = None
) -> None:
    if office == ROOT_OFFICE and act is not None:
        if isinstance(act.body, RootStated) and leaf.index == 0:
            keys, threshold = act.body.root_keys, act.body.threshold
        else:
            root = Root.objects.get(author=author)
            keys, threshold = tuple(root.keys), root.threshold
        verify(envelope, _by_id(keys), threshold)
        if isinstance(act.body, RootStated):
            # A new root is signed by the old threshold and by its own.
            verify(envelope, _by_id(act.body.root_keys), act.body.threshold)
        return
    valid = Key.objects.filter(author=author, from_index__lt=leaf.index).filter(
        Q(revoked_index=None) | Q(revoked_index__gt=leaf.index)
    )
    if office is not None:
        valid = valid.filter(office=office)
    verify(envelope, _by_id(valid.values_list("key", flat=True)), 1)


def _by_id(keys: Iterable[str]) -> dict[str, bytes]:
    return {key_id(bytes.fromhex(key)): bytes.fromhex(key) for key in keys}


def _judge(act: Act, envelope: Envelope) -> None:
    rows = {row.digest: row for row in LoggedAct.objects.filter(digest__in=act.refs)}
    missing = [d for d in act.refs if d not in rows]
    awaited = [d for d in missing if not standing.is_over(d)]
    if awaited:
        raise _Waits(*awaited)
    refs = {d: publishing.read_act(row) for d, row in rows.items()}
    publishing.check_exercise(act, refs)
    _stand(approving.judge(act, envelope.approvals))
    if not missing:  # what rested on a text that was destroyed stands as its author signed it
        _stand(act.body.judge(act, refs))


def _stand(verdict: Verdict) -> None:
    if not verdict.ok:
        raise _Bad(str(verdict.reason))


def _park(leaf: Incoming, *what: str, fault: str = "") -> None:
    ParkedLeaf.objects.update_or_create(
        origin=leaf.origin, index=leaf.index, defaults={"entry": leaf.entry, "waits_for": list(what), "fault": fault}
    )


def _released(what: str) -> list[Incoming]:
    """Return the parked leaves that waited for `what` and now wait for nothing else."""
    rows = list(ParkedLeaf.objects.filter(waits_for__contains=[what]).order_by("origin", "index"))
    free = []
    for row in rows:
        rest = [w for w in row.waits_for if w != what]
        ParkedLeaf.objects.filter(origin=row.origin, index=row.index).update(waits_for=rest)
        if not rest:
            free.append(Incoming(row.origin, row.index, bytes(row.entry)))
    return free

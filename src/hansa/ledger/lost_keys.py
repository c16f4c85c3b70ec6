# SPDX-License-Identifier: Apache-2.0
"""Lost keys: what a member's own key does not open, that member does not read, whoever else on the node opened it.

Members that share a node are kept apart as if they did not, and without a reader's key nothing is readable. `Shut`
says what a member of this node cannot open though it belongs to the readers; row-level security asks it. A trigger
shuts everything at once when a reading key is deleted; `take_stock` then finds out what the others still open.
"""

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import datetime
from typing import cast

from django.db.models import Q

from hansa.core import clock
from hansa.core.rls import member_scope, node_scope
from hansa.ledger import keyring, publishing, reacting, registry, sealing, standing
from hansa.ledger.act import Act, is_sealed, read_payload
from hansa.ledger.acts import RecipientReplaced, RootStated
from hansa.ledger.envelope import decode
from hansa.ledger.keys import KeyRefused
from hansa.ledger.models import (
    Epoch,
    EpochWrap,
    Leaf,
    LoggedAct,
    PurgeAnswer,
    Reader,
    Root,
    Shut,
    Wrap,
    WrapGiven,
)  # fmt: skip
from hansa.ledger.tlog.strict import Base64Error, from_base64

_LOST = "key:"
BATCH = 500


def keep_watch(members: Iterable[str] | None = None) -> int:
    """Take stock of every member here (or these) that lost a key, or has one again; return how many it were.

    The worker calls it, because a key can also become unreadable where it lies.
    """
    stated: dict[str, set[str]] = {}
    for act in map(publishing.read_act, LoggedAct.objects.filter(type__in=[RootStated.type, RecipientReplaced.type])):
        said = cast("RootStated | RecipientReplaced", act.body)
        recipient = said.encryption if isinstance(said, RootStated) else said.recipient
        stated.setdefault(act.author, set()).add(recipient)
    now = dict(Root.objects.values_list("author", "recipient"))
    noted: dict[str, set[str]] = {}
    for reader, name in Shut.objects.values_list("reader", "name"):
        noted.setdefault(reader, set()).add(name)
    done = 0
    for member in reacting.hosted_members() if members is None else members:
        lost, before = stated.get(member, set()) - _own(member).keys(), noted.get(member, set())
        known = {name.removeprefix(_LOST) for name in before if name.startswith(_LOST)}
        if lost != known or (standing.SHUT_ALL in before) != (now.get(member) in lost):
            take_stock(member, lost)
            done += 1
    return done


@registry.on(RecipientReplaced.type, name="keys", members=lambda act: standing.hosted() & {act.author})
def _replaced(act: Act, member: str) -> None:
    keep_watch([member])


def take_stock(member: str, lost: Iterable[str] = ()) -> None:
    """Write down anew what `member` cannot open by its own keys, and show its rows accordingly.

    `lost` are keys to which others sealed, and of which the secret half is gone. Without the present one it reads
    nothing that is sealed: what is sealed to it now could be opened by nobody.
    """
    own = _own(member)
    with node_scope():
        names = {_LOST + recipient for recipient in lost}
        if Root.objects.filter(author=member, recipient__in=own).exists():
            names |= {f"league:{epoch}" for epoch in _periods_shut(member, own)} | _acts_shut(member, own)
        else:
            names.add(standing.SHUT_ALL)
        _write(member, names)


def look_again(members: Iterable[str], epoch: int) -> None:
    """Find out whether these members open a key period now: an act gave them its key."""
    for member in sorted(standing.hosted() & set(members)):
        with node_scope():
            before = set(Shut.objects.filter(reader=member).values_list("name", flat=True))
            name = f"league:{epoch}"
            shut = bool(_periods_shut(member, _own(member), epoch))
            if shut != (name in before) and standing.SHUT_ALL not in before:
                _write(member, before | {name} if shut else before - {name})


def given(member: str, digests: Iterable[str]) -> None:
    """Let a member read acts whose keys it was given anew, as far as its own key opens what it got."""
    wanted = list(digests)
    if member not in standing.hosted():
        return
    with node_scope():
        shut = _batch_shut(member, wanted, list(_own(member).values()))
        _write(member, {
            name for name in Shut.objects.filter(reader=member).values_list("name", flat=True)
            if name not in wanted or name in shut
        })  # fmt: skip


def shuts(digest: str, ciphertext: str) -> bool:
    """Shut out of an act whoever was named as its reader, and whose own wrap does not open it; return if anybody was.

    For what came from elsewhere, and was opened by the key of another member here. Needs the node's scope.
    """
    here = standing.hosted()
    if len(here) < 2:
        return False
    wraps = _direct_wraps([ciphertext], here).get(ciphertext, {})
    shut = {member for member, found in wraps.items() if not _opens(found, list(_own(member).values()))}
    Shut.objects.bulk_create([Shut(name=digest, reader=m) for m in sorted(shut)], ignore_conflicts=True)
    return bool(shut)


def lost_since(member: str) -> datetime | None:
    """Return since when a member lacks the secret half of the key to which others seal, None when it has it."""
    return Shut.objects.filter(reader=member, name=standing.SHUT_ALL).values_list("noticed_at", flat=True).first()


def _own(member: str) -> dict[str, str]:
    """Return the reading keys of a member of which this node has the secret half: it, by the public one."""
    found = {}
    with member_scope(member):
        for public in keyring.reading_keys(member):
            with suppress(keyring.KeyMissing, KeyRefused, ValueError):
                found[public] = keyring.secret(member, public).decode()
    return found


def _periods_shut(member: str, own: dict[str, str], epoch: int | None = None) -> set[int]:
    """Return the key periods that were shared with a member in a way that its own keys do not open."""
    rows = EpochWrap.objects.filter(reader=member, **({"epoch": epoch} if epoch else {}))
    wraps: dict[int, list[EpochWrap]] = {}
    for row in rows:
        wraps.setdefault(row.epoch, []).append(row)
    keys: dict[int, set[str]] = {}
    for number, recipient in Epoch.objects.filter(epoch__in=wraps).values_list("epoch", "recipient"):
        keys.setdefault(number, set()).add(recipient)
    return {
        number for number, found in wraps.items()
        for recipient in keys.get(number, set())
        if (mine := [row for row in found if row.recipient in (recipient, "")])
        and not any(_holds(row, recipient, own.values()) for row in mine)
    }  # fmt: skip


def _holds(row: EpochWrap, recipient: str, identities: Iterable[str]) -> bool:
    for identity in identities:
        with suppress(sealing.SealingError, Base64Error):
            if sealing.recipient_of(sealing.unwrap(from_base64(row.wrap), identity)) == recipient:
                return True
    return False


def _acts_shut(member: str, own: dict[str, str]) -> set[str]:
    """Return the commitments of the acts that were sealed or given to a member by name, to a key that is gone."""
    names = Reader.objects.filter(reader=member, direct=True).values_list("name", flat=True)
    given = WrapGiven.objects.filter(reader=member).values_list("digest", flat=True)
    shut_now = Shut.objects.filter(reader=member).values_list("name", flat=True)
    digests = set(LoggedAct.objects.filter(audience__in=names).values_list("digest", flat=True))
    wanted = sorted(digests | {*given, *shut_now})
    return {digest for start in range(0, len(wanted), BATCH) for digest in
            _batch_shut(member, wanted[start : start + BATCH], list(own.values()))}  # fmt: skip


def _batch_shut(member: str, digests: list[str], identities: list[str]) -> set[str]:
    places = {(row.origin, row.index): row.digest for row in LoggedAct.objects.filter(digest__in=digests)}
    ciphertexts = {}
    for origin in {origin for origin, _ in places}:
        indexes = [index for other, index in places if other == origin]
        for index, entry in Leaf.objects.filter(origin=origin, index__in=indexes).values_list("index", "entry"):
            shown = read_payload(decode(bytes(entry)).payload)
            if is_sealed(shown):
                ciphertexts[shown["ciphertext"]] = places[origin, index]
    wraps = _direct_wraps(list(ciphertexts), {member})
    return {
        digest for name, digest in ciphertexts.items()
        if (found := wraps.get(name, {}).get(member)) and not _opens(found, identities)
    }  # fmt: skip


def _direct_wraps(ciphertexts: list[str], members: set[str]) -> dict[str, dict[str, list[bytes]]]:
    """Return the wraps that were made to members by name, by ciphertext and member."""
    readers = [*members, *(sealing.GIVEN + member for member in members)]
    found: dict[str, dict[str, list[bytes]]] = {}
    for row in Wrap.objects.filter(ciphertext_hash__in=ciphertexts, reader__in=readers):
        mine = found.setdefault(row.ciphertext_hash, {})
        mine.setdefault(row.reader.removeprefix(sealing.GIVEN), []).append(bytes(row.wrap))
    return found


def _opens(wraps: Iterable[bytes], identities: Iterable[str]) -> bool:
    for wrap in wraps:
        for identity in identities:
            with suppress(sealing.SealingError):
                sealing.unwrap(wrap, identity)
                return True
    return False


def _write(member: str, names: set[str]) -> None:
    rows = {row.name: row for row in Shut.objects.filter(reader=member)}
    gone, new = rows.keys() - names, names - rows.keys()
    # What takes the place of another row goes back to when that one began: nothing was opened in between.
    since = min((rows[name].noticed_at for name in gone), default=clock.now())
    Shut.objects.filter(reader=member, name__in=gone).delete()
    Shut.objects.bulk_create([Shut(name=name, reader=member, noticed_at=since) for name in sorted(new)])
    moved = {name for name in gone | new if ":" not in name and name != standing.SHUT_ALL}
    standing.settle(moved | _of_periods({int(name.split(":")[1]) for name in gone | new if name.startswith("league:")}))
    if gone:
        _catch_up(member, gone, since)


def _of_periods(periods: set[int]) -> set[str]:
    """Return the commitments of acts of these periods whose readers are their own, named one by one."""
    if not periods:
        return set()
    digests = {*PurgeAnswer.objects.values_list("digest", flat=True),
               *WrapGiven.objects.values_list("digest", flat=True)}  # fmt: skip
    rows = LoggedAct.objects.filter(digest__in=digests)
    return {row.digest for row in rows if standing.period_of(standing.act_of(row).audience) in periods}


def _catch_up(member: str, opened: Collection[str], since: datetime) -> None:
    """Run for a member what follows from acts that it could not open when they came, once."""
    sealed = LoggedAct.objects.exclude(audience="public").filter(type__in=list(registry.reactions))
    with member_scope(member):
        for row in sealed.filter(Q(digest__in=opened) | Q(at__gte=since)).order_by("at", "index"):
            reacting.react(publishing.read_act(row), only=member)

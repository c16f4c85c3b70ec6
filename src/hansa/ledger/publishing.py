# SPDX-License-Identifier: Apache-2.0
"""Publishing: an act is drawn up, judged, signed with the office's key, logged and applied, in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.statements import send_ahead
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.ledger import keyring, reacting, registry, sealing, sequencer
from hansa.ledger.act import VERSION, Act, Body, Refs, Requirement, build, holds_nul, open_tail, stub_bytes, tail_bytes
from hansa.ledger.approval import Approval, digest_of, with_time
from hansa.ledger.audience import PUBLIC, Audience, Named, asked, scope_of
from hansa.ledger.envelope import encode, sign
from hansa.ledger.keys import SigningKey
from hansa.ledger.models import LoggedAct, PendingAct, Reader, Root, Wrap
from hansa.ledger.standing import apply_in_order

# What still fits into a leaf in base64, with signatures and approvals beside it.
_MAX_PUBLIC = 45_000
# The database appends one piece of a long batch while the next is sealed.
_PIECE = 20


@dataclass(frozen=True, slots=True)
class Said:
    """What is to be said: a body, the id that makes a second submit the same act, and what it refers to.

    A `fresh` id was made just now, so that nothing can stand under it yet.
    """

    body: Body
    id: UUID
    refs: tuple[UUID, ...] = ()
    cites: tuple[UUID, ...] = ()
    charter: str | None = None
    exercise: str | None = None
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """An act whose bytes are fixed but for its time: `salt` is set when it will be sealed, `digest` is its identity."""

    act: Act
    refs: Refs
    tail: bytes
    salt: bytes | None
    scope: UUID | None


def say(body: Body, id: UUID | None = None, **rest) -> Said:
    """Return what is to be said, with a new id unless the form brought one."""
    return Said(body, id or new_id(), fresh=id is None, **rest)


def lock(author: str, office: str, audience: Audience, ids: Collection[UUID] = ()) -> sequencer.Head:
    """Lock the author's log for acts to `audience` that refer to those with `ids`.

    Refuses where the author could not read what it writes.
    """
    head = sequencer.lock(author, office, asked(audience), ids)
    if head.audience is None:
        raise Refused(refuse(_("The league has no key yet, so nothing can be sealed to it. Found the league first.")))
    if head.reads or head.audience == PUBLIC:
        return head
    admit_readers(audience, head.audience, author)
    head = sequencer.lock(author, office, asked(audience), ids)
    if not head.reads:
        raise Refused(refuse(_("Your member does not read what it would write. Ask for the league's key first.")))
    return head


def admit_readers(audience: Audience | None, audience_name: str, author: str) -> None:
    """Write down who reads an audience that is used for the first time."""
    if isinstance(audience, Named):
        members = {author, *audience.members}
        missing = members - set(Root.objects.filter(author__in=members).values_list("author", flat=True))
        if missing:
            raise Invalid({"audience": _("These members have no key to read with: %s") % ", ".join(sorted(missing))})
        rows = [Reader(name=audience_name, reader=m, direct=True) for m in sorted(members)]
    else:
        league = ":".join(audience_name.split(":")[:2])
        rows = [Reader(name=audience_name, reader=r) for r in
                Reader.objects.filter(name=league).values_list("reader", flat=True)]  # fmt: skip
    Reader.objects.bulk_create(rows, ignore_conflicts=True)


def admit_known_readers(audience_name: str, ciphertext_hash: str) -> None:
    """Write down who reads the audience of an act that came from elsewhere: for named members, those with a wrap."""
    if audience_name.startswith("named:"):
        wraps = Wrap.objects.filter(ciphertext_hash=ciphertext_hash).exclude(reader__startswith=sealing.GIVEN)
        readers = wraps.values_list("reader", flat=True)
        rows = [Reader(name=audience_name, reader=reader, direct=True) for reader in readers]
        Reader.objects.bulk_create(rows, ignore_conflicts=True)
    elif scope_of(audience_name):
        admit_readers(None, audience_name, "")


def named_in(said: Sequence[Said]) -> set[UUID]:
    """Return the ids of all acts that these refer to or cite."""
    return {id for one in said for id in (*one.refs, *one.cites)}


def _references(head: sequencer.Head, ids: set[UUID]) -> dict[UUID, Act]:
    found = {id: _read(tail, at, digest, index) for id, tail, at, digest, index in head.found}
    missing = [str(i) for i in ids if i not in found]
    if missing:
        raise Invalid({"": _("What this refers to is not known here: %s. Reload and try again.") % ", ".join(missing)})
    return found


def read_act(row: LoggedAct) -> Act:
    """Return the act that a logged row holds."""
    return _read(bytes(row.tail), row.at, row.digest, row.index)


# An act never changes, and many refer to the same few.
@lru_cache(maxsize=1024)
def _read(tail: bytes, at: datetime, digest: str, index: int) -> Act:
    fields = open_tail(tail, clock.to_text(at))
    return build(fields, digest, registry.body_type(fields["type"]), index)


def forget_read() -> None:
    """Forget what this process remembers of acts that it read: some of them were destroyed."""
    _read.cache_clear()


def check_exercise(act: Act, refs: Refs) -> None:
    """Refuse a real act that rests on a drill, and a drill that rests on another drill (design, section 2)."""
    for ref in refs.values():
        if ref.exercise not in (None, act.exercise):
            raise Refused(refuse(_("A real act cannot rest on an exercise. Nothing was signed.")))


def draw_up(head: sequencer.Head, said: Sequence[Said], *, at: datetime, office: str) -> list[Draft]:
    """Return the drafts of acts: their tails are final, their time provisional. Judged by nobody yet.

    `Invalid` when one refers to what was not found when the log was locked.
    """
    known = _references(head, named_in(said))
    return [_draft(head, one, known, at, office) for one in said]


def _draft(head: sequencer.Head, said: Said, known: dict[UUID, Act], at: datetime, office: str) -> Draft:
    name = head.audience or PUBLIC
    refs = {known[i].digest: known[i] for i in said.refs}
    try:
        body = type(said.body).model_validate(said.body.model_dump())
    except ValidationError as error:
        raise Invalid({".".join(map(str, e["loc"])): e["msg"] for e in error.errors()}) from None
    fields: dict[str, Any] = {
        "audience": name, "author": head.author, "body": body.model_dump(mode="json"), "charter": said.charter,
        "cites": [known[i].digest for i in said.cites], "exercise": said.exercise or head.exercise, "id": str(said.id),
        "league": head.league, "office": office, "refs": list(refs), "type": body.type, "v": VERSION,
    }  # fmt: skip
    tail = tail_bytes(fields)
    if holds_nul(tail):
        raise Invalid({"": _("A text holds a character that cannot be kept (NUL). Nothing was sent. Remove it.")})
    most = _MAX_PUBLIC if name == PUBLIC else sealing.MAX_TAIL
    if len(tail) > most:
        counts = {"size": len(tail), "most": most}
        raise Invalid({"": _("This is too long: %(size)d bytes, and %(most)d can be signed. Shorten it.") % counts})
    salt = None if name == PUBLIC else sealing.new_salt()
    digest = sealing.commit(tail, salt).hex() if salt else digest_of(with_time(tail, clock.to_text(at))).hex()
    act = Act(
        said.id, body.type, head.league, said.charter, head.author, office, at, tuple(refs), tuple(fields["cites"]),
        name, fields["exercise"], body, digest,
    )  # fmt: skip
    return Draft(act, refs, tail, salt, scope_of(name))


def thaw(pending: PendingAct, at: datetime) -> Draft:
    """Return the draft that a pending act froze: the same bytes, with the time that it would get now."""
    tail = bytes(pending.tail)
    fields = open_tail(tail, clock.to_text(at))
    act = build(fields, pending.digest, registry.body_type(pending.type))
    rows = {row.digest: read_act(row) for row in LoggedAct.objects.filter(digest__in=act.refs)}
    scope = scope_of(act.audience)
    return Draft(act, rows, tail, bytes(pending.salt) if pending.salt else None, scope)


def judge(draft: Draft) -> None:
    """Refuse a draft that may not stand; what `receive` would refuse elsewhere is not signed here."""
    check_exercise(draft.act, draft.refs)
    require(draft.act.body.judge(draft.act, draft.refs))


def choose_office(actor: Actor, need: Requirement | None) -> str:
    """Return the office that signs; refuse one that the charter does not let sign."""
    if need is None or actor.office in need.offices:
        return actor.office
    held = [office for office in need.offices if office in actor.offices]
    if held:
        return held[0]
    if need.count:
        return need.offices[0]
    raise Refused(refuse(_("Your office can read this, not sign it. Your draft is kept."), *need.offices))


def seal_and_sign(
    head: sequencer.Head, act: Act, draft: Draft, approvals: Sequence[Approval], signers: Sequence[SigningKey]
) -> sequencer.Entry:
    """Return the leaf of an act, which has its place now, from its draft: sealed unless public, and signed."""
    at = clock.to_text(act.at)
    sealed = None
    if draft.salt is None:
        payload = with_time(draft.tail, at)
    else:
        recipients = dict(head.direct)
        if act.audience.startswith("league:"):
            recipients[":".join(act.audience.split(":")[:2])] = head.epoch_recipient or ""
        sealed = sealing.seal(draft.tail, recipients, salt=draft.salt)
        payload = stub_bytes(
            at=at, audience=act.audience, author=act.author, ciphertext=sealed.ciphertext_hash, commitment=act.digest,
            exercise=act.exercise, league=act.league, size=sealed.padded_size,
        )  # fmt: skip
    envelope = sign(payload, signers, approvals)
    placed = sequencer.Placed(act.id, act.digest, act.type, draft.scope, draft.tail, act.audience)
    return sequencer.Entry(encode(envelope), act.at, sealed, placed)


def log_and_apply(
    head: sequencer.Head,
    drafts: Sequence[Draft],
    approvals: Sequence[Sequence[Approval]] = (),
    *,
    signers: Sequence[SigningKey] | None = None,
) -> list[Act]:
    """Sign, log and apply drafts of one author in their order; run what follows. The log is locked by `head`.

    The office's key signs, unless root `signers` are given.
    """
    if signers is None:
        if head.office_key is None:
            raise Refused(refuse(_("Your office has no signing key. Ask your administrator to add one.")))
        signers = [keyring.signing_key(head.author, head.office_key)]
    now = clock.now()
    at, first = max(now, head.last_at or now), head.frontier.size
    acts = [d.act.placed(at, first + i) for i, d in enumerate(drafts)]
    proofs = approvals or [()] * len(drafts)
    said = list(zip(acts, drafts, proofs, strict=True))
    try:
        for start in range(0, len(said), _PIECE):
            if start:
                send_ahead()
            entries = [seal_and_sign(head, *one, signers) for one in said[start : start + _PIECE]]
            head = sequencer.append(head, entries, now=now)
        if len(said) > _PIECE:
            send_ahead()
        apply_in_order(acts)
        for act in acts:
            reacting.react(act)
    except BaseException:
        # A caller that catches this must not commit half an act. Cheaper than a savepoint for each.
        transaction.set_rollback(True)
        raise
    return acts

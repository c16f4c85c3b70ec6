# SPDX-License-Identifier: Apache-2.0
"""Recalls from first to last: asked by the author, answered by every holder, carried out at the deadline; and letting
one more member read what was sealed before it came."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.rls import member_scope, node_scope
from hansa.core.verdicts import Invalid, Refused, refuse, require
from hansa.ledger import lost_keys, policy, purging, sealing, standing
from hansa.ledger.act import Act
from hansa.ledger.actions import submit, submit_all
from hansa.ledger.acts import BodyRecalled, PurgeRefused, WrapsGiven
from hansa.ledger.acts.epochs import guests_in
from hansa.ledger.acts.recalls import MOST, Given, Sealed
from hansa.ledger.choices import Recalled, Refusal
from hansa.ledger.epochs import current_epoch, node_of
from hansa.ledger.models import Guest, LoggedAct, PendingAct, PurgeAnswer, Reading, Recall, Root, SealedBody, Shut, Wrap
from hansa.ledger.opening import BadWraps, Opener
from hansa.ledger.publishing import say
from hansa.ledger.reacting import hosted_members

# The worker carries recalls out this long before their deadline, so that receipts are there in time.
EARLY = timedelta(hours=1)
NEWS = timedelta(days=2)


def recall_acts(acts: Sequence[Act], *, actor: Actor, deadline: datetime, reason: Recalled) -> Act | PendingAct:
    """Ask everyone who reads these sealed acts to destroy their texts by `deadline`. Needs the member's scope."""
    for act in acts:
        require(policy.may_recall(actor, act))
    if len(acts) > MOST:
        raise Invalid({"": _("At most %(most)d acts are recalled at once.") % {"most": MOST}})
    if not clock.now() < deadline <= clock.now() + timedelta(days=365):
        raise Invalid({"days": _("Give readers between one and 365 days.")})
    bodies = tuple(Sealed(author=act.author, index=act.index, digest=act.digest) for act in acts)
    return submit(actor, BodyRecalled(bodies=bodies, deadline=deadline, reason=reason))


def destroy_recalled(recall: Recall, *, actor: Actor) -> None:
    """Destroy a recalled text for the actor's member, now, and confirm it. Needs the member's scope."""
    require(policy.may_answer(actor, recall))
    with node_scope():
        rows = list(LoggedAct.objects.filter(digest=recall.digest))
    purging.destroy({actor.member: rows}, rows)


def refuse_purge(recall: Recall, *, actor: Actor, reason: Refusal, words: str) -> Act | PendingAct:
    """Say that the actor's member does not destroy a recalled text, and why. Needs the member's scope."""
    require(policy.may_answer(actor, recall))
    if len(words.strip()) < 3:
        raise Invalid({"words": _("Say why in a sentence: the law, the case, the agreement. Everyone can read it.")})
    body = Sealed(author=recall.author, index=recall.index, digest=recall.digest)
    return submit(actor, PurgeRefused(bodies=(body,), reason=reason, words=words.strip()[:300]))


def carry_out(at: datetime) -> int:
    """Destroy what was recalled and is due, for every member here that has not refused; return how many texts.

    As many at once as fit into a receipt: each time the tables that followed from them are folded anew once.
    """
    with node_scope():
        held = LoggedAct.objects.values("digest")
        due = list(Recall.objects.filter(deadline__lte=at + EARLY, digest__in=held).order_by("digest"))
    return sum(_carry_out(due[start : start + MOST]) for start in range(0, len(due), MOST))


@transaction.atomic
def _carry_out(due: Sequence[Recall]) -> int:
    digests = [recall.digest for recall in due]
    with node_scope():
        rows = {row.digest: row for row in LoggedAct.objects.filter(digest__in=digests)}
        answered = set(PurgeAnswer.objects.filter(digest__in=digests).values_list("digest", "reader"))
    silent = {m: [rows[d] for d in digests if d in rows and (d, m) not in answered] for m in hosted_members()}
    return purging.destroy(silent, list(rows.values()))


def let_read(acts: Sequence[Act], reader: str, *, actor: Actor) -> list[Act | PendingAct]:
    """Let one more member read sealed acts of the actor's member. Needs the member's scope."""
    for act in acts:
        require(policy.may_let_read(actor, act))
    root = Root.objects.filter(author=reader).first()
    if root is None:
        raise Invalid({"reader": _("This member has no key to read with.")})
    if any(reader in _reading_now(act) for act in acts):
        raise Refused(refuse(_("This member reads it already. Nothing was changed.")))
    return _give(actor, list(LoggedAct.objects.filter(id__in=[act.id for act in acts])), root)


def _reading_now(act: Act) -> set[str]:
    shut = standing.shut_out(act.digest, act.audience, named=True) | standing.sealed_to_lost_keys(act.digest, act.at)
    return standing.readers_now(act.digest, act.audience) - shut


def give_scope(actor: Actor, scope: UUID, guest: str, *, since: datetime | None = None) -> list[Act | PendingAct]:
    """Give a guest the keys of everything in its activation that was sealed before it came; none when it has them all.

    Needs the scope of the actor's member, which reads it.
    """
    root = Root.objects.filter(author=guest).first()
    rows = LoggedAct.objects.filter(scope=scope).order_by("at")
    return _give(actor, list(rows.filter(at__gte=since) if since else rows), root) if root else []


def give_missing(at: datetime) -> int:
    """Give guests the keys of what came from elsewhere, sealed before its author knew of them; return how many acts.

    Called by the worker. One member of this node that reads the activation does it for each guest.
    """
    newest, done = current_epoch(), 0
    scopes = Guest.objects.values_list("scope", flat=True).distinct() if newest else []
    for scope in scopes:
        for guest in sorted(guests_in(newest or 0, str(scope))):
            givers = [m for m in hosted_members() if m != guest]
            if givers:
                with member_scope(givers[0]):
                    done += len(give_scope(node_of(givers[0]), scope, guest, since=at - NEWS))
    return done


def _give(actor: Actor, rows: Sequence[LoggedAct], root: Root) -> list[Act | PendingAct]:
    """Wrap the keys of acts once more, to `root`'s member, and log that; what it has a wrap of is left out."""
    opener, bodies, given = Opener([actor.member]), [], sealing.GIVEN + root.author
    with node_scope():
        names = {row.id: purging.ciphertext_of(row) for row in rows if not row.audience.startswith("public")}
        has = Wrap.objects.filter(ciphertext_hash__in=names.values(), reader__in=[root.author, given])
        having = set(has.exclude(wrap=purging.GONE).values_list("ciphertext_hash", flat=True))
        shut = set(Shut.objects.filter(reader=root.author).values_list("name", flat=True))
        having -= {
            names[row.id] for row in rows if row.id in names
            if row.digest in shut or root.author in standing.sealed_to_lost_keys(row.digest, row.at)
        }  # fmt: skip
        recalled = set(Recall.objects.values_list("digest", flat=True))
        for row in rows:
            name = names.get(row.id)
            if name is None or name in having or row.digest in recalled:
                continue
            body = SealedBody.objects.filter(ciphertext_hash=name).first()
            wraps = {w.reader: bytes(w.wrap) for w in Wrap.objects.filter(ciphertext_hash=name)}
            try:
                key = opener.key(bytes(body.ciphertext), wraps) if body else None
            except BadWraps:
                continue
            if key is None:
                continue
            wrap = sealing.rewrap(key, root.recipient)
            Wrap.objects.update_or_create(ciphertext_hash=name, reader=given, defaults={"wrap": wrap})
            bodies.append(Given(author=row.author, index=row.index, digest=row.digest, ciphertext=name,
                                wrap=hashlib.sha256(wrap).hexdigest()))  # fmt: skip
    if not bodies:
        return []
    chunks = [tuple(bodies[start : start + MOST]) for start in range(0, len(bodies), MOST)]
    said = submit_all(actor, [say(WrapsGiven(reader=root.author, bodies=chunk)) for chunk in chunks])
    lost_keys.given(root.author, [body.digest for body in bodies])
    return said


def note_reading(act: Act, *, actor: Actor, at: datetime) -> None:
    """Remember for the actor's member that a person opened a sealed act. Needs the member's scope."""
    if actor.person is None:
        return
    row, first = Reading.objects.get_or_create(
        act=act.id, person=actor.person, defaults={"first_at": at, "last_at": at}
    )
    if not first:
        Reading.objects.filter(id=row.id).update(last_at=at)

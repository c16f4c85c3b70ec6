# SPDX-License-Identifier: Apache-2.0
"""Reads about sealed acts: who can read one and who has, which are recalled and who has not answered, key periods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.core.actor import Actor
from hansa.core.rls import node_scope
from hansa.ledger import standing
from hansa.ledger.act import Act
from hansa.ledger.acts.recalls import stub_at
from hansa.ledger.audience import PUBLIC
from hansa.ledger.choices import Kept, Recalled
from hansa.ledger.epochs import LASTS, holders
from hansa.ledger.epochs import standing as standing_epoch
from hansa.ledger.models import Epoch, Log, LoggedAct, PurgeAnswer, Reader, Reading, Recall, Shut, WrapGiven


@dataclass(frozen=True, slots=True)
class ReaderOfAct:
    """A member that was let read a sealed act: whether it is the author, who let it read later, what it destroyed."""

    member: str
    is_author: bool
    given: WrapGiven | None
    answer: PurgeAnswer | None
    opened_here: bool
    shut: bool
    old_key: bool = False

    @property
    def reads_still(self) -> bool:
        """Whether the member needs no key of it: it has not lost its own."""
        return self.can_read and not self.shut and not self.old_key

    @property
    def can_read(self) -> bool:
        """Whether the member still has the text, as far as it says."""
        return self.answer is None or self.answer.state == Kept.REFUSED


def readers_of_act(act: Act) -> list[ReaderOfAct]:
    """Return who was let read an act, by id, the author first; none for a public one."""
    if act.audience == PUBLIC:
        return []
    given = {row.reader: row for row in WrapGiven.objects.filter(digest=act.digest).order_by("-at")}
    answers = {row.reader: row for row in PurgeAnswer.objects.filter(digest=act.digest)}
    base = set(Reader.objects.filter(name=act.audience).values_list("reader", flat=True))
    here, shut = standing.hosted(), standing.shut_out(act.digest, act.audience)
    old = standing.sealed_to_lost_keys(act.digest, act.at) if act.audience.startswith("named:") else set()
    found = [
        ReaderOfAct(m, m == act.author, given.get(m), answers.get(m), m in here, m in shut, m in old)
        for m in base | given.keys() | answers.keys()
    ]
    return sorted(found, key=lambda row: (not row.is_author, row.member))


@dataclass(frozen=True, slots=True)
class ShutAct:
    """A sealed act to whose readers a member belongs, and which its own key does not open: what its leaf shows."""

    author: str
    index: int
    at: datetime
    digest: str
    since: datetime | None


def shut_act(member: str, act_id: UUID) -> ShutAct | None:
    """Return an act that is sealed to a member and does not open by its own key; None when it is not, or opens."""
    with node_scope():
        row = LoggedAct.objects.filter(id=act_id).exclude(audience=PUBLIC).first()
        found = _shut(member, [row]) if row else []
    return found[0] if found else None


def shut_acts(member: str, newest: int = 10) -> list[ShutAct]:
    """Return the acts that are sealed to a member and do not open by its own key, newest first."""
    rows = Shut.objects.filter(reader=member)
    if not rows.exists():
        return []
    periods = [name for name in rows.values_list("name", flat=True) if name.startswith("league:")]
    with node_scope():
        sealed = LoggedAct.objects.exclude(audience=PUBLIC).order_by("-at", "-index")
        if not rows.filter(name=standing.SHUT_ALL).exists():
            fits = Q(digest__in=rows.values("name")) | Q(audience__in=periods)
            for name in periods:
                fits |= Q(audience__startswith=f"{name}:")
            sealed = sealed.filter(fits)
        names = Reader.objects.filter(reader=member).values("name")
        own = Q(audience__startswith="act:") | Q(audience__in=names)
        return _shut(member, sealed.filter(own)[: 2 * newest])[:newest]


def _shut(member: str, rows: Iterable[LoggedAct]) -> list[ShutAct]:
    noticed = dict(Shut.objects.filter(reader=member).values_list("name", "noticed_at"))
    found = []
    for row in rows:
        act = standing.act_of(row)
        if member in standing.readers_now(act.digest, act.audience) & standing.shut_out(act.digest, act.audience):
            names = (standing.SHUT_ALL, act.digest, f"league:{standing.period_of(act.audience)}")
            since = min((noticed[name] for name in names if name in noticed), default=None)
            found.append(ShutAct(act.author, act.index, act.at, act.digest, since))
    return found


def readings(act: Act) -> QuerySet[Reading]:
    """Return which persons of the open scope's member opened an act, first first."""
    return Reading.objects.filter(act=act.id).order_by("first_at")


@dataclass(frozen=True, slots=True)
class RecallState:
    """A recall as it stands: who must answer and what each said; `act` where the reader still reads it."""

    recall: Recall
    act: Act | None
    answers: tuple[PurgeAnswer, ...]
    silent: tuple[str, ...]
    overdue: bool
    asked: bool

    @property
    def reason(self) -> str:
        """Why the author recalled it."""
        return str(Recalled(self.recall.reason).label)


def recalls(actor: Actor, at: datetime) -> list[RecallState]:
    """Return every recall, those that somebody has not answered first, then by deadline."""
    rows = list(Recall.objects.all())
    digests = [row.digest for row in rows]
    visible = {row.digest: standing.act_of(row) for row in LoggedAct.objects.filter(digest__in=digests)}
    answers: dict[str, list[PurgeAnswer]] = {}
    for answer in PurgeAnswer.objects.filter(digest__in=digests).order_by("at"):
        answers.setdefault(answer.digest, []).append(answer)
    found = []
    for row in rows:
        said = answers.get(row.digest, [])
        readers = _readers_known_to(actor, row, said, row.digest in visible)
        silent = sorted(readers - {answer.reader for answer in said})
        mine = actor.member in readers and not any(a.reader == actor.member and a.state != Kept.REFUSED for a in said)
        found.append(
            RecallState(
                row, visible.get(row.digest), tuple(said), tuple(silent), at > row.deadline and bool(silent), mine
            )
        )
    return sorted(found, key=lambda state: (not state.silent, state.recall.deadline))


def _readers_known_to(actor: Actor, recall: Recall, said: Sequence[PurgeAnswer], reads: bool) -> set[str]:
    """Return who still reads a recalled act, as far as the actor's member may know: who named members are is for them
    and the author alone."""
    league = Log.objects.filter(author=recall.author).values_list("league", flat=True).first() or ""
    shown = stub_at(league, recall.author, recall.index)
    mine = reads or actor.member == recall.author or any(answer.reader == actor.member for answer in said)
    if shown is None or not (mine or shown["audience"].startswith("league:")):
        return set()
    return standing.readers_now(recall.digest, shown["audience"])


@dataclass(frozen=True, slots=True)
class Period:
    """A key period: who has its key, whether it is the one that is sealed to now, and when it ends at the latest."""

    epoch: Epoch
    holders: tuple[str, ...]
    newest: bool
    ends: datetime


def periods() -> list[Period]:
    """Return the league's key periods, newest first; of one that was opened twice, the key that counts first."""
    newest = standing_epoch()
    return [
        Period(row, tuple(holders(row)), row == newest, row.at + LASTS)
        for row in Epoch.objects.order_by("-epoch", "digest")
    ]

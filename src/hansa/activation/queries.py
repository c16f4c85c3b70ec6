# SPDX-License-Identifier: Apache-2.0
"""Reads about activations. Every list takes the same number of queries, whatever its length."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property, partial
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa.activation import bylaws, fulfilment
from hansa.activation.models import Activation, Adoption, Answer, Consultation, Line, Stand, Step
from hansa.activation.owed import Obligation, Scene, answered, obligations
from hansa.activation.rules import Case, Change, Standing, standing
from hansa.activation.rules import Stand as StandRule
from hansa.activation.rules import Step as StepRule
from hansa.activation.wording import member_name, trigger_name
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.reading import rows as read_rows
from hansa.core.reading import uuids
from hansa.ledger import Act
from hansa.ledger.models import LoggedAct
from hansa.ledger.queries import logged_acts, read_act
from hansa.pact.charter import Charter

_LOOKED_AT = 300
_NOT_ENDED = (
    "NOT EXISTS (SELECT FROM activation_step s WHERE s.activation = activation_activation.id"
    f" AND s.member = activation_activation.member AND s.change = '{Change.STOOD_DOWN}') ORDER BY at DESC, id DESC"
)


@dataclass(frozen=True)
class Picture:
    """An activation as it stands at `now`: its row, the charter, what was computed from all acts about it."""

    activation: Activation
    charter: Charter
    standing: Standing
    league: frozenset[str]
    reasons: dict[UUID, str]
    answered_with: Callable[[], Mapping[UUID, list[Answer]]]
    deeds: Callable[[], Mapping[UUID, fulfilment.Deeds]]
    now: datetime

    @property
    def id(self) -> UUID:
        """The id of the act that opened it."""
        return self.activation.id

    @cached_property
    def title(self) -> str:
        """Member and trigger: "Chicago: Fire"."""
        row = self.activation
        return f"{member_name(row.member)}: {trigger_name(row.charter, row.trigger)}"

    @cached_property
    def answers(self) -> tuple[Answer, ...]:
        """Who said that it has it, or can send nothing; asked for all pictures at once when it is first needed."""
        return tuple(self.answered_with().get(self.id, ()))

    @cached_property
    def obligations(self) -> tuple[Obligation, ...]:
        """What each member owes, by the charter's order; asks the ledger what was done when it is first needed."""
        row, done = self.activation, self.deeds()[self.id]
        scene = Scene(self.standing, row.at, row.member, row.trigger, self.league, done.started, done.met)
        return tuple(obligations(bylaws.terms(self.charter), scene))

    def owed_by(self, member: str) -> list[Obligation]:
        """Return what one member owes."""
        return [item for item in self.obligations if item.member == member]

    def obligation(self, member: str, code: str) -> Obligation | None:
        """Return one obligation of one member, or None when it does not owe it."""
        return next((item for item in self.obligations if item.member == member and item.term.code == code), None)

    def answered(self, code: str) -> tuple[int, int]:
        """Return how many met an obligation, and how many owe it."""
        return answered(self.obligations, code)

    def stand_of(self, member: str) -> StandRule | None:
        """Return how a member stood to it: its first attestation or objection."""
        return next((s for s in (*self.standing.attested, *self.standing.objected) if s.member == member), None)

    def acknowledged(self, member: str) -> bool:
        """Return whether the member has acknowledged it."""
        return any(answer.member == member and not answer.declined for answer in self.answers)


def visible_to(actor: Actor) -> QuerySet[Activation]:
    """Return the activations that the actor's member reads, newest first. Row-level security holds the rest back."""
    return Activation.objects.order_by("-at", "-id")


def get(activation_id: UUID) -> Activation | None:
    """Return an activation that the open scope may read, or None."""
    found = read_rows(Activation, "id = $1", str(activation_id))
    return found[0] if found else None


def picture(activation_id: UUID, now: datetime | None = None) -> Picture | None:
    """Return an activation as it stands, or None when the open scope cannot read it or its charter."""
    row = get(activation_id)
    found = pictures([row], now) if row else []
    return found[0] if found else None


def pictures(rows: Sequence[Activation], now: datetime | None = None) -> list[Picture]:
    """Return activations as they stand, in the order given.

    Three queries for all of them; one more each for adoptions where one was reported by voice, for answers and for
    obligations when these are asked for. Every page shows the open ones in its frame, and needs none of the latter.
    """
    if not rows:
        return []
    now = now or clock.now()
    ids = [row.id for row in rows]
    stands, steps = _by_activation(Stand, ids), _by_activation(Step, ids)
    adoptions = _by_activation(Adoption, [row.id for row in rows if row.reporter])
    answers, deeds = cache(partial(_by_activation, Answer, ids)), cache(partial(_deeds, rows))
    league_at = bylaws.leagues()
    found = []
    for row in rows:
        charter = bylaws.charter(row.charter)
        if charter is None:
            continue
        league = league_at(row.at)
        adoption = next(
            (item for item in adoptions[row.id] if item.member == row.member and item.adopted == row.digest), None
        )
        state = standing(bylaws.rule(charter), _case(row, league, stands[row.id], steps[row.id], adoption), now)
        reasons = {stand.id: stand.reason for stand in stands[row.id]}
        found.append(Picture(row, charter, state, league, reasons, answers, deeds, now))
    return found


def _deeds(rows: Sequence[Activation]) -> Mapping[UUID, fulfilment.Deeds]:
    charters = [held for digest in {row.charter for row in rows} if (held := bylaws.charter(digest))]
    terms = [term for held in charters for term in bylaws.terms(held)]
    return fulfilment.deeds([row.id for row in rows], terms)


def _by_activation(model, ids: list[UUID]) -> dict[UUID, list]:
    rows: dict[UUID, list] = defaultdict(list)
    if not ids:
        return rows
    within = "activation = ANY($1::uuid[]) ORDER BY at, id"
    for item in read_rows(model, within, uuids(ids)):
        rows[item.activation].append(item)
    return rows


def _case(
    row: Activation, league: frozenset[str], stands: Iterable[Stand], steps: Iterable[Step], adoption: Adoption | None
) -> Case:
    return Case(
        row.member,
        row.at,
        row.level,
        league - {row.member},
        tuple(StandRule(item.member, item.attests, item.at, item.id) for item in stands),
        tuple(StepRule(Change(item.change), item.member, item.at, item.id, item.level, item.until) for item in steps),
        row.reporter,
        adoption.at if adoption else None,
    )


def open_activations(actor: Actor, now: datetime | None = None) -> list[Picture]:
    """Return the activations in which members still owe or may be asked something, newest first."""
    return [found for found in pictures(read_rows(Activation, _NOT_ENDED), now) if found.standing.open]


def answers(activation_id: UUID) -> QuerySet[Answer]:
    """Return the answers to an activation, oldest first."""
    return Answer.objects.filter(activation=activation_id).order_by("at", "id")


def lines(activation_id: UUID) -> QuerySet[Line]:
    """Return the log lines that were shared in an activation, newest first."""
    return Line.objects.filter(activation=activation_id).order_by("-at", "-id")


def consultations() -> QuerySet[Consultation]:
    """Return the consultations that the open scope may read, newest first."""
    return Consultation.objects.order_by("-at", "-id")


def get_consultation(consultation_id: UUID) -> Consultation | None:
    """Return a consultation, or None."""
    return Consultation.objects.filter(id=consultation_id).first()


@dataclass(frozen=True, slots=True)
class Happening:
    """One act in words, as the timeline shows it; `more` of the same kind and author came right before it."""

    act: Act
    headline: str
    more: int = 0


def acts_of(activation_id: UUID) -> QuerySet[LoggedAct]:
    """Return the rows of every act of an activation, of every part, newest first."""
    return logged_acts(scope=activation_id)


def read_happenings(rows: Iterable[LoggedAct]) -> list[Happening]:
    """Return acts in words. Call within `names_kept`, so that each member's name is looked up once."""
    read = [read_act(row) for row in rows]
    return [Happening(act, str(act.headline)) for act in read]


def folded_happenings(activation_id: UUID, most: int) -> list[Happening]:
    """Return what happened last, newest first: a flood of one kind by one member is one line. See `read_happenings`."""
    rows = acts_of(activation_id)[:_LOOKED_AT]
    runs = [list(run) for _key, run in groupby(rows, key=lambda row: (row.type, row.author))][:most]
    newest = read_happenings(run[0] for run in runs)
    return [replace(item, more=len(run) - 1) for item, run in zip(newest, runs, strict=True)]


def matching(actor: Actor, words: str, most: int) -> list[Activation]:
    """Return activations whose text holds the words."""
    found = Q(situation__icontains=words) | Q(place__icontains=words) | Q(first_needs__icontains=words)
    slug = words.lower().replace(" ", "-")
    return list(visible_to(actor).filter(found | Q(member__icontains=slug))[:most])

# SPDX-License-Identifier: Apache-2.0
"""Reads about duties, the inbox, log lines and hand-overs, for the member whose scope is open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from hansa import ledger
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.reading import listed
from hansa.core.statements import ask
from hansa.duty.models import Duty, Handover, LogLine, Notice
from hansa.duty.rules import ClockState, fold, urgency
from hansa.ledger.queries import logged_acts, read_act
from hansa.people.models import Account
from hansa.people.queries import waiting_for

_SHIFT = timedelta(hours=12)
_SHOWN_DONE = timedelta(hours=24)
_MOST_DONE = 20
_MOST_NOTICES = 200
_MOST_ACTS = 200
_SHOWN_OF_KIND = 3
# `visible_to`, less what someone else has taken, in the words of SQL: the frame of every page asks it.
_NEEDED = b"""
SELECT count(*) FROM duty_duty
WHERE done_at IS NULL AND NOT waived
AND (person = $2 OR person IS NULL AND office IN (SELECT json_array_elements_text($1)))"""


def open_duties() -> QuerySet[Duty]:
    """Return the duties that are neither done nor waived."""
    return Duty.objects.filter(done_at=None, waived=False)


def visible_to(actor: Actor) -> QuerySet[Duty]:
    """Return the duties of the actor's offices, and those that the actor has taken."""
    return Duty.objects.filter(Q(office__in=(actor.office, *actor.offices)) | Q(person=actor.person))


@dataclass(frozen=True, slots=True)
class Group:
    """Duties in the same state of their clocks."""

    state: ClockState
    duties: list[Duty]

    @property
    def folded(self) -> list[tuple[Duty, list[Duty]]]:
        """The duties to show, each with those of its kind that are folded behind it."""
        return fold(self.duties, lambda duty: (duty.kind, duty.person), _SHOWN_OF_KIND)


def by_clock(actor: Actor, now: datetime) -> list[Group]:
    """Return the actor's duties by urgency: late, soon, ahead, and what was done in the last day."""
    own = visible_to(actor)
    open_ = list(own.filter(done_at=None, waived=False))
    done = list(own.filter(done_at__gte=now - _SHOWN_DONE).order_by("-done_at")[:_MOST_DONE])
    listed = sorted([*open_, *done], key=lambda duty: urgency(duty.clock, now))
    groups: dict[ClockState, list[Duty]] = {}
    for duty in listed:
        groups.setdefault(duty.clock.state(now), []).append(duty)
    return [Group(state, duties) for state, duties in groups.items()]


def get_duty(duty_id: UUID) -> Duty | None:
    """Return a duty of the member, or None."""
    return Duty.objects.filter(id=duty_id).first()


def for_subject(subject: UUID, kind: str) -> Duty | None:
    """Return the member's duty of one kind about a subject, open or done."""
    return Duty.objects.filter(subject=subject, kind=kind).order_by("opened_at").first()


def inbox_count(actor: Actor) -> int:
    """Return how many open duties need this actor; what is only to know has no badge."""
    return int(ask(_NEEDED, listed([actor.office, *actor.offices]), str(actor.person))[0][0] or 0)


@dataclass(frozen=True, slots=True)
class Fold:
    """Notices of one topic about one matter, folded: the newest says what, `count` how many."""

    newest: Notice
    ids: list[UUID]

    @property
    def count(self) -> int:
        """How many notices are folded into one line."""
        return len(self.ids)


def to_know(person: UUID | None = None, *, read: bool = False) -> list[Fold]:
    """Return the notices for all and those for `person`, newest first; a flood within one activation is one line."""
    mine = Notice.objects.filter(Q(person=None) | Q(person=person), read_at__isnull=not read)
    rows = mine.order_by("-at", "-id")[:_MOST_NOTICES]
    folds: dict[tuple, Fold] = {}
    for row in rows:
        folds.setdefault((row.topic, row.scope or row.id), Fold(row, [])).ids.append(row.id)
    return list(folds.values())


def was_told(key: str) -> bool:
    """Return whether the member's inbox has, or had, the notice with this key."""
    return Notice.objects.filter(key=key).exists()


def pending_for(actor: Actor) -> list[tuple[ledger.PendingAct, ledger.Act]]:
    """Return what waits for the actor's passkey, oldest first, each as it will read."""
    return [(row, ledger.read_pending(row)) for row in waiting_for(actor)]


def names_of(people: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return the names of the member's own people."""
    return dict(Account.objects.filter(id__in={person for person in people if person}).values_list("id", "name"))


def language_of(person: UUID) -> str:
    """Return the language of one of the member's own people, English when there is none."""
    return Account.objects.filter(id=person).values_list("language", flat=True).first() or "en"


def lines(since: datetime | None = None, *, scope: UUID | None = None) -> QuerySet[LogLine]:
    """Return the member's log lines, newest first."""
    rows = LogLine.objects.order_by("-happened_at", "-id")
    if since:
        rows = rows.filter(at__gte=since)
    return rows.filter(scope=scope) if scope else rows


def last_handover(office: str) -> Handover | None:
    """Return the office's newest hand-over."""
    return Handover.objects.filter(office=office).order_by("-at").first()


def waiting_handover(office: str) -> Handover | None:
    """Return the office's hand-over that nobody has accepted yet."""
    return Handover.objects.filter(office=office, accepted_at=None).order_by("-at").first()


def get_handover(handover_id: UUID) -> Handover | None:
    """Return a hand-over of the member, or None."""
    return Handover.objects.filter(id=handover_id).first()


def shift_began(office: str) -> datetime:
    """Return when the present shift began: with the last hand-over, else twelve hours ago."""
    last = last_handover(office)
    return last.at if last else clock.now() - _SHIFT


def acts_since(since: datetime) -> list[ledger.Act]:
    """Return the acts since a time that the member reads, oldest first; the newest where there are too many.

    Keys and the like, which the ledger itself needs, are no news for a relief.
    """
    rows = logged_acts().filter(at__gte=since).exclude(type__startswith="ledger.")
    return [read_act(row) for row in reversed(rows[:_MOST_ACTS])]


def handovers(actor: Actor) -> QuerySet[Handover]:
    """Return the hand-overs of the actor's offices, newest first."""
    return Handover.objects.filter(office__in=(actor.office, *actor.offices)).order_by("-at")

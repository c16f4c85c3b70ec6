# SPDX-License-Identifier: Apache-2.0
"""Alerts climb their ladders, those of many members side by side: read together, asked together, written together.

A job has one transaction for its members and steps from scope to scope (`core.rls.every_member`). Only what is
published goes member by member, for each signs its own.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from hansa import ledger, notify
from hansa.core.actor import Actor
from hansa.core.statements import as_json
from hansa.core.statements import ask as ask_database
from hansa.duty.acts import AlertTaken, AlertTold
from hansa.duty.alarms import Alarm
from hansa.duty.choices import AlertEnd
from hansa.duty.ladders import CLOCK_FAULT, Ask, Who, climb, relief
from hansa.duty.models import Alert, AlertAsk
from hansa.duty.queries import alarm as queries
from hansa.duty.queries import scenes
from hansa.duty.queries.scenes import Scene

Step = Callable[[str], None]
_WRITE = b"SELECT duty_asked($1)"
# By then providers have said what they took: the league hears it long before the next rung.
TELL_AFTER = timedelta(seconds=30)


def open_alerts(alarm: Alarm, members: Sequence[str], step: Step, *, at: datetime) -> list[Alert]:
    """Open each member's alert and ask the first on its ladder; return those that were opened.

    None is opened where it is open already or no longer needed.
    """
    if alarm.expires_at <= at:
        return []
    places = [(member, alarm.office) for member in members]
    found = scenes.scenes(places, at, key=alarm.key, scope=alarm.scope)
    alerts = [
        Alert(
            key=alarm.key, member=member, office=alarm.office, subject=alarm.subject, scope=alarm.scope, url=alarm.url,
            title=alarm.headline.message, params=dict(alarm.headline.params), text=alarm.text.message,
            text_params=dict(alarm.text.params), exercise=alarm.exercise, opened_at=at, expires_at=alarm.expires_at,
            due_at=at, next_at=at,
        )
        for member, office in places if not found[member, office].needs_none
    ]  # fmt: skip
    # They are written as they are once the first were asked. Another worker that opened one meanwhile makes this fail
    # as a whole, and nothing was sent by it.
    _look_at(alerts, found, step, at=at)
    return alerts


def look_due(members: Sequence[str], step: Step, *, at: datetime) -> list[Alert]:
    """Look at the alerts of these members that are due; what another worker is looking at is left to it."""
    alerts: list[Alert] = []
    for member in members:
        step(member)
        # A wait that ends later than any lasts was written by a clock that has been set back since: it is over.
        fault = Q(next_at__isnull=False, due_at__gt=at + CLOCK_FAULT)
        due = Alert.objects.filter(Q(next_at__lte=at) | fault, ended_at=None).select_for_update(skip_locked=True)
        for alert in due.order_by("next_at", "id"):
            if alert.due_at and alert.due_at > at + CLOCK_FAULT:
                alert.due_at = at
            if alert.expires_at <= at:
                end(alert, AlertEnd.EXPIRED, at=at)
            else:
                alerts.append(alert)
    found = scenes.scenes({(alert.member, alert.office) for alert in alerts}, at)
    _look_at(alerts, found, step, at=at)
    return alerts


@dataclass(slots=True)
class _Walk:
    """One alert on its way up: the steps that are left, who was asked, whether that was everybody."""

    alert: Alert
    steps: Generator[Ask, list[UUID], None] = field(init=False)
    asks: list[AlertAsk] = field(default_factory=list)
    unanswered: bool = False


def _look_at(alerts: Iterable[Alert], found: Mapping[scenes.Place, Scene], step: Step, *, at: datetime) -> None:
    """Ask who is to be asked now: the next on the ladder where the wait is over, or whoever came on call since."""
    walks = []
    for alert in alerts:
        scene = found[alert.member, alert.office]
        walk = _Walk(alert)
        if alert.due_at and alert.due_at <= at:
            if alert.climbs and alert.told_at is None and not alert.at_top:
                step(alert.member)
                _say_told(alert, at=at)
            walk.steps = _climb(walk, scene, at=at)
        else:
            step(alert.member)
            if alert.told_at is None and not alert.at_top and queries.delivered_by(alert):
                _say_told(alert, at=at)
            walk.steps = _relieve(walk, scene, asked(alert), at=at)
        walks.append(walk)
    _ask_all(walks, at=at)
    for walk in walks:
        alert, hands_over = walk.alert, found[walk.alert.member, walk.alert.office].hands_over
        tells = alert.opened_at + TELL_AFTER
        told = tells if alert.told_at is None and tells > at else None
        alert.next_at = min(moment for moment in (alert.due_at, hands_over, alert.expires_at, told) if moment)
    _write(walks)
    for walk in walks:
        new = walk.alert._state.adding
        walk.alert._state.adding = False
        if new and not walk.unanswered:
            continue
        step(walk.alert.member)
        if walk.unanswered:
            _say_unanswered(walk.alert, at=at)
        walk.alert.save()


def _ask_all(walks: Iterable[_Walk], *, at: datetime) -> None:
    """Walk all of them, wave by wave: each says whom to ask next, and hears who has an address there."""
    waiting: list[tuple[_Walk, Ask]] = []
    for walk in walks:
        if (first := next(walk.steps, None)) is not None:
            waiting.append((walk, first))
    while waiting:
        sent = notify.send_messages([_telling(walk.alert, each) for walk, each in waiting], at=at)
        further = []
        for (walk, each), became in zip(waiting, sent, strict=True):
            alert = walk.alert
            walk.asks += [
                AlertAsk(member=alert.member, alert=alert, person=person, who=each.rung.who.value, at=at,
                         channels=list(each.channels), round=alert.climbs, missed=person in became.unreachable)
                for person in each.people
            ]  # fmt: skip
            try:
                reached = [person for person in each.people if person not in became.unreachable]
                further.append((walk, walk.steps.send(reached)))
            except StopIteration:
                continue
        waiting = further


def _climb(walk: _Walk, scene: Scene, *, at: datetime) -> Generator[Ask, list[UUID], None]:
    """Go up until a rung reaches somebody: one that reaches nobody costs no time. The top is "unanswered"."""
    alert = walk.alert
    if alert.at_top:
        walk.unanswered, alert.due_at = True, None
        return
    place, ladder, locked = alert.place, scene.plan.ladder(), frozenset(alert.locked)
    while True:
        found = climb(ladder, place, scene.crew, without=locked)
        alert.climbs += 1
        reached: list[UUID] = []
        for each in found.asks:
            reached += yield each
        if reached or found.then is None:
            break
        place = found.then
    alert.at_top = found.then is None
    alert.place = found.then or place
    alert.asking = reached
    alert.due_at = at + found.wait
    if not reached:
        # Nobody is left whose answer could be waited for.
        walk.unanswered, alert.due_at = True, None


def _relieve(walk: _Walk, scene: Scene, before: set[UUID], *, at: datetime) -> Generator[Ask, list[UUID], None]:
    """Ask whoever came on call since."""
    alert = walk.alert
    newcomer = relief(scene.plan.ladder(), scene.crew, before, without=frozenset(alert.locked))
    if newcomer is None:
        return
    alert.climbs += 1
    reached = yield newcomer
    if not reached:
        return
    if newcomer.rung.who is Who.EVERYONE:  # they join those who were asked with them
        alert.asking = [*alert.asking, *reached]
        return
    alert.asking = list(newcomer.people)
    alert.due_at = at + newcomer.rung.wait


def event_of(alert: Alert) -> notify.Event:
    """Return what the people of an alert are told."""
    return notify.Event(
        key=alert.key, headline=alert.headline, text=alert.body, url=f"/a/{alert.id}/{{code}}/",
        urgency=notify.Urgency.HIGH, expires_at=alert.expires_at, answer=True, exercise=alert.exercise,
    )  # fmt: skip


def _telling(alert: Alert, each: Ask) -> notify.Telling:
    channels = [notify.Channel(name) for name in each.channels]
    people = [notify.Recipient(person, place=n, channels=channels) for n, person in enumerate(each.people)]
    return notify.Telling(alert.member, event_of(alert), people, alert.climbs)


def _write(walks: Iterable[_Walk]) -> None:
    """Write new alerts, and whom each asked, with one statement."""
    rows = [
        {"member": walk.alert.member, "alerts": [_values(walk.alert)] if walk.alert._state.adding else [],
         "asks": [_values(each) for each in walk.asks]}
        for walk in walks if walk.asks or walk.alert._state.adding
    ]  # fmt: skip
    if rows:
        ask_database(_WRITE, as_json(rows))


def _values(row: Alert | AlertAsk) -> dict:
    return {str(each.attname): row.__dict__[each.attname] for each in row._meta.concrete_fields}


def asked(alert: Alert) -> set[UUID]:
    """Return who was asked to take an alert, over whatever channel."""
    return set(AlertAsk.objects.filter(alert=alert).values_list("person", flat=True))


def end(alert: Alert, how: AlertEnd, *, at: datetime) -> None:
    """Let nobody be asked any more."""
    alert.end, alert.ended_at, alert.next_at, alert.due_at, alert.asking = how.value, at, None, None, []
    alert.save()


def publish(alert: Alert, body: AlertTaken | AlertTold, actor: Actor) -> None:
    """Say it to those who read what raised the alert; nothing where the member itself does not read that."""
    cause = ledger.get(alert.subject)
    if cause is None:
        return
    audience = ledger.league_scope(alert.scope) if alert.scope else ledger.LEAGUE
    ledger.submit(actor, body, refs=[cause.id], audience=audience, charter=cause.charter, exercise=cause.exercise)


def _say_told(alert: Alert, *, at: datetime) -> None:
    alert.told_at = at
    publish(alert, _told(alert), Actor(None, alert.member, alert.office))


def _say_unanswered(alert: Alert, *, at: datetime) -> None:
    """Say, once, that everybody on the ladder was asked. Whoever answers later still takes it."""
    alert.at_top = True
    if alert.unanswered_at is None:
        alert.unanswered_at = at
        publish(alert, _told(alert, unanswered=True), Actor(None, alert.member, alert.office))


def _told(alert: Alert, *, unanswered: bool = False) -> AlertTold:
    people = AlertAsk.objects.filter(alert=alert, missed=False).values("person").distinct().count()
    channels = queries.delivered_by(alert)
    return AlertTold(subject=alert.subject, asked=people, channels=channels, unanswered=unanswered)  # type: ignore[arg-type]

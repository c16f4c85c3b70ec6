# SPDX-License-Identifier: Apache-2.0
"""Alerts climb their ladders until somebody takes them: opened once per member, asked step by step, taken once.

Everything here runs in the member's scope and in the caller's transaction. `notify` carries the messages and decides
whose answer was first; what a person said is published as an act of their member.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pydantic import ValidationError

from hansa import ledger, notify
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.verdicts import Invalid, Refused, Text, refuse, require
from hansa.duty import alarm_policy as policy
from hansa.duty import alarms
from hansa.duty.acts import CONTACT_FAULTS, AlertTaken, AlertTold, Contact, ContactsFiled
from hansa.duty.alarms import Alarm
from hansa.duty.choices import AlertEnd
from hansa.duty.ladders import Ask, Crew, Ladder, climb, held_until, relief
from hansa.duty.models import AlarmPlan, Alert, AlertAsk, ContactList
from hansa.duty.queries import alarm as queries
from hansa.duty.wording import Wording
from hansa.ledger import Act
from hansa.ledger.naming import member_name
from hansa.notify.event import Answered
from hansa.notify.models import Message
from hansa.people import reading
from hansa.people.models import Account
from hansa.people.queries import actor_for

IN_HAND = gettext_noop("%(person)s has it in hand: %(headline)s")
NOT_NEEDED = gettext_noop("No answer is needed any more: %(headline)s")
CONTACTS = "duty.contacts"
_BY_TEXT = (notify.Channel.WEBPUSH, notify.Channel.SMS, notify.Channel.EMAIL)


def open_alert(alarm: Alarm, member: str, *, at: datetime) -> Alert | None:
    """Open the member's alert and ask the first on its ladder; None when it is open already or no longer needed."""
    if alarm.expires_at <= at or queries.needs_none(alarm.key, member, alarm.scope):
        return None
    alert = Alert(
        key=alarm.key, member=member, office=alarm.office, subject=alarm.subject, scope=alarm.scope, url=alarm.url,
        title=alarm.headline.message, params=dict(alarm.headline.params), text=alarm.text.message,
        text_params=dict(alarm.text.params), exercise=alarm.exercise, opened_at=at, expires_at=alarm.expires_at,
        due_at=at, next_at=at,
    )  # fmt: skip
    # One statement writes it, as it is once the first were asked. Another worker that opened it meanwhile makes this
    # fail as a whole, and nothing was sent by it.
    look_at(alert, at=at)
    return alert


def look_due(*, at: datetime) -> list[Alert]:
    """Look at the member's alerts that are due; what another worker is looking at is left to it."""
    rows = Alert.objects.filter(ended_at=None, next_at__lte=at).select_for_update(skip_locked=True)
    done = list(rows.order_by("next_at", "id"))
    for alert in done:
        look_at(alert, at=at)
    return done


def look_at(alert: Alert, *, at: datetime) -> None:
    """Ask who is to be asked now: the next on the ladder when the wait is over, or whoever came on call since."""
    if alert.expires_at <= at:
        _end(alert, AlertEnd.EXPIRED, at=at)
        return
    new = alert._state.adding
    crew, hands_over = queries.crew(alert.member, alert.office, at)
    locked, ladder = frozenset(alert.locked), queries.plan().ladder()
    if alert.due_at and alert.due_at <= at:
        _climb(alert, ladder, crew, locked, at=at)
    elif newcomer := relief(ladder, crew, _asked(alert), without=locked):
        alert.climbs += 1
        if _ask(alert, newcomer, at=at):
            alert.asking = list(newcomer.people)
            alert.due_at = at + newcomer.rung.wait
    alert.next_at = min(moment for moment in (alert.due_at, hands_over, alert.expires_at) if moment)
    alert.save(force_insert=new)


def _asked(alert: Alert) -> set[UUID]:
    return set(AlertAsk.objects.filter(alert=alert).values_list("person", flat=True))


def _climb(alert: Alert, ladder: Ladder, crew: Crew, locked: frozenset[UUID], *, at: datetime) -> None:
    """Go up until a rung reaches somebody: one that reaches nobody costs no time. The top is "unanswered"."""
    if alert.at_top:
        _say_unanswered(alert, at=at)
        return
    if alert.climbs and alert.told_at is None:
        _say_told(alert, at=at)
    place = alert.place
    while True:
        step = climb(ladder, place, crew, without=locked)
        alert.climbs += 1
        reached = [person for ask in step.asks for person in _ask(alert, ask, at=at)]
        if reached or step.then is None:
            break
        place = step.then
    alert.at_top = step.then is None
    alert.place = step.then or place
    alert.asking = reached
    alert.due_at = at + step.wait
    if not reached:
        # Nobody is left whose answer could be waited for.
        _say_unanswered(alert, at=at)


def _event(alert: Alert) -> notify.Event:
    return notify.Event(
        key=alert.key, headline=alert.headline, text=alert.body, url=f"/a/{alert.id}/{{code}}/",
        urgency=notify.Urgency.HIGH, expires_at=alert.expires_at, answer=True, exercise=alert.exercise,
    )  # fmt: skip


def _ask(alert: Alert, ask: Ask, *, at: datetime) -> list[UUID]:
    """Send to the people of one rung; return those who have an address there."""
    channels = [notify.Channel(name) for name in ask.channels]
    people = [notify.Recipient(person, place=n, channels=channels) for n, person in enumerate(ask.people)]
    sent = notify.send_message(_event(alert), people, round=alert.climbs, at=at)
    rows = [
        AlertAsk(alert=alert, person=person, who=ask.rung.who.value, channels=list(ask.channels), round=alert.climbs,
                 missed=person in sent.unreachable, at=at)
        for person in ask.people
    ]  # fmt: skip
    AlertAsk.objects.bulk_create(rows, ignore_conflicts=True)
    return [person for person in ask.people if person not in sent.unreachable]


def move_on(message: Message, reason: str) -> None:
    """Go on to the next when a message cannot reach its person, or five wrong codes have locked it."""
    alert = Alert.objects.select_for_update().filter(key=message.event, ended_at=None).first()
    if alert is None:
        return
    if reason == "locked" and message.person not in alert.locked:
        alert.locked.append(message.person)
    if message.person in alert.asking:
        alert.asking.remove(message.person)
        if not alert.asking:
            alert.due_at = alert.next_at = clock.now()
            alarms.climb_at(alert.next_at)
    alert.save()


def take(message: Message) -> None:
    """Let a person take the alert that their message asked about; the act says so to the league.

    `notify` calls it for the first answer of an event, however it came. Raises `Refused` when the person serves the
    member no longer: then the answer does not count, and the alert climbs on.
    """
    alert = Alert.objects.select_for_update().filter(key=message.event).first()
    if alert is None or alert.taken_by:
        return
    actor = _actor(alert, message.person)
    if actor is None:
        raise Refused(refuse(_("Your term has ended. Nothing was taken; the next person is asked."), alert.office))
    at = clock.now()
    alert.taken_by, alert.taken_via = message.person, message.acknowledged_via
    _end(alert, AlertEnd.TAKEN, at=at)
    body = AlertTaken(subject=alert.subject, person=message.person, via=message.acknowledged_via)  # type: ignore[arg-type]
    _publish(alert, body, actor)
    others = _asked(alert) - {message.person}
    _send_word(alert, "in-hand", _Word(IN_HAND, alert.headline, actor.name), others, at=at)


def take_by_page(alert: Alert, *, actor: Actor) -> Answered:
    """Take an alert from a page while signed in; a person who was not asked yet may, too."""
    require(policy.may_take(actor, alert))
    assert actor.person is not None  # noqa: S101 - for mypy: the policy refuses the node itself
    at = clock.now()
    message = queries.message_to(alert, actor.person)
    if message is None:
        AlertAsk.objects.create(alert=alert, person=actor.person, who="page", round=alert.climbs, missed=True, at=at)
        # It is written and answered in one transaction: nothing goes out that was answered already.
        sent = notify.send_message(_event(alert), [notify.Recipient(actor.person)], round=alert.climbs, at=at)
        message = sent.messages[actor.person]
    return notify.acknowledge(message, None, via="page", at=at)


def end_alert(key: str, *, at: datetime) -> None:
    """End the member's alert of an alarm that is no longer needed; tell those who were asked."""
    alert = Alert.objects.select_for_update().filter(key=key, ended_at=None).first()
    if alert is None:
        return
    _end(alert, AlertEnd.OVER, at=at)
    _send_word(alert, "over", _Word(NOT_NEEDED, alert.headline), _asked(alert), at=at)


def tell_member(alarm: Alarm, member: str, *, urgent: bool, at: datetime) -> None:
    """Tell whoever took the alert of the alarm's subject, else who is on call; in quiet hours later, unless urgent."""
    plan = queries.plan()
    when = held_until(at, plan.quiet_from, plan.quiet_until, plan.timezone, urgent=urgent)
    if when > at:
        alarms.tell_members(alarm, [member], urgent=True, at=when)
        return
    taken = Alert.objects.filter(subject=alarm.subject, taken_by__isnull=False).order_by("-ended_at").first()
    crew, _until = queries.crew(member, alarm.office, at)
    people = [taken.taken_by] if taken and taken.taken_by else list(crew.on_call[:1])
    event = notify.Event(
        key=alarm.key, headline=alarm.headline, text=alarm.text, url=alarm.url, expires_at=at + alarms.LIFETIME,
        urgency=notify.Urgency.HIGH if urgent else notify.Urgency.NORMAL, exercise=alarm.exercise,
    )  # fmt: skip
    notify.send_message(event, [notify.Recipient(person, channels=_BY_TEXT) for person in people], at=at)


def answer_by_link(alert: Alert, code: str) -> Answered:
    """Take an alert by the code of a link. A code that fits nobody counts against whoever was asked last."""
    fitting = queries.message_with(alert, code) or queries.last_message(alert)
    if fitting is None:
        raise Refused(refuse(_("Nobody was asked by this link. Nothing was taken."), alert.office))
    return notify.acknowledge(fitting, code, via="link", at=clock.now())


def change_plan(actor: Actor, **values) -> AlarmPlan:
    """Set how the member's people are asked, and its quiet hours."""
    require(policy.may_plan(actor))
    plan, _made = AlarmPlan.objects.update_or_create(member=actor.member, defaults=values)
    return plan


def file_contacts(contacts: Sequence[Mapping[str, str | None]], *, actor: Actor, id: UUID | None = None) -> Act:  # noqa: A002
    """File the member's two emergency contacts, sealed to the league, in the order in which to phone them."""
    require(policy.may_file(actor))
    errors: dict[str, Text] = {}
    told: list[Contact] = []
    for number, said in enumerate(contacts, start=1):
        try:
            told.append(Contact(**{name: value or None for name, value in said.items()}))  # type: ignore[arg-type]
        except ValidationError as error:
            errors |= {f"{fault['loc'][0]}_{number}": CONTACT_FAULTS[str(fault["loc"][0])] for fault in error.errors()}
    if errors:
        raise Invalid(errors)
    first, second = told
    done = ledger.submit(actor, ContactsFiled(contacts=(first, second)), id=id)
    assert isinstance(done, Act)  # noqa: S101 - for mypy: nobody's passkey is asked
    return done


def read_contacts(member: str, *, purpose: str, actor: Actor, at: datetime) -> ContactList | None:
    """Return the contacts that a member filed, for somebody who phones them now; who read them is kept."""
    filed = queries.contacts_of(member)
    if filed and reading.recent(CONTACTS, filed.act, actor=actor, at=at) is None:
        reading.note(CONTACTS, filed.act, label=member_name(member), purpose=purpose, actor=actor, at=at)
    return filed


def _end(alert: Alert, end: AlertEnd, *, at: datetime) -> None:
    alert.end, alert.ended_at, alert.next_at, alert.due_at, alert.asking = end.value, at, None, None, []
    alert.save()


def _actor(alert: Alert, person: UUID) -> Actor | None:
    """Return the person as they act now, in the alert's office where they hold it; None when they hold none."""
    account = Account.objects.filter(id=person, is_active=True).first()
    actor = actor_for(account, alert.office) if account else None
    return actor if actor and actor.offices else None


def _publish(alert: Alert, body: AlertTaken | AlertTold, actor: Actor) -> None:
    """Say it to those who read what raised the alert; nothing where the member itself does not read that."""
    cause = ledger.get(alert.subject)
    if cause is None:
        return
    audience = ledger.league_scope(alert.scope) if alert.scope else ledger.LEAGUE
    ledger.submit(actor, body, refs=[cause.id], audience=audience, charter=cause.charter, exercise=cause.exercise)


def _say_told(alert: Alert, *, at: datetime) -> None:
    alert.told_at = at
    _publish(alert, _told(alert), Actor(None, alert.member, alert.office))


def _say_unanswered(alert: Alert, *, at: datetime) -> None:
    """Say, once, that everybody on the ladder was asked. Whoever answers later still takes it."""
    alert.due_at, alert.at_top = None, True
    if alert.unanswered_at is None:
        alert.unanswered_at = at
        _publish(alert, _told(alert, unanswered=True), Actor(None, alert.member, alert.office))


def _told(alert: Alert, *, unanswered: bool = False) -> AlertTold:
    asked = AlertAsk.objects.filter(alert=alert, missed=False).values("person").distinct().count()
    channels = queries.delivered_by(alert)
    return AlertTold(subject=alert.subject, asked=asked, channels=channels, unanswered=unanswered)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Word:
    """A sentence around the headline of an alert, in whatever language it is read."""

    message: str
    headline: Wording
    person: str = ""

    @property
    def text(self) -> str:
        """The sentence in the language that is active."""
        return _(self.message) % {"person": self.person, "headline": self.headline.text}


def _send_word(alert: Alert, name: str, word: _Word, people: Collection[UUID], *, at: datetime) -> None:
    """Tell these people something about an alert; nobody has to answer, and no phone rings for it."""
    event = notify.Event(
        key=f"{alert.key}:{name}", headline=word, text=word, url=alert.url, exercise=alert.exercise,
        expires_at=at + alarms.LIFETIME,
    )  # fmt: skip
    if people:
        notify.send_message(event, [notify.Recipient(person, channels=_BY_TEXT) for person in people], at=at)

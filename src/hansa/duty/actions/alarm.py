# SPDX-License-Identifier: Apache-2.0
"""Alerts are taken once, end, and are told of; plans and emergency contacts. How they climb is in `climbing`.

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
from hansa.duty.actions import climbing
from hansa.duty.acts import CONTACT_FAULTS, AlertTaken, Contact, ContactsFiled
from hansa.duty.alarms import Alarm
from hansa.duty.choices import AlertEnd
from hansa.duty.ladders import held_until
from hansa.duty.models import AlarmPlan, Alert, AlertAsk, ContactList
from hansa.duty.queries import alarm as queries
from hansa.duty.queries import scenes
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


def move_on(message: Message, reason: str) -> None:
    """Go on to the next when a message cannot reach its person, is locked by five wrong codes, or their term ended."""
    alert = Alert.objects.select_for_update().filter(key=message.event, ended_at=None).first()
    if alert is None:
        return
    if reason in ("locked", "ended") and message.person not in alert.locked:
        alert.locked.append(message.person)
    if message.person in alert.asking:
        alert.asking.remove(message.person)
        if not alert.asking:
            alert.due_at = alert.next_at = clock.now()
            alarms.climb_at(alert.next_at)
    alert.save()


def may_answer(message: Message) -> bool:
    """Return whether the person of a message serves the member still: whose term ended takes no alert."""
    alert = queries.alert_of(message.event)
    return alert is None or _actor(alert, message.person) is not None


def take(message: Message) -> None:
    """Let a person take the alert that their message asked about; the act says so to the league.

    `notify` calls it for the first answer of an event, however it came, by a person who `may_answer`.
    """
    alert = Alert.objects.select_for_update().filter(key=message.event).first()
    actor = _actor(alert, message.person) if alert else None
    if alert is None or actor is None or alert.taken_by:
        return
    at = clock.now()
    alert.taken_by, alert.taken_via = message.person, message.acknowledged_via
    climbing.end(alert, AlertEnd.TAKEN, at=at)
    body = AlertTaken(subject=alert.subject, person=message.person, via=message.acknowledged_via)  # type: ignore[arg-type]
    climbing.publish(alert, body, actor)
    others = climbing.asked(alert) - {message.person}
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
        sent = notify.send_message(
            climbing.event_of(alert), [notify.Recipient(actor.person)], round=alert.climbs, at=at
        )
        message = sent.messages[actor.person]
    return notify.acknowledge(message, None, via="page", at=at)


def end_alert(key: str, *, at: datetime) -> None:
    """End the member's alert of an alarm that is no longer needed; tell those who were asked."""
    alert = Alert.objects.select_for_update().filter(key=key, ended_at=None).first()
    if alert is None:
        return
    climbing.end(alert, AlertEnd.OVER, at=at)
    _send_word(alert, "over", _Word(NOT_NEEDED, alert.headline), climbing.asked(alert), at=at)


def tell_member(alarm: Alarm, member: str, *, urgent: bool, at: datetime) -> None:
    """Tell whoever took the alert of the alarm's subject, else who is on call; in quiet hours later, unless urgent."""
    plan = queries.plan()
    when = held_until(at, plan.quiet_from, plan.quiet_until, plan.timezone, urgent=urgent)
    if when > at:
        alarms.tell_members(alarm, [member], urgent=True, at=when)
        return
    taken = Alert.objects.filter(subject=alarm.subject, taken_by__isnull=False).order_by("-ended_at").first()
    first = scenes.crew(member, alarm.office, at).on_call[:1]
    people = [taken.taken_by] if taken and taken.taken_by else list(first)
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


def _actor(alert: Alert, person: UUID) -> Actor | None:
    """Return the person as they act now, in the alert's office where they hold it; None when they hold none."""
    account = Account.objects.filter(id=person, is_active=True).first()
    actor = actor_for(account, alert.office) if account else None
    return actor if actor and actor.offices else None


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

# SPDX-License-Identifier: Apache-2.0
"""Reads about alerts: who can be asked now, what is open, what the league was told, whom to phone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Min, QuerySet
from django.utils import timezone

from hansa.core.statements import ask
from hansa.duty.choices import DELIVERY_TONES, SignKind
from hansa.duty.models import AlarmPlan, Alert, AlertAsk, AlertSign, ContactList
from hansa.notify.models import Delivery, Message
from hansa.notify.rules import as_code

_DUE = b"SELECT duty_members_due($1::timestamptz)"
_MEMBER = b"SELECT duty_member_of_alert($1::uuid)"


def members_due(at: datetime) -> list[str]:
    """Return the members of this node that have an alert to look at, in any scope."""
    return [found.decode() for (found,) in ask(_DUE, at.isoformat()) if found]


def member_of_alert(alert: UUID) -> str | None:
    """Return whose alert it is, in any scope; None for an id that is not ours."""
    ((found,),) = ask(_MEMBER, str(alert))
    return found.decode() if found else None


def plan() -> AlarmPlan:
    """Return how the member's people are asked; what it has not changed is as proposed, in the reader's zone."""
    return AlarmPlan.objects.first() or AlarmPlan(zone=timezone.get_current_timezone_name())


def get_alert(alert_id: UUID) -> Alert | None:
    """Return an alert of the member, or None."""
    return Alert.objects.filter(id=alert_id).first()


def alert_of(key: str) -> Alert | None:
    """Return the member's alert of an alarm, or None."""
    return Alert.objects.filter(key=key).first()


def alerts() -> QuerySet[Alert]:
    """Return the member's alerts, newest first."""
    return Alert.objects.order_by("-opened_at", "-id")


def open_alerts() -> QuerySet[Alert]:
    """Return the alerts that nobody has taken and that are not over, oldest first."""
    return Alert.objects.filter(ended_at=None).order_by("opened_at", "id")


def asks_of(alert: Alert) -> QuerySet[AlertAsk]:
    """Return who was asked, in order."""
    return AlertAsk.objects.filter(alert=alert).order_by("at", "round", "id")


@dataclass(frozen=True, slots=True)
class Asked:
    """One ask, with what became of its messages: a delivery per address."""

    ask: AlertAsk
    deliveries: list["Became"]


@dataclass(frozen=True, slots=True)
class Became:
    """A delivery, with the tone in which a page shows its state."""

    row: Delivery

    @property
    def tone(self) -> str:
        """A kind of the status component."""
        return DELIVERY_TONES.get(self.row.state, "neutral")


def asked_in_detail(alert: Alert) -> list[Asked]:
    """Return who was asked, in order, each with the deliveries of that round. Two queries, whatever their number."""
    found: dict[tuple[UUID, int], list[Became]] = {}
    rows = Delivery.objects.filter(message__event=alert.key).select_related("message")
    for row in rows.order_by("channel", "id"):
        found.setdefault((row.message.person, row.round), []).append(Became(row))
    return [Asked(ask, found.get((ask.person, ask.round), [])) for ask in asks_of(alert)]


def message_to(alert: Alert, person: UUID) -> Message | None:
    """Return the message by which a person was asked, or None when they were not."""
    return Message.objects.filter(event=alert.key, person=person).first()


def message_with(alert: Alert, code: str) -> Message | None:
    """Return the message of an alert that carries a code, or None."""
    return Message.objects.filter(event=alert.key, code=as_code(code)).exclude(code="").first()


def last_message(alert: Alert) -> Message | None:
    """Return the message to whoever was asked last, None when nobody was."""
    return Message.objects.filter(event=alert.key).order_by("-at", "-id").first()


def delivered_by(alert: Alert) -> tuple[str, ...]:
    """Return the channels over which a provider has taken a message of this alert, in alphabetical order."""
    rows = Delivery.objects.filter(message__event=alert.key, state__in=("accepted", "delivered", "acknowledged"))
    return tuple(sorted(set(rows.values_list("channel", flat=True))))


def told_so_far(alert: Alert) -> datetime | None:
    """Return since when a provider has taken a message of this alert, None while none has."""
    rows = Delivery.objects.filter(message__event=alert.key, state__in=("accepted", "delivered", "acknowledged"))
    return rows.aggregate(first=Min("changed_at"))["first"]


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one member's alert has come, as it told the league: what it said first and last of being told, and
    who has it."""

    member: str
    told: AlertSign | None = None
    unanswered: AlertSign | None = None
    taken: AlertSign | None = None


def reached(subject: UUID, members: Iterable[str]) -> dict[str, Reached]:
    """Return how far each member's alert about a subject has come. One query, whatever their number."""
    signs: dict[str, dict[str, AlertSign]] = {}
    for row in AlertSign.objects.filter(subject=subject).order_by("at", "id"):
        signs.setdefault(row.member, {}).setdefault(row.kind, row)
    kinds = (SignKind.TOLD.value, SignKind.UNANSWERED.value, SignKind.TAKEN.value)
    return {member: Reached(member, *(signs.get(member, {}).get(kind) for kind in kinds)) for member in members}


def contacts_of(member: str) -> ContactList | None:
    """Return the contacts that a member filed, None when it has not, or the reader may not read them."""
    return ContactList.objects.filter(author=member).first()


def without_contacts(members: Sequence[str]) -> list[str]:
    """Return those of these members that have filed no contacts, as far as the reader may know."""
    filed = set(ContactList.objects.filter(author__in=members).values_list("author", flat=True))
    return [member for member in members if member not in filed]

# SPDX-License-Identifier: Apache-2.0
"""Alerts: what a member's people are asked to take now, who was asked, and what the league was told of it.

`Alert`, `AlertAsk` and `AlarmPlan` are the member's own. `AlertSign` and `ContactList` follow from acts.
"""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel, SharedModel
from hansa.core.personal import declare
from hansa.duty.choices import VIA_LABELS, WHO_LABELS, AlertEnd, SignKind
from hansa.duty.ladders import Ladder, Place, Rung, Who
from hansa.duty.wording import Wording

AT_ONCE = ("webpush", "sms", "email")
BY_CALL = ("voice",)
LAST_RESORT = "chief-executive"


class Alert(LocalModel):
    """An open question to one member's people: who has this? It climbs a ladder until somebody takes it.

    `key` is what happened, the same for all members (`activation:<uuid>`) and the event of its messages. `due_at` is
    when the wait on the present rung ends, `next_at` when it is looked at again: then, or when the rota hands over.
    Both are empty once it is over. `asking` are those whose answer is waited for, `locked` those whose code is.
    """

    key = models.CharField(max_length=160)
    office = models.CharField(max_length=40)
    subject = models.UUIDField()
    scope = models.UUIDField(null=True)
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    text = models.CharField(max_length=1000)
    text_params = models.JSONField(default=dict)
    url = models.CharField(max_length=300)
    exercise = models.CharField(max_length=100, default="")
    opened_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    place_resort = models.BooleanField(default=False)
    place_round = models.PositiveSmallIntegerField(default=1)
    place_rung = models.PositiveSmallIntegerField(default=0)
    climbs = models.PositiveSmallIntegerField(default=0)
    at_top = models.BooleanField(default=False)
    asking = ArrayField(models.UUIDField(), default=list)
    locked = ArrayField(models.UUIDField(), default=list)
    due_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    unanswered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=12, choices=AlertEnd.choices, default="")
    taken_by = models.UUIDField(null=True)
    taken_via = models.CharField(max_length=8, default="")
    personal = declare(
        none="id member key office subject scope title params text text_params url exercise opened_at expires_at"
        " place_resort place_round place_rung climbs at_top due_at next_at told_at unanswered_at ended_at end"
        " taken_via",
        holder="asking locked taken_by",
        purpose="to know who is asked and who has it",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key"], name="duty_alert_once")]
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(next_at__isnull=False), name="duty_alert_next"),
            models.Index(fields=["member", "subject"], name="duty_alert_subject"),
            models.Index(fields=["member", "opened_at"], name="duty_alert_at"),
        ]

    @property
    def words(self) -> str:
        """The title in the reader's language."""
        return Wording(self.title, self.params).text

    @property
    def way(self) -> str:
        """How it was taken, in words; "" while nobody has it."""
        return str(VIA_LABELS.get(self.taken_via, self.taken_via))

    @property
    def headline(self) -> Wording:
        """The title as it goes into messages."""
        return Wording(self.title, self.params)

    @property
    def body(self) -> Wording:
        """The text as it goes into messages."""
        return Wording(self.text, self.text_params)

    @property
    def place(self) -> Place:
        """Where on the ladder the next rung is."""
        return Place(self.place_resort, self.place_round, self.place_rung)

    @place.setter
    def place(self, place: Place) -> None:
        self.place_resort, self.place_round, self.place_rung = place.resort, place.round, place.rung


class AlertAsk(LocalModel):
    """One person was asked over these channels. `missed`: no usable address there."""

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="asks")
    person = models.UUIDField()
    who = models.CharField(max_length=8)
    channels = ArrayField(models.CharField(max_length=8), default=list)
    round = models.PositiveSmallIntegerField()
    missed = models.BooleanField(default=False)
    at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member alert who channels round missed at",
        holder="person",
        purpose="to know who was asked",
        sealed="the member",
        purge="with the account",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["alert", "round", "person", "who"], name="duty_alert_ask_once"),
        ]

    @property
    def reason(self) -> str:
        """Why this person was asked."""
        return str(WHO_LABELS.get(self.who, self.who))


class AlarmPlan(LocalModel):
    """How one member's people are asked: minutes between the steps, how often around, and its quiet hours.

    Messages come first, `call_after` minutes later the phone rings, `next_after` minutes later the next person is
    asked. With `together` all who are on call are asked at once, in the order of calling. Quiet hours are wall time in
    `zone` and hold back only what is not urgent.
    """

    call_after = models.PositiveSmallIntegerField(default=2)
    next_after = models.PositiveSmallIntegerField(default=3)
    rounds = models.PositiveSmallIntegerField(default=2)
    together = models.BooleanField(default=False)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    zone = models.CharField(max_length=40, default="UTC")
    personal = declare(none="id member call_after next_after rounds together quiet_from quiet_until zone")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member"], name="duty_alarm_plan_once")]

    @property
    def timezone(self) -> ZoneInfo:
        """The zone of the quiet hours."""
        return ZoneInfo(self.zone)

    def ladder(self) -> Ladder:
        """The ladder that these minutes make."""
        call, move = timedelta(minutes=self.call_after), timedelta(minutes=self.next_after)
        asked = (Who.EVERYONE,) if self.together else (Who.FIRST, Who.BACKUP)
        return Ladder(
            rungs=tuple(rung for who in asked for rung in (Rung(who, AT_ONCE, call), Rung(who, BY_CALL, move))),
            resort=(Rung(Who.HOLDERS, (*AT_ONCE, *BY_CALL), call + move, LAST_RESORT),),
            rounds=self.rounds,
        )


class AlertSign(SharedModel):
    """What one act says about a member's alert: told, unanswered, or seen and taken by a person."""

    id = models.UUIDField(primary_key=True)
    member = models.CharField(max_length=63)
    subject = models.UUIDField()
    kind = models.CharField(max_length=12, choices=SignKind.choices)
    at = models.DateTimeField()
    channels = ArrayField(models.CharField(max_length=8), default=list)
    asked = models.PositiveSmallIntegerField(default=0)
    person = models.UUIDField(null=True)
    office = models.CharField(max_length=40, blank=True)
    via = models.CharField(max_length=8, blank=True)
    personal = declare(
        none="id member subject kind at channels asked office via audience",
        holder="person",
        purpose="to say who has it",
        sealed="the audience: an opaque id",
        purge="with the body of its act",
    )

    class Meta:
        indexes = [models.Index(fields=["subject", "member"], name="duty_alert_sign_of")]


class ContactList(SharedModel):
    """The two people whom the league phones when a member gives no sign: the newest list that the member filed."""

    author = models.CharField(primary_key=True, max_length=63)
    act = models.UUIDField()
    index = models.BigIntegerField()
    at = models.DateTimeField()
    contacts = models.JSONField()
    personal = declare(
        none="author act index at audience",
        holder="contacts",
        purpose="to be phoned when their government gives no sign",
        sealed="the league",
        purge="when the member files another list, or recalls it",
    )

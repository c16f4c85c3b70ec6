# SPDX-License-Identifier: Apache-2.0
"""On-call rotas of one member: the lines of people who take turns, and what was changed by hand. All of it is local.

Wall times stand beside their zone and become instants when they are read (`duty/rota/`), so that a new rule for
daylight saving time needs no rewriting.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hansa.core import clock
from hansa.core.models import LocalModel
from hansa.core.personal import declare
from hansa.duty.rota import OnHolidays

_WHY = {"sealed": "the member", "purge": "one year after it ended"}


class Rota(LocalModel):
    """The rota of an office. What lies within `weeks` weeks is published: it does not move without being said."""

    office = models.CharField(max_length=40)
    zone = models.CharField(max_length=64)
    holidays = models.CharField(max_length=6, default="")
    weeks = models.PositiveSmallIntegerField(default=4)
    needed = models.JSONField(default=list)
    personal = declare(none="id member office zone holidays weeks needed")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "office"], name="duty_rota_once")]


class RotaLine(LocalModel):
    """People who take turns. A changed line ends (`until`) and its successor begins on that day: the past stays."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="lines")
    name = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(default=1)
    people = ArrayField(models.UUIDField())
    zone = models.CharField(max_length=64)
    begins = models.DateField()
    until = models.DateField(null=True)
    handover = models.TimeField()
    turn_days = models.PositiveSmallIntegerField(default=7)
    windows = models.JSONField(default=list)
    holidays = models.CharField(max_length=5, default=OnHolidays.SAME.value)
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    personal = declare(
        none="id member rota name level zone begins until handover turn_days windows holidays made_at",
        holder="people made_by", purpose="to know who is on call, and who planned it", **_WHY,
    )  # fmt: skip

    class Meta:
        ordering = ("level", "made_at", "id")


class _Span(LocalModel):
    """What was changed by hand for a span. It is withdrawn, never deleted: the past stays as it was."""

    start_at = models.DateTimeField()
    end_at = models.DateTimeField()
    note = models.CharField(max_length=200, default="")
    made_by = models.UUIDField(null=True)
    made_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("made_at", "id")


class RotaCover(_Span):
    """Someone more, someone less, or one for another. Two covers with one `swap` belong together."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="covers")
    person_out = models.UUIDField(null=True)
    person_in = models.UUIDField(null=True)
    swap = models.UUIDField(null=True)
    personal = declare(
        none="id member rota start_at end_at note made_at withdrawn_at swap",
        holder="person_out person_in made_by", purpose="to know who is on call, and who changed it", **_WHY,
    )  # fmt: skip


class RotaFixed(_Span):
    """Exactly these people for a span, whatever the lines say."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="fixed")
    people = ArrayField(models.UUIDField())
    personal = declare(
        none="id member rota start_at end_at note made_at withdrawn_at",
        holder="people made_by", purpose="to know who is on call, and who changed it", **_WHY,
    )  # fmt: skip


class RotaSwap(_Span):
    """A person asks another to take a shift, for one of theirs or for nothing. It counts once the other agreed."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, related_name="swaps")
    asked = models.UUIDField()
    return_start = models.DateTimeField(null=True)
    return_end = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    personal = declare(
        none="id member rota start_at end_at note made_at withdrawn_at return_start return_end answered_at agreed",
        holder="asked made_by", purpose="to know who agreed to which shift", **_WHY,
    )  # fmt: skip


class RotaDay(LocalModel):
    """A day that the member keeps as a holiday, or that it works although the calendar says holiday."""

    day = models.DateField()
    name = models.CharField(max_length=80)
    holiday = models.BooleanField(default=True)
    personal = declare(none="id member day name holiday")

    class Meta:
        ordering = ("day",)
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="duty_rota_day_once")]


class CalendarLink(LocalModel):
    """A secret address at which a calendar program reads a rota, or one's own shifts. Only its hash is kept."""

    rota = models.ForeignKey(Rota, on_delete=models.CASCADE, null=True, related_name="calendars")
    person = models.UUIDField()
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    personal = declare(
        none="id member rota secret_hash made_at last_used_at revoked_at",
        holder="person", purpose="to show a person's shifts in their calendar",
        sealed="whoever has the link", purge="with the account",
    )  # fmt: skip

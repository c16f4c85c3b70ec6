# SPDX-License-Identifier: Apache-2.0
"""A league at night: rotas, addresses, and a worker that does what is due, one job after the other."""

from datetime import date, datetime, time
from uuid import UUID

from procrastinate.contrib.django.models import ProcrastinateJob

from hansa.activation import tasks
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty import alarm_tasks
from hansa.duty.models import Rota, RotaLine
from hansa.duty.tests.night import enlist
from hansa.notify.models import Delivery, Message
from hansa.pact.tests.league import League

_TASKS = {
    task.name: task
    for task in (alarm_tasks.raise_alarm, alarm_tasks.open_alerts, alarm_tasks.tell_members, alarm_tasks.end_alerts,
                 alarm_tasks.climb, tasks.phone_silent)
}  # fmt: skip


class Worker:
    """Does the jobs of duty and activation that are due, in order, each once."""

    def __init__(self) -> None:
        self._done: set[int] = set()

    def work(self, at: datetime | None = None) -> list[str]:
        """Do what is due; return the names of the jobs."""
        done, moment = [], at or clock.now()
        while jobs := [job for job in self._due(moment) if job.pk not in self._done]:
            for job in jobs:
                self._done.add(job.pk)
                _TASKS[job.task_name].func(**job.args)
                done.append(job.task_name)
        return done

    def _due(self, moment: datetime) -> list[ProcrastinateJob]:
        rows = ProcrastinateJob.objects.filter(task_name__in=_TASKS).order_by("pk")
        return [job for job in rows if job.scheduled_at is None or job.scheduled_at <= moment]


def plan_rota(member: str, *people: UUID) -> None:
    """Put one person after another on call as first and backup, around the clock."""
    with member_scope(member):
        rota = Rota.objects.create(office="duty-officer", zone="America/Chicago")
        for level, person in enumerate(people, start=1):
            RotaLine.objects.create(
                rota=rota, name=f"Line {level}", level=level, people=[person], zone="America/Chicago",
                begins=date(2026, 1, 1), handover=time(9),
            )  # fmt: skip


def staff_night(league: League, *members: str, channels: tuple[str, ...] = ("sms", "email", "voice")) -> None:
    """Put each member's officer on call, and give officer and mayor addresses."""
    for member in members:
        officer, mayor = league.officers[member].id, league.mayors[member].id
        plan_rota(member, officer)
        for person in (officer, mayor):
            enlist(person, *channels, member=member)


def sent_to(member: str) -> list[tuple[UUID, str, str]]:
    """Return to whom a member sent what, in order: person, channel, event."""
    with member_scope(member):
        rows = Delivery.objects.select_related("message").order_by("queued_at", "channel", "id")
        return [(row.message.person, row.channel, row.message.event.partition(":")[0]) for row in rows]


def message_of(member: str, person: UUID, key: str) -> Message:
    """Return the message by which a person was asked."""
    with member_scope(member):
        return Message.objects.get(event=key, person=person)

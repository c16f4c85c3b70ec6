# SPDX-License-Identifier: Apache-2.0
"""What follows in duty from answers: an alert is taken, or goes on to the next person. Registered with notify."""

from hansa import notify
from hansa.duty import alarm_tasks as alarm_tasks
from hansa.duty.actions import alarm
from hansa.notify.models import Message


@notify.on_acknowledged
def take(message: Message) -> None:
    """A person has taken the alert that this message asked about, if it asked about one."""
    alarm.take(message)


@notify.on_unreachable
def move_on(message: Message, reason: str) -> None:
    """A message cannot reach its person, or its code is locked: the alert goes on."""
    alarm.move_on(message, reason)

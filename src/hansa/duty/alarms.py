# SPDX-License-Identifier: Apache-2.0
"""An alarm: something that somebody at every member has to see now. Parts above raise it; duty knows none of them.

An alarm is raised in the transaction of the act that causes it, as one job: a thousand members on one node must not
make that transaction slow. The job opens each member's alert, once (`actions.alarm`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from procrastinate.contrib.django import app

from hansa.core import clock
from hansa.duty.wording import Wording

RAISE, OPEN, TELL = "duty.raise-alarm", "duty.open-alerts", "duty.tell-members"
CLIMB, END = "duty.climb", "duty.end-alerts"
QUEUE = "duty"
LIFETIME = timedelta(hours=24)
# A batch is read and written together, and short enough that several workers share a thousand members.
BATCH = 50


@dataclass(frozen=True, slots=True)
class Alarm:
    """What happened, as it is said to everybody who is asked.

    `key` names it: the same key again opens nothing. `subject` is the act that raised it; `scope` the activation, if
    any, whose readers are told who has it. `url` is the page of the matter. Headline and link leave the node by every
    channel, so they hold nothing confidential. After `LIFETIME` from `at` nobody is asked any more.
    """

    key: str
    subject: UUID
    office: str
    headline: Wording
    text: Wording
    url: str
    at: datetime
    scope: UUID | None = None
    exercise: str = ""

    @property
    def expires_at(self) -> datetime:
        """When asking ends."""
        return self.at + LIFETIME

    def as_json(self) -> dict[str, Any]:
        """Return it as a job carries it."""
        return {
            "key": self.key, "subject": str(self.subject), "office": self.office, "url": self.url,
            "scope": str(self.scope) if self.scope else None, "exercise": self.exercise, "at": clock.to_text(self.at),
            "headline": [self.headline.message, dict(self.headline.params)],
            "text": [self.text.message, dict(self.text.params)],
        }  # fmt: skip

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Alarm":
        """Return the alarm that a job carries."""
        return cls(
            said["key"], UUID(said["subject"]), said["office"], Wording(*said["headline"]), Wording(*said["text"]),
            said["url"], clock.from_text(said["at"]), UUID(said["scope"]) if said["scope"] else None, said["exercise"],
        )  # fmt: skip


def raise_alarm(alarm: Alarm, members: Sequence[str]) -> None:
    """Ask the people of these members once this transaction is committed. It costs one job, however many they are."""
    if members:
        _defer(OPEN if len(members) <= BATCH else RAISE, alarm=alarm.as_json(), members=list(members))


def open_in_batches(alarm: Alarm, members: Sequence[str]) -> None:
    """Have the alerts of these members opened, some at a time, by whichever worker is free."""
    said = alarm.as_json()
    parts: list[dict[str, Any]] = [{"alarm": said, "members": list(part)} for part in _parts(members)]
    if parts:
        app.configure_task(OPEN, queue=QUEUE).batch_defer(*parts)


def tell_members(alarm: Alarm, members: Sequence[str], *, urgent: bool = False, at: datetime | None = None) -> None:
    """Tell whoever took the alert of the alarm's subject at each member, else who is on call; nobody has to answer.

    Quiet hours hold it back unless it is urgent.
    """
    if members:
        _defer(TELL, schedule_at=at, alarm=alarm.as_json(), members=list(members), urgent=urgent)


def end_alarm(key: str, members: Sequence[str]) -> None:
    """End what is still open of an alarm at these members: it is no longer needed."""
    if members:
        _defer(END, key=key, members=list(members))


def climb_at(moment: datetime) -> None:
    """Have alerts that are due at a time looked at."""
    _defer(CLIMB, schedule_at=moment)


def _defer(task: str, schedule_at: datetime | None = None, **arguments: Any) -> None:
    app.configure_task(task, queue=QUEUE, schedule_at=schedule_at).defer(**arguments)


def _parts(members: Sequence[str]) -> Iterable[Sequence[str]]:
    return (members[start : start + BATCH] for start in range(0, len(members), BATCH))

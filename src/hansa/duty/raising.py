# SPDX-License-Identifier: Apache-2.0
"""From member to member: what one job does for many, in one transaction; where one fails, the others do not.

Alerts are unique by key and member, so that a job that runs twice opens nothing twice.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from hansa.core.rls import every_member
from hansa.duty import alarms
from hansa.duty.actions import alarm as actions
from hansa.duty.actions import climbing
from hansa.duty.actions.climbing import Step
from hansa.duty.alarms import Alarm
from hansa.duty.models import Alert
from hansa.duty.queries import alarm as queries
from hansa.notify.giving_way import writing_first

log = logging.getLogger(__name__)
Work = Callable[[Sequence[str], Step], Sequence[Alert]]


def spread(said: dict[str, Any], members: Sequence[str]) -> None:
    """Have the alerts of many members opened in batches."""
    alarms.open_in_batches(Alarm.from_json(said), members)


def open_alerts(said: dict[str, Any], members: Sequence[str], *, at: datetime) -> int:
    """Open the alert of each of these members and ask the first on its ladder; return how many were opened."""
    alarm = Alarm.from_json(said)
    with writing_first():
        return _for_each(members, lambda some, step: climbing.open_alerts(alarm, some, step, at=at))


def tell_members(said: dict[str, Any], members: Sequence[str], *, urgent: bool, at: datetime) -> None:
    """Tell each of these members what an alarm says."""
    alarm = Alarm.from_json(said)

    def tell(some: Sequence[str], step: Step) -> Sequence[Alert]:
        for member in some:
            step(member)
            actions.tell_member(alarm, member, urgent=urgent, at=at)
        return ()

    _for_each(members, tell)


def end_alerts(key: str, members: Sequence[str], *, at: datetime) -> None:
    """End the alert of each of these members."""

    def end(some: Sequence[str], step: Step) -> Sequence[Alert]:
        for member in some:
            step(member)
            actions.end_alert(key, at=at)
        return ()

    _for_each(members, end)


def climb(*, at: datetime) -> int:
    """Look at every alert of this node that is due; return how many that were."""
    members = queries.members_due(at)
    parts = [members[start : start + alarms.BATCH] for start in range(0, len(members), alarms.BATCH)]
    return sum(_for_each(part, lambda some, step: climbing.look_due(some, step, at=at)) for part in parts)


def _for_each(members: Sequence[str], work: Work) -> int:
    """Do it for all members in one transaction; should that fail, for each in one of its own. Return what was done."""
    try:
        return _together(members, work)
    except Exception:
        if len(members) == 1:
            raise
        log.exception("what was done for %d members is done for each of them alone", len(members))
    failed: list[Exception] = []
    done = 0
    for member in members:
        try:
            done += _together([member], work)
        except Exception as error:
            log.exception("an alert of %s", member)
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(members)} members", failed)
    return done


def _together(members: Sequence[str], work: Work) -> int:
    with every_member() as step:
        done = work(members, step)
        # One job for the whole batch: it finds whatever is due by then, at every member.
        if moments := [alert.next_at for alert in done if alert.next_at]:
            alarms.climb_at(min(moments))
    return len(done)

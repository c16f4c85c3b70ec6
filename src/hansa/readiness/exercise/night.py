# SPDX-License-Identifier: Apache-2.0
"""An exercise night: who is asked, whose phone is silent, who answers how. The stand-in's part is played here, too.

Nothing leaves the node: what a provider or a mail server would report is reported by the scenario.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from hansa import ledger, notify
from hansa.activation import alarming, silence
from hansa.activation.models import Activation
from hansa.core.rls import member_scope
from hansa.duty import raising
from hansa.duty.actions import cover
from hansa.duty.models import Alert, AlertAsk, Rota
from hansa.duty.queries import on_call
from hansa.notify.choices import State
from hansa.notify.models import Delivery, Message
from hansa.people.choices import Office
from hansa.readiness.exercise import cast
from hansa.readiness.exercise.scenario import Step

_NIGHT = timedelta(hours=12)
_DOWN = "EXERCISE: the provider is down"


def empty_rota(step: Step, at: datetime) -> int:
    """Take everybody who is on call off the rota for the night."""
    for member in step.members:
        with cast.acting(member, Office.ADMINISTRATOR) as planner:
            row = Rota.objects.get(office=Office.DUTY_OFFICER.value)
            for post in on_call(member, row.office, at):
                cover.add_cover(row, start=at, end=at + _NIGHT, out=post.person, into=None, actor=planner,
                                note="EXERCISE: nobody is on call tonight")  # fmt: skip
    return len(step.members)


def ring(row: Activation, step: Step, at: datetime) -> int:
    """Ask whoever is to be asked now, and report what was delivered: nothing over the channels that are `down`."""
    key = alarming.key_of(row.id)
    with member_scope(row.member):
        act = ledger.get(row.id)
    if act is None:
        raise ValueError("the activation is not there")
    opened = raising.open_alerts(alarming.alarm_of(act).as_json(), step.members, at=at)
    rung = opened + raising.climb(at=at)
    silence.look_everywhere(at=at)
    for member in step.members:
        down = step.details.get("down", {}).get(member, ())
        with member_scope(member):
            for delivery in Delivery.objects.filter(message__event=key, state=State.QUEUED):
                if delivery.channel in down:
                    notify.report(delivery, State.FAILED, reason=_DOWN, at=at)
                else:
                    notify.report(delivery, State.DELIVERED, at=at)
    return rung


def answer(row: Activation, step: Step, at: datetime) -> int:
    """Let the person who was asked last as `who` answer, by link, text message or key."""
    for member in step.members:
        with member_scope(member):
            alert = Alert.objects.get(key=alarming.key_of(row.id))
            asks = AlertAsk.objects.filter(alert=alert, who=step.details["who"], missed=False)
            message = Message.objects.get(event=alert.key, person=asks.latest("at").person)
            code = None if step.details["via"] == "keypad" else message.code
            done = notify.acknowledge(message, code, via=step.details["via"], at=at)
            if done.answer is not notify.Answer.TAKEN:
                raise ValueError(f"{member} could not take it: {done.answer}")
    return len(step.members)


STEPS: dict[str, Callable[[Activation, Step, datetime], int]] = {"ring": ring, "answer": answer}

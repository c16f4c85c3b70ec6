# SPDX-License-Identifier: Apache-2.0
"""An exercise night: who is asked, whose phone is silent, who answers how.

The node's own worker asks, over the stand-in's REST and mail server; people answer at the stand-in, whose webhooks come
in at the node's pages. The player says what each phone does, and what time it is.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from hansa.activation import alarming, reaching
from hansa.activation.models import Activation
from hansa.core import clock
from hansa.core.rls import member_scope
from hansa.duty.actions import cover
from hansa.duty.models import Alert, Rota
from hansa.duty.queries import on_call
from hansa.notify.choices import Channel, State
from hansa.notify.models import Delivery
from hansa.people.choices import Office
from hansa.people.models import Account
from hansa.readiness.exercise import cast, phones
from hansa.readiness.exercise.outside import Outside, wait_until
from hansa.readiness.exercise.scenario import Step

_NIGHT = timedelta(hours=12)
# What the worker does by the clock every few minutes, done as often as the exercise's clock is moved.
_BY_THE_CLOCK = ("duty.sweep", "notify.sweep", "activation.sweep-silence")
_CODE = re.compile(r"\b[A-Z]{3}[0-9][A-Z]\b")
_LINK = re.compile(r"http\S+/a/\S+")
_TALKING = ("queued", "ringing", "in-progress")


def empty_rota(step: Step, at: datetime) -> int:
    """Take everybody who is on call off the rota for the night."""
    for member in step.members:
        with cast.acting(member, Office.ADMINISTRATOR) as planner:
            row = Rota.objects.get(office=Office.DUTY_OFFICER.value)
            for post in on_call(member, row.office, at):
                cover.add_cover(row, start=at, end=at + _NIGHT, out=post.person, into=None, actor=planner,
                                note="EXERCISE: nobody is on call tonight")  # fmt: skip
    return len(step.members)


def put_to_bed(outside: Outside) -> None:
    """Let every persona's phone ring in vain: who answers, the scenario says."""
    listed = [{"number": number, "name": who.name, "manner": "sleeps"} for number, who in phones.listed()]
    outside.standin.phones(*listed)


def _persons(member: str, who: str, at: datetime) -> list[Account]:
    """Return the personas that a step means: `first` or `backup` on call, `all`, or the holder of an office."""
    with member_scope(member):
        if who == "all":
            return list(Account.objects.all())
        if who in ("first", "backup"):
            posts = on_call(member, Office.DUTY_OFFICER.value, at)
            return [Account.objects.get(id=posts[0 if who == "first" else 1].person)]
    with cast.acting(member, who) as actor:
        return [account for account in Account.objects.all() if account.id == actor.person]


def _number(account: Account) -> str:
    return next(number for number, who in phones.listed() if who.id == account.id)


def set_phone(step: Step, at: datetime, outside: Outside) -> int:
    """Say what phones do from now on: `manner`, the `keys` that are pressed, the provider's `refusal`."""
    said = {name: step.details[name] for name in ("manner", "keys", "refusal") if name in step.details}
    for member in step.members:
        for who in _persons(member, step.details["who"], at):
            outside.standin.phones({"number": _number(who), "name": who.name, "manner": "sleeps"} | said)
    return len(step.members)


def ring(row: Activation, step: Step, at: datetime, outside: Outside) -> int:
    """Let the worker do what is due at this time, and wait until every phone has rung and every report has come."""
    for name in _BY_THE_CLOCK:
        app.configure_task(name, queueing_lock=f"{name} {clock.to_text(at)}").defer(timestamp=int(at.timestamp()))
    wait_until(lambda: not _busy(step.members, at, outside), "something is under way")
    return len(step.members)


def _busy(members: Iterable[str], at: datetime, outside: Outside) -> bool:
    waiting = ProcrastinateJob.objects.filter(status__in=("todo", "doing")).exclude(scheduled_at__gt=_real_time())
    if waiting.exists() or any(call["status"] in _TALKING for call in outside.standin.state()["calls"]):
        return True
    for member in members:
        with member_scope(member):
            rows = Delivery.objects.filter(changed_at__gte=at)
            unsent = Delivery.objects.filter(state=State.SENDING) | Delivery.objects.filter(
                state=State.QUEUED, due_at__lte=at
            )
            if unsent.exists() or rows.filter(state=State.ACCEPTED).exclude(channel=Channel.EMAIL).exists():
                return True
    return False


def _real_time() -> datetime:
    return datetime.now(tz=clock.now().tzinfo)


def answer(row: Activation, step: Step, at: datetime, outside: Outside) -> int:
    """Let the person who was asked as `who` answer by link, text message or key; wait until it counts."""
    for member in step.members:
        (who,) = _persons(member, step.details["who"], at)
        _ANSWERS[step.details["via"]](who, outside)
        wait_until(lambda: _has_it(member, row, who, step.details["via"]), f"{member} has not taken it")  # noqa: B023
    return len(step.members)


def _has_it(member: str, row: Activation, who: Account, via: str) -> bool:
    with member_scope(member):
        return Alert.objects.filter(key=alarming.key_of(row.id), taken_by=who.id, taken_via=via).exists()


def _by_link(who: Account, outside: Outside) -> None:
    """Open the link of the newest letter that has one, and press its button."""
    letters = [mail["text"] for mail in outside.standin.state()["mails"] if mail["to"] == who.email]
    links = [found.group() for text in letters if (found := _LINK.search(text))]
    outside.press_button(links[-1])


def _by_text(who: Account, outside: Outside) -> None:
    """Answer the newest text that has a code."""
    number = _number(who)
    texts = [text["body"] for text in outside.standin.state()["texts"] if text["to"] == number]
    codes = [found.group() for body in texts if (found := _CODE.search(body))]
    outside.standin.say(number, codes[-1].lower())


def _by_key(who: Account, outside: Outside) -> None:
    """Do nothing: the key was pressed while the phone rang."""


_ANSWERS: dict[str, Callable[[Account, Outside], None]] = {"link": _by_link, "sms": _by_text, "keypad": _by_key}


def board(row: Activation) -> dict[str, str]:
    """Return what the board of the member in crisis says of each member: its state, and by which way it was taken."""
    with cast.acting(row.member, Office.DUTY_OFFICER) as actor:
        shown = reaching.fill(row, actor) or {"rows": ()}
    return {item.member: f"{item.state}{f' by {item.via}' if item.via else ''}" for item in shown["rows"]}


STEPS: dict[str, Callable[[Activation, Step, datetime, Outside], int]] = {"ring": ring, "answer": answer}

# SPDX-License-Identifier: Apache-2.0
"""What people can do here, each with the rule that says who may: behind the page "Why can't I do this?".

Each part says in its `deeds.py` what it offers; the answer on the page is the verdict that the action itself asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hansa.core.actor import Actor
from hansa.core.verdicts import Text, Verdict
from hansa.ledger import registry
from hansa.people import compartments, joint, policy, queries
from hansa.people.choices import office_label

Ask = Callable[[Actor], Verdict]
Charter = Callable[[], str | None]


def _no_charter() -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that people do: its name, under which heading, who may, the page where it starts, the act it signs."""

    code: str
    group: Text
    label: Text
    ask: Ask
    page: str = ""
    act: str = ""
    charter: Charter = _no_charter


@dataclass(frozen=True, slots=True)
class Answer:
    """A deed as one reader sees it: the verdict, the offices that may, who holds them now, how many sign by passkey."""

    deed: Deed
    verdict: Verdict
    offices: tuple[Text, ...]
    holders: tuple[str, ...]
    signers: int
    url: str


_deeds: dict[str, Deed] = {}


def deed(code: str, group: Text, label: Text, ask: Ask, *, page: str = "") -> None:
    """Make a deed known: `ask(actor)` says whether they may. `page` is the URL name where it starts."""
    if code in _deeds:
        raise ValueError(f"the deed {code} is named twice")
    _deeds[code] = Deed(code, group, label, ask, page)


def act(type_name: str, group: Text, label: Text, *, page: str = "", charter: Charter = _no_charter) -> None:
    """Make publishing an act of this type known as a deed.

    The type's own rule says who signs, else the signing table of the charter with the digest that `charter()` returns.
    """
    deed(type_name, group, label, lambda actor: policy.may_publish(actor, type_name, charter()), page=page)
    _deeds[type_name] = replace(_deeds[type_name], act=type_name, charter=charter)


def answer(code: str, actor: Actor) -> Answer | None:
    """Return what a deed asks and whether the actor may, None for an unknown one."""
    known = _deeds.get(code)
    return _answer(known, actor) if known else None


def _answer(known: Deed, actor: Actor) -> Answer:
    verdict = known.ask(actor)
    # Who may is what someone without any office would be told.
    who = known.ask(replace(actor, office="", offices=())).who
    need = registry.requirement(known.act, actor.member, known.charter()) if known.act else None
    names = dict.fromkeys(f"{name} ({office_label(term.office)})" for term, name in queries.holders(actor.member, who))
    return Answer(
        known, verdict, tuple(office_label(office) for office in who), tuple(names), need.count if need else 0,
        reverse(known.page) if known.page else "",
    )  # fmt: skip


def answers(actor: Actor, words: str = "") -> list[tuple[Text, Sequence[Answer]]]:
    """Return every deed by heading, or those whose name has all `words`, each answered for the actor."""
    wanted = words.casefold().split()
    grouped: dict[str, tuple[Text, list[Answer]]] = {}
    for known in _deeds.values():
        if all(word in str(known.label).casefold() for word in wanted):
            grouped.setdefault(str(known.group), (known.group, []))[1].append(_answer(known, actor))
    return list(grouped.values())


def who_may_enter(code: str, at: datetime) -> list[str]:
    """Return the names of those who read a compartment now."""
    return [queries.name_of(seat.member, seat.person) for seat in compartments.seats(code, at)]


_PEOPLE = _("People")
deed("people.invite", _PEOPLE, _("Invite a person"), policy.may_administer, page="people:person-invite")
act("people.appointment.made", _PEOPLE, _("Appoint a person to an office"), page="people:person-list")
act("people.appointment.ended", _PEOPLE, _("End a term of office"), page="people:person-list")
act("ledger.authenticator.enrolled", _PEOPLE, _("Vouch for a passkey"), page="people:act-waiting")
deed(
    "people.compartment.seat", _PEOPLE, _("Name a person to a compartment"), compartments.may_keep,
    page="people:compartment-list",
)  # fmt: skip
deed(
    "people.compartment.emergency", _PEOPLE, _("Open a compartment in an emergency"),
    lambda actor: joint.may_propose(actor, compartments.EMERGENCY), page="people:compartment-list",
)  # fmt: skip

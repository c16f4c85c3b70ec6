# SPDX-License-Identifier: Apache-2.0
"""Which act meets which obligation, and which act starts which moment of the charter.

Parts register here when Django starts (aid: `aid.offer.made` meets `offer-or-decline`). Nothing is stored: the ledger's
own index of acts says when a member first did it within the activation's audience, so that the answer is the same
on every node.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Min

from hansa import ledger
from hansa.activation import bylaws
from hansa.activation.owed import Term
from hansa.duty import actions as duty
from hansa.ledger import Act
from hansa.ledger.audience import scope_of
from hansa.ledger.models import LoggedAct

_meets: dict[str, str] = {}
_starts: dict[str, str] = {}


def obligations_met_by(code: str, *act_types: str) -> None:
    """Let acts of these types meet the obligation `code` of their author, and close its duty at home."""
    for act_type in act_types:
        _meets[act_type] = code
    ledger.on(*act_types, name=f"meets-{code}", members=own_hosted)(_close)


def moments_started_by(moment: str, *act_types: str) -> None:
    """Let the first act of these types start a moment that the charter names, such as `requested`.

    Where the charter has an obligation that starts with it, the duties of the members that are hosted here open.
    """
    _starts.update(dict.fromkeys(act_types, moment))
    ledger.on_for_all(*act_types, name=f"starts-{moment}", members=partial(_concerned, moment))(_open)


def own_hosted(act: Act) -> Iterable[str]:
    """Return the act's author when this node hosts it."""
    return [act.author] if act.author in ledger.hosted_members() else []


def _concerned(moment: str, act: Act) -> Iterable[str]:
    """Return the hosted members when `act` is the first to start a moment that its charter's obligations wait for."""
    held, scope = bylaws.charter(act.charter), scope_of(act.audience)
    if scope is None or held is None or not any(item.starts == moment for item in held.obligations.values()):
        return []
    types = [name for name, started in _starts.items() if started == moment]
    earlier = LoggedAct.objects.filter(scope=scope, type__in=types).exclude(id=act.id)
    return [] if earlier.exists() else ledger.hosted_members()


def _open(act: Act, members: Sequence[str], step: Callable[[str], None]) -> None:
    from hansa.activation.reactions import bring_in_line  # noqa: PLC0415 (reactions read queries, and those read this)

    scope = scope_of(act.audience)
    if scope:
        bring_in_line(act, scope, members, step)


def duty_kind(code: str) -> str:
    """Return the kind under which the duty of an obligation stands in "My duties"."""
    return f"activation.{code}"


def _close(act: Act, member: str) -> None:
    activation = scope_of(act.audience)
    if activation:
        duty.close_duties(activation, duty_kind(_meets[act.type]), at=act.at)


@dataclass(slots=True)
class Deeds:
    """What was done in one activation: when a member first met an obligation, when a moment first came."""

    met: dict[tuple[str, str], datetime] = field(default_factory=dict)
    started: dict[str, datetime] = field(default_factory=dict)


def deeds(activations: Iterable[UUID], terms: Iterable[Term]) -> Mapping[UUID, Deeds]:
    """Return what was done in each of these activations that bears on `terms`. One query, whatever their number."""
    found = {activation: Deeds() for activation in activations}
    codes, moments = {term.code for term in terms}, {term.starts for term in terms}
    types = [name for name, code in _meets.items() if code in codes]
    types += [name for name, moment in _starts.items() if moment in moments]
    rows = (
        LoggedAct.objects.filter(scope__in=list(found), type__in=types)
        .values("scope", "type", "author")
        .annotate(first=Min("at"))
    )
    for row in rows:
        held, first = found[row["scope"]], row["first"]  # type: ignore[index]  # the filter leaves none without a scope
        if code := _meets.get(row["type"]):
            key = (row["author"], code)
            held.met[key] = min(first, held.met.get(key, first))
        if moment := _starts.get(row["type"]):
            held.started[moment] = min(first, held.started.get(moment, first))
    return found

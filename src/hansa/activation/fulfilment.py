# SPDX-License-Identifier: Apache-2.0
"""Which act meets which obligation, and which act starts which moment of the charter.

Parts register here when Django starts (aid: `aid.offer.made` meets `offer-or-decline`). Nothing is stored: the ledger's
own index of acts says when a member first did it within the activation's audience, so that the answer is the same
on every node.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Min

from hansa import ledger
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
    """Let the first act of these types start a moment that the charter names, such as `requested`."""
    _starts.update(dict.fromkeys(act_types, moment))


def own_hosted(act: Act) -> Iterable[str]:
    """Return the act's author when this node hosts it."""
    return [act.author] if act.author in ledger.hosted_members() else []


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


def deeds(activations: Iterable[UUID]) -> Mapping[UUID, Deeds]:
    """Return what was done in each of these activations. One query, whatever their number."""
    found = {activation: Deeds() for activation in activations}
    rows = (
        LoggedAct.objects.filter(scope__in=list(found), type__in=[*_meets, *_starts])
        .values("scope", "type", "author")
        .annotate(first=Min("at"))
    )
    for row in rows:
        held, first = found[row["scope"]], row["first"]
        if code := _meets.get(row["type"]):
            key = (row["author"], code)
            held.met[key] = min(first, held.met.get(key, first))
        if moment := _starts.get(row["type"]):
            held.started[moment] = min(first, held.started.get(moment, first))
    return found

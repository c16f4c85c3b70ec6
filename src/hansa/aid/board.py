# SPDX-License-Identifier: Apache-2.0
"""What aid shows on the board of an activation: the requests and what is still missing, by kind."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hansa.activation.models import Activation
from hansa.aid import naming
from hansa.aid.choices import LINE_STATES
from hansa.aid.policy.request import may_open_request
from hansa.aid.queries import catalogue, request
from hansa.aid.queries.request import STATES, Filter
from hansa.core import clock
from hansa.core.actor import Actor

MOST_KINDS = 40


def requests_panel(activation: Activation, actor: Actor) -> dict[str, Any]:
    """Return the sums of an activation's requests, the most missing first. Two queries, however many requests."""
    now = clock.now()
    others = request.others_than(activation.member, now)
    found = request.sums(Filter(activation=activation.id), others=others, now=now)
    by_kind: defaultdict[str, list[request.Sum]] = defaultdict(list)
    for one in found:
        by_kind[one.kind].append(one)
    known = catalogue.kinds(by_kind)
    rows = [_row(kind, sums, catalogue.name_of(kind, known)) for kind, sums in by_kind.items()]
    rows.sort(key=lambda row: (-row["share"], -row["short"], row["name"]))
    counts = request.counts(found)
    return {
        "title": _("Requests and what is still missing"), "anchor": "requests", "activation": activation.id, "at": now,
        "rows": rows[:MOST_KINDS], "more": max(len(rows) - MOST_KINDS, 0), "all": sum(counts.values()),
        "counts": [(state, LINE_STATES[state].label, counts[state]) for state in STATES if counts[state]],
        "may": may_open_request(actor, activation).ok,
    }  # fmt: skip


def _row(kind: str, sums: list[request.Sum], name: str) -> dict[str, Any]:
    def total(field: str) -> Decimal:
        return sum((getattr(one, field) for one in sums), Decimal(0))

    asked, missing = total("quantity"), total("missing")
    return {
        "kind": kind, "name": name, "lines": sum(one.lines for one in sums), "asked": naming.number(asked),
        "offered": naming.number(total("offered")), "agreed": naming.number(total("agreed")),
        "missing": naming.number(missing), "short": missing, "share": missing / asked if asked else Decimal(0),
    }  # fmt: skip

# SPDX-License-Identifier: Apache-2.0
"""The page that shows that quantities balance, in an activation and line by line; and the clocks of each line."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hansa.activation import queries as activations
from hansa.aid import naming
from hansa.aid.choices.agreeing import BALANCE, CONFLICTS, EQUATIONS, STEPS
from hansa.aid.queries import balance as queries
from hansa.aid.queries.catalogue import amount, kinds, number
from hansa.aid.queries.progress import steps_of
from hansa.aid.rules.quantities import Balance, equations, violations
from hansa.aid.views.sending import page
from hansa.core import clock
from hansa.core.verdicts import require
from hansa.duty.policy import may_read

_PAGE = 50
COLUMNS = ("asked", "open", "offered", "agreed", "in_transit", "received", "released", "lost", "declined", "cancelled")


def sums(balance: Balance) -> list[tuple[str, str, str, bool]]:
    """Return each equation in words, with both of its sides and whether they are equal."""
    return [
        (str(EQUATIONS[name]), number(left), number(right), left == right)
        for name, (left, right) in equations(balance).items()
    ]


def _span(took: timedelta | None) -> str:
    if took is None:
        return ""
    minutes = round(took.total_seconds() / 60)
    if minutes < 60:
        return _("%(minutes)s min") % {"minutes": minutes}
    return _("%(hours)s h %(minutes)s min") % {"hours": minutes // 60, "minutes": minutes % 60}


def _conflicts(line: queries.LineBalance) -> list[str]:
    return [f"{CONFLICTS[name]}: {number(units)}" for name, units in line.conflicts.items()]


@require_GET
def activation_balance(request: HttpRequest, activation_id: UUID) -> HttpResponse:
    """Where every unit is, asked to released, for the activation and for each line."""
    require(may_read(request.actor))
    row = activations.get(activation_id)
    if row is None:
        raise Http404
    now = clock.now()
    lines = queries.activation_balances(row.id, at=now)
    found = Paginator(lines, _PAGE).get_page(request.GET.get("page"))
    known, total = kinds({line.line.kind for line in found}), queries.total(lines)
    wrong = [violation for line in lines for violation in violations(line.balance)]
    context: dict[str, Any] = {
        "row": row,
        "name": naming.member(row.member),
        "page": found,
        "heads": [str(BALANCE[column]) for column in COLUMNS],
        "listed": [
            {
                "line": line.line,
                "reference": naming.reference("R", line.line.id),
                "what": amount(line.line.quantity, line.line.kind, line.line.level, known),
                "cells": [number(getattr(line.balance, column)) for column in COLUMNS],
                "holds": not violations(line.balance),
                "conflicts": _conflicts(line),
            }
            for line in found
        ],
        "total": [number(getattr(total, column)) for column in COLUMNS],
        "sums": sums(total),
        "holds": not wrong,
        "conflicts": sum(1 for line in lines if line.conflicts),
        "at": now,
    }
    return page(request, "aid/activation_balance.html", context)


@require_GET
def line_progress(request: HttpRequest, line_id: UUID) -> HttpResponse:
    """One request line from asked to received: its clocks, its balance, every sum."""
    require(may_read(request.actor))
    rows = list(queries.RequestLine.objects.filter(id=line_id))
    if not rows:
        raise Http404
    [found] = queries.line_balances(rows)
    context = {
        "line": rows[0],
        "reference": naming.reference("R", rows[0].id),
        "requester": naming.member(rows[0].requester),
        "what": amount(rows[0].quantity, rows[0].kind, rows[0].level),
        "steps": [(STEPS[step.name], step, _span(step.took)) for step in steps_of(rows[0])],
        "cells": [(label, number(getattr(found.balance, name))) for name, label in BALANCE.items()],
        "sums": sums(found.balance),
        "conflicts": _conflicts(found),
        "note": _("Lost, damaged, recalled and cancelled units are missing again."),
    }
    return page(request, "aid/line_progress.html", context)

# SPDX-License-Identifier: Apache-2.0
"""Reads of request lines with what covers them. Everything about others' answers is derived here, when read.

The states are computed in SQL over whole activations, so that ten thousand lines cost the same few statements as ten;
a test holds this SQL to `rules.requests.status`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from hansa.activation import bylaws
from hansa.activation.models import Activation
from hansa.activation.rules import Change
from hansa.aid.models import RequestDecline, RequestLine
from hansa.aid.rules import requests as rules
from hansa.core.statements import ask
from hansa.pact import queries as pact

# Lines with what both sides agreed, what stands offered, and how many members declined. `others` is the number of
# members that could help. Sums are gathered by UNION and GROUP BY, joined once: under row-level security the planner
# expects one row of everything, and would walk joined sums in nested loops.
_COVERED = """
WITH parts AS (
  SELECT o.id AS offer, o.line_id AS line, o.quantity AS units,
    o.withdrawn_at IS NULL AND o.valid_until > %(now)s AS stands
  FROM aid_offer o {of_offers}
  UNION ALL SELECT offer_id, NULL, -quantity, NULL FROM aid_offerdecline {of_refusals}
  UNION ALL SELECT offer, NULL, -granted, NULL FROM aid_agreementline {of_agreements}
), offered AS (
  SELECT MIN(line::text)::uuid AS line, GREATEST(SUM(units), 0) AS units
  FROM parts GROUP BY offer HAVING bool_or(stands)
), amounts AS (
  SELECT line, SUM(agreed) AS agreed, SUM(offered) AS offered, SUM(offers) AS offers, COUNT(DISTINCT donor) AS declined
  FROM (
    SELECT request AS line, granted - recalled - cancelled AS agreed, 0 AS offered, 0 AS offers, NULL AS donor
    FROM aid_agreementline {of_agreements}
    UNION ALL SELECT line, 0, units, 1, NULL FROM offered
    UNION ALL SELECT line_id, 0, 0, 0, donor FROM aid_requestdecline {of_declines}
  ) said GROUP BY line
), covered AS (
  SELECT l.id, l.activation, l.requester, l.author, l.adopted_at, l.kind, l.level, l.quantity, l.needed_by, l.place,
    l.lat, l.lon, l.zone, l.priority, l.opened_at,
    COALESCE(a.agreed, 0) AS agreed, COALESCE(a.offered, 0) AS offered, COALESCE(a.offers, 0)::integer AS offers,
    COALESCE(a.declined, 0) AS declined,
    CASE WHEN l.cancelled_at IS NOT NULL THEN 'cancelled'
      WHEN COALESCE(a.agreed, 0) >= l.quantity THEN 'filled'
      WHEN COALESCE(a.agreed, 0) > 0 THEN 'partial'
      WHEN %(others)s > 0 AND COALESCE(a.declined, 0) >= %(others)s THEN 'declined'
      ELSE 'open' END AS status
  FROM aid_requestline l LEFT JOIN amounts a ON a.line = l.id
  WHERE {of_lines}
)
"""
_ENDED = b"SELECT FROM activation_step WHERE activation = $1 AND member = $2 AND change = $3 LIMIT 1"
_LISTED = (
    "id", "activation", "requester", "author", "adopted_at", "kind", "level", "quantity", "needed_by", "place", "lat",
    "lon",
    "zone", "priority", "opened_at", "agreed", "offered", "offers", "declined", "status",
)  # fmt: skip
_ORDERS = {
    # What still needs somebody comes first.
    "urgency": "status IN ('filled', 'cancelled'), priority, needed_by, id",
    "due": "needed_by, priority, id",
    "newest": "opened_at DESC, id DESC",
    "kind": "kind, priority, needed_by, id",
}
STATES = (rules.OPEN, rules.PARTIAL, rules.FILLED, rules.DECLINED, rules.CANCELLED)


@dataclass(frozen=True, slots=True)
class Covered:
    """A line as lists show it."""

    id: UUID
    activation: UUID
    requester: str
    author: str
    adopted_at: datetime | None
    kind: str
    level: int
    quantity: Decimal
    needed_by: datetime
    place: str
    lat: float | None
    lon: float | None
    zone: str
    priority: int
    opened_at: datetime
    agreed: Decimal
    offered: Decimal
    offers: int
    declined: int
    status: str

    @property
    def missing(self) -> Decimal:
        """Units that nobody agreed to send."""
        return rules.missing(quantity=self.quantity, agreed=self.agreed, cancelled=self.status == rules.CANCELLED)

    @property
    def by_voice(self) -> bool:
        """Whether it was filed for the requester, who has not adopted it."""
        return self.author != self.requester and self.adopted_at is None

    @property
    def reference(self) -> str:
        """Its short name."""
        return rules.reference("R", self.id.int)


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows. Empty means all. `line` asks for one line only."""

    activation: UUID | None = None
    status: str = ""
    kinds: tuple[str, ...] | None = None
    requester: str = ""
    priority: int = 0
    needed_before: datetime | None = None
    line: UUID | None = None
    order: str = "urgency"


def _statement(wanted: Filter, others: int, now: datetime) -> tuple[str, str, dict]:
    """Return the query of covered lines, the condition on its outcome, and the values."""
    values: dict = {"now": now, "others": others}
    conditions, agreed, offered, refused, declined = ["TRUE"], "", "", "", ""
    if wanted.activation:
        values["activation"] = wanted.activation
        conditions.append("l.activation = %(activation)s")
        agreed, offered = "WHERE activation = %(activation)s", "WHERE o.activation = %(activation)s"
    if wanted.line:
        agreed, offered = "WHERE request = %(id)s", "WHERE o.line_id = %(id)s"
        refused = "WHERE offer_id IN (SELECT id FROM aid_offer WHERE line_id = %(id)s)"
        declined = "WHERE line_id = %(id)s"
    columns = {
        "id": ("=", wanted.line), "requester": ("=", wanted.requester), "priority": ("=", wanted.priority),
        "needed_by": ("<", wanted.needed_before),
    }  # fmt: skip
    for column, (operator, value) in columns.items():
        if value:
            values[column] = value
            conditions.append(f"l.{column} {operator} %({column})s")
    if wanted.kinds is not None:
        values["kinds"] = list(wanted.kinds)
        conditions.append("l.kind = ANY(%(kinds)s)")
    state = "TRUE"
    if wanted.status:
        values["status"] = wanted.status
        state = "status = %(status)s"
    parts = {
        "of_agreements": agreed, "of_offers": offered, "of_refusals": refused, "of_declines": declined,
        "of_lines": " AND ".join(conditions),
    }  # fmt: skip
    return _COVERED.format(**parts), state, values


def covered(wanted: Filter, *, others: int, now: datetime, limit: int = 50, offset: int = 0) -> list[Covered]:
    """Return the lines that the open scope may read, with what covers them. One query."""
    query, state, values = _statement(wanted, others, now)
    order = _ORDERS.get(wanted.order, _ORDERS["urgency"])
    with connection.cursor() as cursor:
        # The parts that are put together are constants of this module; what a person chose travels as a value.
        cursor.execute(
            f"{query} SELECT {', '.join(_LISTED)} FROM covered WHERE {state} ORDER BY {order}"  # noqa: S608
            " LIMIT %(limit)s OFFSET %(offset)s",
            values | {"limit": limit, "offset": offset},
        )
        return [Covered(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines of one kind in one state, summed."""

    kind: str
    status: str
    lines: int
    quantity: Decimal
    agreed: Decimal
    offered: Decimal
    missing: Decimal


def sums(wanted: Filter, *, others: int, now: datetime) -> list[Sum]:
    """Return the lines summed by kind and state, over the whole filter. One query, whatever the number of lines."""
    query, state, values = _statement(wanted, others, now)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{query} SELECT kind, status, COUNT(*), SUM(quantity), SUM(agreed), SUM(offered),"  # noqa: S608
            " SUM(CASE WHEN status = 'cancelled' THEN 0 ELSE GREATEST(quantity - agreed, 0) END)"
            f" FROM covered WHERE {state} GROUP BY kind, status ORDER BY kind, status",
            values,
        )
        return [Sum(*row) for row in cursor.fetchall()]


def counts(found: Sequence[Sum]) -> Mapping[str, int]:
    """Return the number of lines in each state; together they are all lines: requests in = open + ... + cancelled."""
    return {state: sum(row.lines for row in found if row.status == state) for state in STATES}


def covered_line(line: UUID, *, others: int, now: datetime) -> Covered | None:
    """Return one line with what covers it, None when the open scope cannot read it."""
    found = covered(Filter(line=line), others=others, now=now, limit=1)
    return found[0] if found else None


def line(line_id: UUID) -> RequestLine | None:
    """Return the row of one line, None when the open scope cannot read it."""
    return RequestLine.objects.filter(id=line_id).first()


def sheet(sheet_id: UUID) -> list[RequestLine]:
    """Return the lines of one sheet, by number."""
    return list(RequestLine.objects.filter(sheet=sheet_id).order_by("number"))


def declines(line_id: UUID) -> list[RequestDecline]:
    """Return who declined a line, the newest first."""
    return list(RequestDecline.objects.filter(line_id=line_id).order_by("-declined_at"))


def was_stood_down(activation: Activation) -> bool:
    """Return whether the member in crisis has stood its activation down. One query: every request passes here."""
    return bool(ask(_ENDED, str(activation.id), activation.member, Change.STOOD_DOWN.value))


def league(now: datetime) -> frozenset[str]:
    """Return who is in the league."""
    return pact.members(now)


def others_than(requester: str, now: datetime) -> int:
    """Return how many members of the league could help one of them."""
    return len(league(now) - {requester})


def paper_by(charter: str, at: datetime) -> datetime | None:
    """Return by when a request that was spoken at `at` is confirmed in writing; None where the charter is not held."""
    held = bylaws.charter(charter)
    return at + held.urgent.paper_within if held else None

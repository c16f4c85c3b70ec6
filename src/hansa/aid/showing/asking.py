# SPDX-License-Identifier: Apache-2.0
"""What the pages of requests show, put together from the reads. The number of queries does not grow with the rows."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hansa import ledger
from hansa.activation import bylaws
from hansa.activation import queries as activations
from hansa.activation.models import Activation
from hansa.activation.wording import trigger_name
from hansa.aid import naming
from hansa.aid.catalogue import Kind
from hansa.aid.choices import DECLINE_REASONS, LIFELINES, LINE_STATES, OFFER_STATES, PRIORITIES
from hansa.aid.models import RequestLine
from hansa.aid.policy import request as policy
from hansa.aid.queries import catalogue
from hansa.aid.queries import offer as offers
from hansa.aid.queries import request as queries
from hansa.aid.queries.request import STATES, Covered, Filter
from hansa.aid.queries.stock import lots
from hansa.aid.queries.suggestion import Suggestion, suggest
from hansa.core import clock
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Verdict
from hansa.duty.forms import as_uuid
from hansa.duty.rules import Clock

PAGE = 50
KM_PER_MILE = 1.609344
MOST_MARKS = 60
ORDERS = {
    "urgency": gettext_lazy("Most urgent"),
    "due": gettext_lazy("Needed first"),
    "newest": gettext_lazy("Newest"),
    "kind": gettext_lazy("By kind"),
}


class Pages:
    """The pages of a list whose rows the database counts and cuts; stands in for Django's paginator."""

    ELLIPSIS = "…"

    def __init__(self, count: int, number: int) -> None:
        self.count = count
        self.num_pages = max(1, -(-count // PAGE))
        self.number = min(max(number, 1), self.num_pages)
        self.paginator = self

    @property
    def offset(self) -> int:
        return (self.number - 1) * PAGE

    @property
    def start_index(self) -> int:
        return self.offset + 1 if self.count else 0

    @property
    def end_index(self) -> int:
        return min(self.offset + PAGE, self.count)

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_next(self) -> bool:
        return self.number < self.num_pages

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1

    def get_elided_page_range(self, number: int, *, on_each_side: int = 1, on_ends: int = 1) -> Iterable[int | str]:
        """Yield the page numbers to show around one, with gaps."""
        shown = {1, self.num_pages, *range(number - on_each_side, number + on_each_side + 1)}
        last = 0
        for page in sorted(page for page in shown if 1 <= page <= self.num_pages):
            if page > last + 1:
                yield self.ELLIPSIS
            yield page
            last = page


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0


def filter_of(request: HttpRequest) -> Filter:
    """Return what the address asks for; what it cannot mean is left out."""
    asked = request.GET
    words = asked.get("q", "").strip()
    kinds = tuple(kind.code for kind in catalogue.find_kinds(words, limit=400)) if words else None
    priority = _number(asked.get("priority", ""))
    return Filter(
        activation=as_uuid(asked.get("activation", "")), status=asked.get("status",
        "") if asked.get("status") in STATES else "",
        kinds=kinds, requester=asked.get("requester", "")[:63], priority=priority if priority in PRIORITIES else 0,
        order=asked.get("order", "urgency"),
    )  # fmt: skip


def listing(request: HttpRequest) -> dict[str, Any]:
    """Return the list of requests: states with counts, the page's rows, the map."""
    now = clock.now()
    wanted = filter_of(request)
    others = len(queries.league(now)) - 1
    whole = queries.sums(Filter(**{**_asdict(wanted), "status": ""}), others=others, now=now)
    counts = queries.counts(whole)
    pages = Pages(
        counts[wanted.status] if wanted.status else sum(counts.values()), _number(request.GET.get("page", "1"))
    )
    found = queries.covered(wanted, others=others, now=now, limit=PAGE, offset=pages.offset)
    known = catalogue.kinds(line.kind for line in found)
    rows = [row_of(line, known) for line in found]
    return {
        "rows": rows, "page": pages, "at": now, "filter": wanted, "words": request.GET.get("q", ""),
        "points": points(rows),
        "tabs": [(state, LINE_STATES[state].label, counts[state]) for state in STATES], "all": sum(counts.values()),
        "orders": ORDERS, "activations": _named(activations.visible_to(request.actor)[:30]),
        "priorities": PRIORITIES,
    }  # fmt: skip


def _asdict(wanted: Filter) -> dict[str, Any]:
    return {name: getattr(wanted, name) for name in Filter.__slots__}


def _named(rows: Iterable[Activation]) -> list[tuple[str, str]]:
    return [(str(row.id), f"{naming.member(row.member)}: {trigger_name(row.charter, row.trigger)}") for row in rows]


def row_of(line: Covered, known: Mapping[str, Kind]) -> dict[str, Any]:
    """Return a line as a table shows it."""
    return {
        "line": line, "what": catalogue.amount(line.quantity, line.kind, line.level, known),
        "look": LINE_STATES[line.status],
        "member": naming.member(line.requester), "url": reverse("aid:request-detail", args=[line.id]),
        "missing": naming.number(line.missing), "offered": naming.number(line.offered),
        "agreed": naming.number(line.agreed),
        "priority": PRIORITIES[line.priority],
    }  # fmt: skip


def points(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the places of rows for the map, one mark per place however many lines it has."""
    marks: dict[tuple, dict[str, Any]] = {}
    for row in rows:
        line = row["line"]
        if line.lat is None or line.lon is None:
            continue
        key = (round(line.lat, 1), round(line.lon, 1))
        mark = marks.setdefault(
            key, {"lat": line.lat, "lon": line.lon, "kind": "need", "kind_label": _("Asked for"), "url": row["url"],
            "lines": 0,
                  "place": line.place},
        )  # fmt: skip
        mark["lines"] += 1
    for mark in marks.values():
        mark["label"] = _("%(place)s: %(lines)s requests") % mark if mark["lines"] > 1 else mark["place"]
    return list(marks.values())[:MOST_MARKS]


def about(line: RequestLine) -> dict[str, Any]:
    """Return a line in words, for the pages that change or answer it."""
    return {
        "what": catalogue.amount(line.quantity, line.kind, line.level), "member": naming.member(line.requester),
        "reference": naming.reference("R", line.id), "url": reverse("aid:request-detail", args=[line.id]),
        "priority": PRIORITIES[line.priority],
    }  # fmt: skip


def detail(line: RequestLine, actor: Actor) -> dict[str, Any]:
    """Return a request's page: what covers it, the offers, who declined, who could help."""
    now = clock.now()
    kind = catalogue.kind(line.kind)
    covered = queries.covered_line(line.id, others=queries.others_than(line.requester, now), now=now)
    if covered is None:
        raise ValueError("a line that can be read can be counted")
    found = offers.on_line(line.id, now)
    missing = max(covered.missing - covered.offered, Decimal(0))
    may = {
        "amend": policy.may_change_request(actor, line), "offer": policy.may_make_offer(actor, line),
        "decline": policy.may_decline_request(actor, line), "adopt": policy.may_adopt_request(actor, line),
    }  # fmt: skip
    own = line.requester == actor.member
    act = ledger.get(line.id)
    helps = suggest(line, kind, missing=missing, now=now) if kind and missing and not line.cancelled_at else None
    return {
        **about(line), "line": line, "covered": covered, "look": LINE_STATES[covered.status], "at": now,
        "offers": [offer_row(one, actor) for one in found], "suggestion": helps,
        "suggested": _donors(helps) if helps else [], "passed_over": _passed_over(helps) if helps else [],
        "declines": [(naming.member(d.donor), DECLINE_REASONS.get(d.reason, d.reason), d.note, d.declined_at)
                     for d in queries.declines(line.id)],
        "may": may, "own": own, "lifeline": LIFELINES.get(line.lifeline, ""), "still": naming.number(missing),
        "filed_by": naming.member(line.author), "voice": line.by_voice, "paper": confirmation(line),
        "opened": act.digest if act else "",
        "receipts": ledger.receipts(line.id), "act": act,
        "mine": None if own else lots_of(actor, line.kind), "key": new_id(), "zone": line.zone,
        "missing": naming.number(covered.missing), "offered": naming.number(covered.offered),
        "agreed": naming.number(covered.agreed),
    }  # fmt: skip


def confirmation(line: RequestLine) -> dict[str, Any] | None:
    """Return the clock of a spoken request by the charter, done once confirmed in writing; None for a written one."""
    if line.author == line.requester:
        return None
    due = queries.paper_by(line.charter, line.opened_at)
    clause = bylaws.clause(line.charter, "urgent")
    return {"clock": Clock(line.opened_at, due, done=line.adopted_at), "clause": clause} if due else None


def lots_of(actor: Actor, kind: str) -> str:
    """Return what the actor's member has above its reserve of a kind, in words."""
    return naming.number(sum((lot.above for lot in lots(actor.member, clock.now(), kind=kind)), Decimal(0)))


def offer_row(one: offers.Answered, actor: Actor) -> dict[str, Any]:
    """Return an offer as a table shows it, with what the actor may do with it."""
    offer = one.offer
    return {
        "one": one, "offer": offer, "donor": naming.member(offer.donor), "look": OFFER_STATES[one.status],
        "what": catalogue.amount(offer.quantity, offer.kind, offer.level), "waiting": naming.number(one.waiting),
        "agreed": naming.number(one.agreed), "declined": naming.number(one.declined),
        "total": naming.money(offer.total),
        "url": reverse("aid:offer-detail", args=[offer.id]), "requester": naming.member(offer.requester),
        "may_decline": one.waiting > 0 and _ok(policy.may_decline_offer(actor, offer)),
        "may_withdraw": one.waiting > 0 and _ok(policy.may_withdraw_offer(actor, offer)),
    }  # fmt: skip


def _ok(verdict: Verdict) -> bool:
    return verdict.ok


def _donors(found: Suggestion) -> list[dict[str, Any]]:
    return [
        {"member": naming.member(d.donor), "site": d.site, "units": naming.number(Decimal(d.reason.units)),
         "above": naming.number(Decimal(d.reason.above_reserve)), "hours": d.whole_hours,
         "miles": round(d.distance / KM_PER_MILE)}
        for d in found.serving
    ]  # fmt: skip


def why_not(donor) -> str:
    """Return in words why the suggestion takes nothing from a member that declared this kind."""
    texts = {
        "late": _("Would arrive about %(hours)s h too late.") % {"hours": donor.late_hours},
        "level": _("Its type is not good enough."),
        "reserve": _("All of it is its reserve."),
        "committed": _("What was above its reserve has been promised since."),
        "outbid": _("What it has is proposed for another request."),
        "enough": _("Farther away; nearer ones have enough."),
        "own": _("It asked for this itself."),
        "kind": _("It declared another kind."),
    }
    return texts[donor.reason.code]


def _passed_over(found: Suggestion) -> list[dict[str, Any]]:
    rows = [
        {"member": naming.member(d.donor), "site": d.site, "why": why_not(d), "hours": d.whole_hours,
        "miles": round(d.distance / KM_PER_MILE),
         "above": naming.number(Decimal(d.reason.above_reserve))}
        for d in found.passed_over
    ]  # fmt: skip
    unknown = _("It did not say where its stock is.")
    return rows + [{"member": naming.member(slug), "site": "", "why": unknown} for slug in found.unplaced]


def choices_of(request: HttpRequest, activation: Activation) -> dict[str, Any]:
    """Return what the form of a new request shows about its crisis: whose it is, and others that are open."""
    by_voice = activation.member != request.actor.member
    return {
        "crisis": f"{naming.member(activation.member)}: {trigger_name(activation.charter, activation.trigger)}",
        "by_voice": by_voice, "caller": naming.member(activation.member),
        "own_act": f"request-{activation.id}",
    }  # fmt: skip

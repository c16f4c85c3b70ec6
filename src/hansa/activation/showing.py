# SPDX-License-Identifier: Apache-2.0
"""What pages of activations show, gathered in a number of queries that does not grow with what they list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from hansa.activation import board as panels
from hansa.activation import bylaws, live, policy, queries
from hansa.activation.choices import PHASES
from hansa.activation.fulfilment import duty_kind
from hansa.activation.models import Activation
from hansa.activation.owed import Obligation
from hansa.activation.wording import level_name, member_name, obligation_name, trigger_name
from hansa.core.actor import Actor
from hansa.core.ids import new_id
from hansa.core.verdicts import Verdict
from hansa.duty.models import Duty
from hansa.duty.queries import names_of
from hansa.duty.rules import Clock, ClockState, urgency
from hansa.pact import queries as pact
from hansa.pact.models import Member
from hansa.pact.queries import ClauseLink
from hansa.people.choices import office_label
from hansa.people.models import Appointment
from hansa.people.queries import running, with_names

TIMELINE = 20


@dataclass(frozen=True, slots=True)
class Column:
    """One obligation that all members owe: its name, its common clock, how many of how many met it."""

    code: str
    label: str
    clock: Clock
    met: int
    owing: int
    clause: ClauseLink | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation of one member: its clock, and who has it, named for one's own member only."""

    label: str
    clock: Clock
    person: str = ""
    word: str = ""
    clause: ClauseLink | None = None


@dataclass(frozen=True, slots=True)
class Answerer:
    """A row of "who has answered": the member, who represents it, its cells by column, and what it said."""

    member: str
    name: str
    represented: str
    cells: tuple[Cell | None, ...]
    said: str


def _facts(found: queries.Picture) -> dict[str, Any]:
    row, state = found.activation, found.standing
    return {
        "found": found,
        "row": row,
        "name": member_name(row.member),
        "reporter": member_name(row.reporter) if row.reporter else "",
        "caller": office_label(row.caller_office) if row.caller_office else "",
        "trigger": trigger_name(row.charter, row.trigger),
        "look": PHASES[state.phase],
        "level": level_name(row.charter, state.level) if state.level else "",
        "asked": level_name(row.charter, state.asked),
    }


def situation(found: queries.Picture, term: str) -> dict[str, Any]:
    """Return the situation beside the clause on which the next step rests."""
    digest = found.activation.charter
    try:
        clause = pact.clause(term, digest=digest)
    except KeyError:
        clause = pact.clause("invoke", digest=digest)
    return {**_facts(found), "clause": clause, "clause_text": bylaws.clause_html(digest, clause.number)}


def listing(rows: Iterable[Activation], actor: Actor) -> dict[str, Any]:
    """Return a page of activations as rows of a table and as points of a map, and the newest consultations."""
    items = [_facts(found) for found in queries.pictures(list(rows))]
    points = [_point(facts) for facts in items]
    asked = [(row, member_name(row.member)) for row in queries.consultations()[:5]]
    return {"items": items, "points": [point for point in points if point], "consultations": asked}


def _point(facts: dict[str, Any]) -> dict[str, Any] | None:
    """Return an activation as a point of the map; None where its place was not given in degrees."""
    row, found = facts["row"], facts["found"]
    if row.lat is None or row.lon is None:
        return None
    return {
        "label": f"{facts['name']}: {facts['trigger']}", "lat": row.lat, "lon": row.lon,
        "kind": "active" if found.standing.open else "member", "kind_label": str(facts["look"].label),
        "url": reverse("activation:activation-board", args=[row.id]),
    }  # fmt: skip


def board(found: queries.Picture, actor: Actor) -> dict[str, Any]:
    """Return the board of an activation for one reader."""
    # The place from which the page is live is read before anything else: what comes later is announced.
    at = live.newest()
    places = {row.slug: row for row in Member.objects.filter(slug__in=found.league)}
    columns, may = _columns(found), _may(found, actor)
    return {
        **_facts(found),
        "live_at": at,
        "columns": columns,
        "answerers": _answerers(found, columns),
        "own": _own(found, actor),
        "happenings": queries.folded_happenings(found.id, TIMELINE),
        "lines": [(line, member_name(line.member)) for line in queries.lines(found.id)[:10]],
        "stands": _stands(found),
        "points": _points(found, places),
        "panels": panels.panels(found.activation, actor),
        "may": may,
        "rules": _rules(found),
        "finished": _finished(found, actor, may),
        "line_act": new_id(),
        "guests": [(guest.guest, guest.name) for guest in pact.guests(found.id)],
        "invites_guests": found.charter.guests.allowed and actor.member in found.league and not may["adopt"].ok,
    }


def _rules(found: queries.Picture) -> list[tuple[str, ClauseLink]]:
    """Return the clauses on which the state that the page shows first rests, with what each decides."""
    digest, state = found.activation.charter, found.standing
    terms = [
        (_("How many attest, and how long it lasts"), f"levels.{state.asked}"),
        (_("Time to attest, and who can stop it"), "invoke"),
        *([(_("Confirmation in writing"), "urgent")] if state.paper else []),
        (_("Who stands it down"), "stand_down"),
    ]
    return [(label, clause) for label, term in terms if (clause := bylaws.clause(digest, term))]


def _may(found: queries.Picture, actor: Actor) -> dict[str, Verdict]:
    """Return what this reader may do now; the page offers that, and the first of it as its one button."""
    return {
        "acknowledge": policy.may_acknowledge(actor, found),
        "attest": policy.may_stand(actor, found, attests=True),
        "decline": policy.may_decline(actor, found),
        "adopt": policy.may_adopt(actor, found),
        "level": policy.may_change(actor, found, "activation.level.changed"),
        "extend": policy.may_change(actor, found, "activation.crisis.extended"),
        "end": policy.may_end(actor, found),
    }


def _finished(found: queries.Picture, actor: Actor, may: dict[str, Verdict]) -> list[str]:
    """Return the drafts that this device may forget: what can no longer be sent, and what led to this activation."""
    names = {"end": "stand-down"}
    drafts = [f"activation-{names.get(name, name)}-{found.id}" for name, verdict in may.items() if not verdict.ok]
    opened = {found.activation.member: "invoke", found.activation.reporter: "spoken"}
    return [*drafts, *([opened[actor.member]] if actor.member in opened else [])]


def _columns(found: queries.Picture) -> list[Column]:
    """Return the obligations that every other member owes: their clocks start for all at one moment."""
    charter = found.activation.charter
    columns: list[Column] = []
    for item in found.obligations:
        if item.term.whom == "invoker" or any(column.code == item.term.code for column in columns):
            continue
        common = Clock(item.clock.opened, item.clock.due, waived=item.clock.waived)
        met, owing = found.answered(item.term.code)
        clause = bylaws.clause(charter, f"obligations.{item.term.code}")
        columns.append(Column(item.term.code, obligation_name(charter, item.term.code), common, met, owing, clause))
    return columns


def _answerers(found: queries.Picture, columns: list[Column]) -> list[Answerer]:
    represented = _representatives(found)
    said = {answer.member: answer.reason for answer in found.answers if answer.reason}
    owed: dict[str, dict[str, Obligation]] = {}
    for item in found.obligations:
        owed.setdefault(item.member, {})[item.term.code] = item
    rows = []
    for member, items in owed.items():
        cells = tuple(_cell(found, items[c.code]) if c.code in items else None for c in columns)
        if any(cells):
            rows.append(Answerer(member, member_name(member), represented.get(member, ""), cells, said.get(member, "")))
    rows.sort(key=lambda row: (min(urgency(cell.clock, found.now) for cell in row.cells if cell), row.name))
    return rows


def _cell(found: queries.Picture, item: Obligation, person: str = "") -> Cell:
    stand = found.stand_of(item.member) if item.term.code == "attest" else None
    word = (_("Attested") if stand.attests else _("Objected")) if stand else ""
    return Cell(obligation_name(found.activation.charter, item.term.code), item.clock, person, word)


def _own(found: queries.Picture, actor: Actor) -> list[Cell]:
    """Return what the reader's member owes, with which of its people has it."""
    duties = {row.kind: row for row in Duty.objects.filter(subject=found.id)}
    people = names_of(duty.person or duty.done_by for duty in duties.values())
    cells = []
    for item in found.owed_by(actor.member):
        duty = duties.get(duty_kind(item.term.code))
        who = duty and (duty.person or duty.done_by)
        cell = _cell(found, item, people.get(who, "") if who else "")
        cells.append(replace(cell, clause=bylaws.clause(found.activation.charter, f"obligations.{item.term.code}")))
    return cells


def _representatives(found: queries.Picture) -> dict[str, str]:
    """Return who represents each member: the holder of its highest office, as the member told the league."""
    members = {item.member for item in found.obligations}
    terms: QuerySet[Appointment] = Appointment.objects.filter(running(found.now), member__in=members)
    listed = with_names(
        terms.filter(office__in=("chief-executive", "emergency-management")).order_by("office", "begins_at")
    )
    names: dict[str, str] = {}
    for term, name in listed:
        names.setdefault(term.member, f"{name}, {office_label(term.office)}")
    return names


def _stands(found: queries.Picture) -> list[dict[str, Any]]:
    stands = sorted((*found.standing.attested, *found.standing.objected), key=lambda stand: stand.at)
    return [
        {"name": member_name(s.member), "attests": s.attests, "at": s.at, "reason": found.reasons.get(s.act, "")}
        for s in stands
    ]


def _points(found: queries.Picture, places: dict[str, Member]) -> list[dict[str, Any]]:
    """Return the crisis and the members on the map: who answered, who has not."""
    row = found.activation
    points = []
    if crisis := _point(_facts(found)):
        points.append(crisis)
    for slug, place in places.items():
        if slug == row.member:
            continue
        item = found.obligation(slug, "acknowledge")
        answered = item is None or item.state(found.now) is ClockState.DONE
        label = _("Has answered") if answered else _("Has not answered")
        points.append(
            {"label": f"{place.name}: {label}", "lat": place.latitude, "lon": place.longitude,
             "kind": "offer" if answered else "need", "kind_label": label, "url": ""}
        )  # fmt: skip
    return points

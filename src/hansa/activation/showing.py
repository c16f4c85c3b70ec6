# SPDX-License-Identifier: Apache-2.0
"""What pages of activations show, gathered in a number of queries that does not grow with what they list."""

from collections.abc import Iterable
from dataclasses import dataclass
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
from hansa.duty.rules import ClockState, urgency
from hansa.pact import queries as pact
from hansa.pact.models import Member
from hansa.people.choices import office_label
from hansa.people.models import Appointment
from hansa.people.queries import running, with_names

TIMELINE = 30


@dataclass(frozen=True, slots=True)
class Cell:
    """One obligation of one member as the board shows it: who has it is named for one's own member only."""

    item: Obligation
    label: str
    person: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Answerer:
    """A row of "who has answered": the member, who represents it, what it owes, and what it said."""

    member: str
    name: str
    represented: str
    cells: tuple[Cell, ...]
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
    rows = _answerers(found, actor)
    return {
        **_facts(found),
        "live_at": at,
        "answerers": rows,
        "counts": _counts(found),
        "own": [cell for row in rows for cell in row.cells if row.member == actor.member and cell.item.clock.due],
        "happenings": queries.read_happenings(queries.acts_of(found.id)[:TIMELINE]),
        "lines": [(line, member_name(line.member)) for line in queries.lines(found.id)[:10]],
        "stands": _stands(found),
        "points": _points(found, places),
        "panels": panels.panels(found.activation, actor),
        "may": _may(found, actor),
        "line_act": new_id(),
        "guests": [(guest.guest, guest.name) for guest in pact.guests(found.id)],
    }


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


def _counts(found: queries.Picture) -> list[tuple[str, int, int]]:
    """Return for each obligation how many of how many members met it."""
    codes = list(dict.fromkeys(item.term.code for item in found.obligations))
    return [(obligation_name(found.activation.charter, code), *found.answered(code)) for code in codes]


def _answerers(found: queries.Picture, actor: Actor) -> list[Answerer]:
    represented = _representatives(found)
    duties = {row.kind: row for row in Duty.objects.filter(subject=found.id)}
    people = names_of(duty.person or duty.done_by for duty in duties.values())
    said = {answer.member: answer.reason for answer in found.answers if answer.reason}
    rows = []
    for member in sorted({item.member for item in found.obligations}, key=member_name):
        cells = tuple(_cell(found, item, duties, people, actor) for item in found.owed_by(member))
        rows.append(Answerer(member, member_name(member), represented.get(member, ""), cells, said.get(member, "")))
    return sorted(
        rows, key=lambda row: min((urgency(cell.item.clock, found.now) for cell in row.cells), default=(9, 0))
    )


def _cell(found: queries.Picture, item: Obligation, duties: dict[str, Duty], people: dict, actor: Actor) -> Cell:
    duty = duties.get(duty_kind(item.term.code)) if item.member == actor.member else None
    person = people.get(duty.person or duty.done_by, "") if duty else ""
    stand = found.stand_of(item.member) if item.term.code == "attest" else None
    word = (_("Attested") if stand.attests else _("Objected")) if stand else ""
    return Cell(item, obligation_name(found.activation.charter, item.term.code), person, word)


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

# SPDX-License-Identifier: Apache-2.0
"""Who can be asked now, at many members at once: their plans, rotas and terms, read with one statement."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from hansa.core.rls import member_scope
from hansa.core.statements import as_json, ask
from hansa.duty import rota as plans
from hansa.duty.ladders import Crew
from hansa.duty.models import AlarmPlan, Rota, RotaCover, RotaFixed, RotaLine
from hansa.duty.models.alarm import LAST_RESORT
from hansa.duty.queries.rota import OnCall, assembled
from hansa.duty.rota import OnHolidays

_SCENES = b"SELECT duty_scenes($1, $2::timestamptz, $3, $4::uuid)"
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """How one member's people are asked in an office now: its plan, who can be asked, when the rota hands over next.

    `needs_none`: it has that alert already, or a person of it has spoken in the activation.
    """

    plan: AlarmPlan
    crew: Crew
    hands_over: datetime | None
    needs_none: bool = False


def scenes(
    places: Iterable[Place], at: datetime, *, key: str | None = None, scope: UUID | None = None
) -> dict[Place, Scene]:
    """Return the scene at each member and office; with the `key` of an alarm, whether it is needed there at all."""
    asked = [{"member": member, "office": office} for member, office in places]
    if not asked:
        return {}
    found = ask(_SCENES, as_json(asked), at.isoformat(), key, str(scope) if scope else None)
    rows = [json.loads(text or b"{}") for (text,) in found]
    return {(row["member"], row["office"]): _scene(row, at) for row in rows}


def crew(member: str, office: str, at: datetime) -> Crew:
    """Return who can be asked at one member."""
    return scenes([(member, office)], at)[member, office].crew


def _scene(row: Mapping[str, Any], at: datetime) -> Scene:
    posts = posts_of(row, at)
    resort = [term for term in row["terms"] if term["office"] == LAST_RESORT and _runs(term, at)]
    people = Crew(tuple(post.person for post in posts), {LAST_RESORT: tuple(UUID(term["person"]) for term in resort)})
    plan = AlarmPlan(**{name: value for name, value in (row["plan"] or {}).items() if name in _LADDER})
    return Scene(plan, people, min((post.until for post in posts if post.until > at), default=None), row["needs_none"])


# What a ladder is made of: quiet hours hold back no alert.
_LADDER = ("call_after", "next_after", "rounds", "together")


def posts_of(row: Mapping[str, Any], at: datetime) -> Sequence[OnCall]:
    """Return who is on call in a scene, the one to call first at the head."""
    if row["rota"] is None:
        return ()
    own = row["rota"]
    rota = Rota(id=own["id"], member=row["member"], office=row["office"], zone=own["zone"],
                holidays=own["holidays"], needed=own["needed"])  # fmt: skip
    lines = [_line(line) for line in row["lines"]]
    covers = [_cover(cover) for cover in row["covers"]]
    fixed = [_fixed(shift) for shift in row["fixed"]]
    terms: dict[UUID, tuple[plans.Term, ...]] = {}
    for term in row["terms"]:
        if term["office"] == row["office"]:
            person = UUID(term["person"])
            terms[person] = (*terms.get(person, ()), (_moment(term["begins_at"]), _moment(term["ends_at"])))
    if all(line.holidays == OnHolidays.SAME for line in lines):
        plan = assembled(rota, lines, covers, fixed, terms, at, at)
    else:  # the days of holidays are the member's own rows
        with member_scope(row["member"]):
            plan = assembled(rota, lines, covers, fixed, terms, at, at)
    return tuple(OnCall(post.person, post.end, post.level) for post in plans.at(plan, at))


def _runs(term: Mapping[str, Any], at: datetime) -> bool:
    ends = _moment(term["ends_at"])
    return _moment(term["begins_at"]) <= at and (ends is None or ends > at)


def _moment(text: str | None) -> Any:
    return datetime.fromisoformat(text) if text else None


def _line(row: Mapping[str, Any]) -> RotaLine:
    return RotaLine(
        id=UUID(row["id"]), level=row["level"], people=[UUID(person) for person in row["people"]], zone=row["zone"],
        begins=date.fromisoformat(row["begins"]), until=date.fromisoformat(row["until"]) if row["until"] else None,
        handover=time.fromisoformat(row["handover"]), turn_days=row["turn_days"], windows=row["windows"],
        holidays=row["holidays"],
    )  # fmt: skip


def _cover(row: Mapping[str, Any]) -> RotaCover:
    out, into = (UUID(person) if person else None for person in (row["person_out"], row["person_in"]))
    return RotaCover(id=UUID(row["id"]), start_at=_moment(row["start_at"]), end_at=_moment(row["end_at"]),
                     person_out=out, person_in=into)  # fmt: skip


def _fixed(row: Mapping[str, Any]) -> RotaFixed:
    people = [UUID(person) for person in row["people"]]
    return RotaFixed(
        id=UUID(row["id"]), start_at=_moment(row["start_at"]), end_at=_moment(row["end_at"]), people=people
    )

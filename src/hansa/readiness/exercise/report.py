# SPDX-License-Identifier: Apache-2.0
"""What happened in an exercise: the clocks of each crisis, and whether the books balance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hansa.aid.queries import balance
from hansa.core import clock
from hansa.ledger.models import LoggedAct
from hansa.readiness.exercise import cast
from hansa.readiness.exercise.scenario import Scenario

# The hand-offs of the mutual-aid reference, section 8: each begins with the first act of its type.
STAGES = {
    "invoked": "activation.crisis.invoked",
    "acknowledged": "activation.answer.acknowledged",
    "requested": "aid.request.opened",
    "offered": "aid.offer.made",
    "signed": "aid.agreement.signed",
    "shipped": "aid.shipment.sent",
    "received": "aid.shipment.received",
    "stood down": "activation.crisis.ended",
}
# What an exercise must show besides: a recall, a lost leg, a refusal, people who came.
EVENTS = {
    "recalls": "aid.agreement.recalled",
    "lost legs": "aid.shipment.lost",
    "declined": "activation.answer.declined",
    "objected": "activation.crisis.objected",
    "check-ins": "aid.mission.arrived",
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One hand-off of a crisis: how many acts, when the first and the last came."""

    name: str
    count: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True)
class Course:
    """A crisis from beginning to end."""

    name: str
    member: str
    activation: UUID
    stages: tuple[Stage, ...]
    events: dict[str, int]
    violations: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether every hand-off happened and the quantities balance."""
        return all(stage.count for stage in self.stages) and not self.violations


@dataclass(frozen=True, slots=True)
class Report:
    """The outcome of a run: every crisis, what failed, how long it took in real seconds, and how many acts."""

    scenario: Scenario
    courses: tuple[Course, ...]
    failure: str
    seconds: float
    acts: int
    found_in: str = ""

    @property
    def ok(self) -> bool:
        """Whether every step went through, every hand-off happened and every quantity balances."""
        return (
            not self.failure
            and len(self.courses) == len(self.scenario.crises)
            and all(c.complete for c in self.courses)
        )

    def as_dict(self) -> dict[str, Any]:
        """Return the report for machines: times in UTC, durations in seconds from the invocation."""
        return {
            "exercise": True, "scenario": self.scenario.name, "ok": self.ok, "failure": self.failure,
            "members": len(self.scenario.members), "acts": self.acts, "seconds": round(self.seconds, 2),
            "crises": [_course_dict(course) for course in self.courses],
        }  # fmt: skip

    def as_text(self) -> str:
        """Return the report as a table for people."""
        lines = [f"EXERCISE · SIMULACRO  {self.scenario.title}", ""]
        for course in self.courses:
            lines += _course_lines(course)
        lines.append(f"{len(self.scenario.members)} members, {self.acts:,} acts, played in {self.seconds:.1f} s.")
        lines.append(
            f"FAILED: {self.failure}" if self.failure else ("All steps went through." if self.ok else "INCOMPLETE")
        )
        if self.found_in:
            lines.append(f"The ledger of this run: HANSA_DATA_DIR={self.found_in} hansa verify")
        return "\n".join(lines)


def write(scenario: Scenario, crises: dict[str, UUID], *, failure: str, seconds: float, found_in: str = "") -> Report:
    """Read from the ledger what happened in these crises."""
    with_host = scenario.members[0]
    with cast.acting(with_host, "emergency-management"):
        courses = tuple(_course(scenario, name, activation) for name, activation in crises.items())
        return Report(scenario, courses, failure, seconds, LoggedAct.objects.count(), found_in)


def _course(scenario: Scenario, name: str, activation: UUID) -> Course:
    rows = LoggedAct.objects.filter(scope=activation).order_by("at").values_list("type", "at")
    times: dict[str, list[datetime]] = {}
    for type_name, at in rows:
        times.setdefault(type_name, []).append(at)
    # A scenario that asks for nothing (a night of alerts) is complete without the hand-offs of aid.
    asks = any(step.do == "request" and step.crisis == name for step in scenario.steps)
    stages = tuple(
        _stage(stage, times.get(type_name, []))
        for stage, type_name in STAGES.items()
        if asks or type_name.startswith("activation.")
    )
    events = {event: len(times.get(type_name, [])) for event, type_name in EVENTS.items()}
    violations = tuple(balance.balance_violations(activation))
    return Course(name, scenario.crises[name].member, activation, stages, events, violations)


def _stage(name: str, times: Sequence[datetime]) -> Stage:
    return Stage(name, len(times), times[0] if times else None, times[-1] if times else None)


def _since(course: Course, moment: datetime | None) -> timedelta | None:
    start = course.stages[0].first
    return moment - start if moment and start else None


def _course_dict(course: Course) -> dict[str, Any]:
    def seconds(moment: datetime | None) -> float | None:
        since = _since(course, moment)
        return since.total_seconds() if since is not None else None

    return {
        "crisis": course.name, "member": course.member, "activation": str(course.activation),
        "complete": course.complete,
        "stages": {
            s.name: {"count": s.count, "first": clock.to_text(s.first) if s.first else None,
                     "first_after_s": seconds(s.first), "last_after_s": seconds(s.last)}
            for s in course.stages
        },
        "events": course.events, "balance_violations": list(course.violations),
    }  # fmt: skip


def _course_lines(course: Course) -> list[str]:
    lines = [f"{cast.place_name(course.member)} ({course.name})", f"  {'':<14}{'acts':>7}  {'first':>10}  {'last':>10}"]
    for stage in course.stages:
        first, last = (_text(_since(course, moment)) for moment in (stage.first, stage.last))
        lines.append(f"  {stage.name:<14}{stage.count:>7,}  {first:>10}  {last:>10}")
    told = ", ".join(f"{count} {event}" for event, count in course.events.items() if count)
    lines.append(f"  {told}")
    lines += [f"  DOES NOT BALANCE: {violation}" for violation in course.violations] or ["  All quantities balance."]
    return [*lines, ""]


def _text(length: timedelta | None) -> str:
    if length is None:
        return "–"
    minutes = int(length.total_seconds() // 60)
    return f"+{minutes // 60}h{minutes % 60:02}"

# SPDX-License-Identifier: Apache-2.0
"""Scenario files: an exercise as data. Who holds what, which crises come when, and what is done about them.

A scenario is a TOML file. Times are offsets from its start (`"1h30"`, `"45m"`, `"2d4h"`). Unknown keys, unknown
kinds of steps and references to crises or members that the file does not name are errors with the key's path.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

_OFFSET = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m?)?")
STEPS = (
    "consult", "invoke", "acknowledge", "attest", "object", "decline", "request", "offer", "agree", "sign", "recall",
    "deploy", "ship", "lose", "receive", "log", "pause", "stand-down", "empty-rota", "phone", "ring", "answer",
)  # fmt: skip


class ScenarioError(ValueError):
    """A scenario file is wrong: where, and what."""


@dataclass(frozen=True, slots=True)
class Holding:
    """What a member has of a kind when the exercise begins."""

    member: str
    kind: str
    level: int | None
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Crisis:
    """A crisis to come: whose, under which trigger and level, and what is said about it."""

    name: str
    member: str
    trigger: str
    level: str
    place: str
    situation: str
    first_needs: str
    evidence: str
    lat: Decimal
    lon: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens: when, what, in which crisis, by whom, and its particulars."""

    at: timedelta
    do: str
    crisis: str
    members: tuple[str, ...]
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """An exercise: its members, what they hold, the crises and the steps in time."""

    name: str
    title: str
    members: tuple[str, ...]
    holdings: tuple[Holding, ...]
    crises: Mapping[str, Crisis]
    steps: tuple[Step, ...]

    @property
    def has_a_night(self) -> bool:
        """Whether phones ring in it: then it is played through real processes."""
        return any(step.do in ("phone", "ring", "answer") for step in self.steps)

    @property
    def length(self) -> timedelta:
        """From the start to the last step."""
        return self.steps[-1].at

    @property
    def pause(self) -> timedelta:
        """When `hansa demo` stops playing and hands over to the people at the pages."""
        return next((step.at for step in self.steps if step.do == "pause"), self.length)


def names() -> list[str]:
    """Return the scenarios that come with Hansa."""
    folder = files(__package__) / "scenarios"
    return sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))


def read(name: str) -> Scenario:
    """Return a scenario that comes with Hansa; `ScenarioError` names those that there are."""
    if name not in names():
        raise ScenarioError(f"There is no scenario {name}. Choose one of: {', '.join(names())}.")
    return parse((files(__package__) / "scenarios" / f"{name}.toml").read_text(encoding="utf-8"), name)


def parse(text: str, name: str) -> Scenario:
    """Return the scenario that `text` states; `ScenarioError` with the path of what is wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError(f"{name}: {error}") from None
    members = tuple(_take(raw, "members", name, list))
    crises = {key: _crisis(key, value, members) for key, value in _take(raw, "crisis", name, dict).items()}
    holdings = tuple(h for n, row in enumerate(raw.get("stock", ())) for h in _holdings(f"stock[{n}]", row, members))
    steps = tuple(_step(f"step[{n}]", row, members, crises) for n, row in enumerate(_take(raw, "step", name, list)))
    if list(steps) != sorted(steps, key=lambda step: step.at):
        raise ScenarioError(f"{name}: the steps are not in the order of their times")
    unknown = set(raw) - {"title", "members", "crisis", "stock", "step"}
    if unknown:
        raise ScenarioError(f"{name}: unknown keys {', '.join(sorted(unknown))}")
    return Scenario(name, _take(raw, "title", name, str), members, holdings, crises, steps)


def offset(text: str) -> timedelta:
    """Return the length that `text` states, such as `1h30`, `45m` or `2d4h`."""
    found = _OFFSET.fullmatch(text)
    if not text or found is None:
        raise ScenarioError(f"not a length of time: {text!r}")
    days, hours, minutes = (int(group or 0) for group in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def _take(table: Mapping[str, Any], key: str, where: str, kind: type) -> Any:
    if not isinstance(table.get(key), kind):
        raise ScenarioError(f"{where}: needs {key}, a {kind.__name__}")
    return table[key]


def _known(member: str, members: Sequence[str], where: str) -> str:
    if member not in members:
        raise ScenarioError(f"{where}: {member} is not among the members")
    return member


def _crisis(key: str, row: Mapping[str, Any], members: Sequence[str]) -> Crisis:
    where = f"crisis.{key}"
    texts = {f: _take(row, f, where, str) for f in ("member", "trigger", "level", "place", "situation", "first_needs")}
    _known(texts["member"], members, where)
    lat, lon = (Decimal(str(row.get(f, ""))) for f in ("lat", "lon"))
    return Crisis(name=key, evidence=row.get("evidence", ""), lat=lat, lon=lon, **texts)


def _holdings(where: str, row: Mapping[str, Any], members: Sequence[str]) -> list[Holding]:
    kind, level = _take(row, "kind", where, str), row.get("level")
    return [
        Holding(_known(member, members, where), kind, level, Decimal(str(quantity)))
        for member, quantity in _take(row, "held", where, dict).items()
    ]


def _step(where: str, row: Mapping[str, Any], members: Sequence[str], crises: Mapping[str, Crisis]) -> Step:
    do = _take(row, "do", where, str)
    if do not in STEPS:
        raise ScenarioError(f"{where}: {do} is not a step; choose one of {', '.join(STEPS)}")
    crisis = row.get("crisis", "")
    if do != "pause" and crisis not in crises:
        raise ScenarioError(f"{where}: needs a crisis that the file names")
    acting = row.get("members", [])
    listed = [_known(m, members, where) for m in ([acting] if isinstance(acting, str) else acting)]
    if acting == [] and crisis:
        listed = [m for m in members if m != crises[crisis].member and m not in row.get("except", ())]
    rest = {k: v for k, v in row.items() if k not in ("at", "do", "crisis", "members", "except")}
    return Step(offset(_take(row, "at", where, str)), do, crisis, tuple(listed), rest)

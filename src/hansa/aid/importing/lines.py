# SPDX-License-Identifier: Apache-2.0
"""From rows of cells to request lines, or to everything that is wrong with them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from hansa.aid.catalogue import Kind, fold
from hansa.aid.importing.columns import Headers, match_headers
from hansa.aid.importing.table import Broken, Table
from hansa.aid.rules.requests import PRIORITIES, Problem, Wanted, check_level, check_needed_by, check_quantity
from hansa.aid.rules.when import Unreadable, read_moment

_PRIORITY_WORDS = {
    "life": 1, "lifesaving": 1, "life saving": 1, "critical": 1, "immediate": 1, "vital": 1, "critica": 1,
    "critico": 1, "inmediata": 1,
    "urgent": 2, "high": 2, "urgente": 2, "alta": 2,
    "normal": 3, "medium": 3, "routine": 3, "media": 3, "rutina": 3,
    "low": 4, "baja": 4, "planned": 5, "planificada": 5,
}  # fmt: skip
_LEVELS = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "any": 0, "cualquiera": 0}
_NUMBER = re.compile(r"\d{1,3}(?:[,\u202f ]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?", re.ASCII)
_LIMITS = {"place": 200, "conditions": 1000, "note": 1000}


@dataclass(frozen=True, slots=True)
class Context:
    """What a row does not say itself: time now, zone and place of the member, catalogue, packs, known lifelines."""

    now: datetime
    zone: str
    place: str
    find_kinds: Callable[[str], Sequence[Kind]]
    units: Callable[[str, Kind | None], Decimal | Problem]
    lifelines: Sequence[tuple[str, str]]
    lat: float | None = None
    lon: float | None = None
    day_first: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet, its cells by column, the line that it gives or its problems."""

    number: int
    cells: dict[str, str]
    line: Wanted | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A whole spreadsheet, read. `headers` names columns that were left out."""

    rows: tuple[Row, ...]
    headers: Headers

    @property
    def good(self) -> tuple[Row, ...]:
        """Rows that give a line."""
        return tuple(row for row in self.rows if row.line)

    @property
    def bad(self) -> tuple[Row, ...]:
        """Rows with a problem."""
        return tuple(row for row in self.rows if not row.line)


def read_sheet(table: Table, context: Context) -> Sheet:
    """Return every row of a table, read; `Broken` when a needed column is missing or stands there twice."""
    headers = match_headers(table.headers)
    if headers.twice:
        raise Broken("column-twice", names=", ".join(headers.twice))
    if headers.missing:
        raise Broken("column-missing", columns=headers.missing)
    return Sheet(tuple(_row(number, cells, headers, context) for number, cells in table.rows), headers)


def read_quantity(text: str) -> Decimal | None:
    """Return the number that a cell states, as "1,200" or "1.5"; None when it states none."""
    plain = text.strip()
    sign = -1 if plain.startswith(("-", "−")) else 1
    plain = plain.lstrip("-−+ ")
    if not _NUMBER.fullmatch(plain):
        return None
    if re.fullmatch(r"\d+,\d{1,2}", plain):
        plain = plain.replace(",", ".")
    try:
        return sign * Decimal(re.sub(r"[,\u202f ]", "", plain))
    except InvalidOperation:
        return None


class _Reader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, cells: dict[str, str], context: Context) -> None:
        self.cells, self.context = cells, context
        self.problems: list[Problem] = []

    def add(self, column: str, code: str, **values: object) -> None:
        self.problems.append(Problem(column, code, tuple(values.items())))

    def check(self, problem: Problem | None) -> None:
        if problem:
            self.problems.append(problem)

    def kind(self) -> Kind | None:
        text = self.cells.get("kind", "")
        if not text:
            self.add("kind", "kind-missing")
            return None
        found = self.context.find_kinds(text)
        if len(found) == 1:
            return found[0]
        names = "; ".join(kind.code for kind in found[:3])
        self.add("kind", "kind-several" if found else "kind-unknown", text=text, names=names)
        return None

    def moment(self, column: str) -> datetime | None:
        try:
            return read_moment(
                self.cells.get(column, ""),
                now=self.context.now,
                zone=self.context.zone,
                day_first=self.context.day_first,
            )
        except Unreadable as error:
            self.add(column, error.code, text=self.cells.get(column, ""))
            return None

    def quantity(self, kind: Kind | None) -> Decimal:
        text = self.cells.get("quantity", "")
        found = self.context.units(text, kind) if text else None
        number = None if isinstance(found, Problem) else found
        if isinstance(found, Problem):
            self.check(found)
        elif kind is None:
            self.check(check_quantity(number, integral=False, form="supply"))
        else:
            self.check(check_quantity(number, integral=kind.integral, form=kind.form))
        return number or Decimal(0)

    def priority(self) -> int:
        text = fold(self.cells.get("priority", "")).strip(" .")
        text = re.sub(r"^(p|priority|prioridad)\s*(?=\d)", "", text)
        if not text:
            return 3
        value = _PRIORITY_WORDS.get(text) or (int(text) if text.isdecimal() and len(text) < 3 else 0)
        if value not in PRIORITIES:
            self.add("priority", "priority-unknown", text=self.cells["priority"])
        return value

    def level(self, kind: Kind | None) -> int:
        text = re.sub(r"^(type|tipo)\s*", "", fold(self.cells.get("level", "")).strip())
        if not text:
            return 0
        value = _LEVELS.get(text, int(text) if text.isdecimal() and len(text) < 3 else -1)
        if value < 0:
            self.add("level", "level-unreadable", text=self.cells["level"])
        elif kind:
            self.check(check_level(value, kind.types))
        return max(value, 0)

    def lifeline(self) -> str:
        text = fold(self.cells.get("lifeline", "")).strip()
        for code, name in self.context.lifelines:
            if text in (code, fold(name)):
                return code
        if text:
            self.add("lifeline", "lifeline-unknown", text=self.cells["lifeline"])
        return ""

    def text(self, column: str) -> str:
        value = self.cells.get(column, "")
        if len(value) > _LIMITS[column]:
            self.add(column, "text-long", most=_LIMITS[column], found=len(value))
        return value


def _row(number: int, values: tuple[str, ...], headers: Headers, context: Context) -> Row:
    cells = {column: values[at] if at < len(values) else "" for column, at in headers.at.items()}
    reader = _Reader(cells, context)
    kind = reader.kind()
    quantity = reader.quantity(kind)
    needed_by = reader.moment("needed_by")
    if needed_by:
        reader.check(check_needed_by(needed_by, context.now))
    until = reader.moment("until") if cells.get("until") else None
    if until and needed_by and until <= needed_by:
        reader.add("until", "until-early")
    place = reader.text("place") or context.place
    priority, level, lifeline = reader.priority(), reader.level(kind), reader.lifeline()
    conditions, note = reader.text("conditions"), reader.text("note")
    if reader.problems or kind is None or needed_by is None:
        return Row(number, cells, None, tuple(reader.problems))
    line = Wanted(
        kind.code, quantity, needed_by, place, level, priority, lifeline, conditions, note, until,
        context.lat, context.lon, context.zone,
    )  # fmt: skip
    return Row(number, cells, line, ())

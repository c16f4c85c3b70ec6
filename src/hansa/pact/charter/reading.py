# SPDX-License-Identifier: Apache-2.0
"""Reads a charter and finds everything that is wrong with it in one pass, each with its line."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import MISSING, fields
from functools import lru_cache
from typing import Any

from . import clauses as text
from . import head
from .document import Charter
from .messages import Problem, problem
from .terms import GROUPS, HAZARDS, LAWFULNESS, OBLIGATIONS, TABLES, Signature
from .values import Wrong, choice, reader_of
from .values import clause as clause_number

# A leaf holds 65,535 bytes: three quarters of it after base64, and the act around the text and the signatures and
# approvals need their share. Counted as JSON, because that is how an act carries the text.
MOST_BYTES = 40_000
_CODE = re.compile(r"[a-z][a-z0-9-]{0,39}")
_ACT = re.compile(r"[a-z]+(\.[a-z-]+){2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TOP = ("format", "language", *TABLES, *GROUPS, "signing")


class CharterError(Exception):
    """Raised by `parse` for a document that is not a charter; `problems` names every error with its line."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"line {found.line}: {found.english()}" for found in problems))
        self.problems = problems


def parse(document: str, *, acts: Collection[str] | None = None) -> Charter:
    """Return the charter that the document states; raise `CharterError` with all problems otherwise.

    `acts` are the act types that the signing table may name; None accepts any well-formed name.
    """
    charter, problems = check(document, acts=acts)
    if charter is None:
        raise CharterError(problems)
    return charter


@lru_cache(maxsize=128)
def read(document: str) -> Charter:
    """Return what `parse` returns, read once: for texts that were accepted before and are needed again and again."""
    return parse(document)


def check(document: str, *, acts: Collection[str] | None = None) -> tuple[Charter | None, tuple[Problem, ...]]:
    """Return the charter, or None, and every problem in the order of lines."""
    document = document.replace("\r\n", "\n")
    early = list(_early(document))
    if any(found.code == "too-long" for found in early):
        return None, tuple(early)
    source, body, offset, fences = head.split(document)
    read = head.read(source)
    words = text.read(body, offset)
    early += [*fences, *read.problems]
    reader = _Reader(read, broken=bool(early), numbers=_numbers(words), acts=acts)
    terms = reader.take()
    problems = sorted({*early, *words.problems, *reader.problems, *_lawful(read, words, terms)})
    if problems:
        return None, tuple(problems)
    return Charter(document, title=words.title, preamble=words.preamble, articles=words.articles, **terms), ()


def _early(document: str) -> Iterator[Problem]:
    size = len(json.dumps(document, ensure_ascii=False).encode("utf-8", "replace"))
    if size > MOST_BYTES:
        yield problem(1, "too-long", size=size, most=MOST_BYTES)
        return
    for number, line in enumerate(document.split("\n"), start=1):
        if _CONTROL.search(line):
            yield problem(number, "control-character")


def _numbers(words: text.Text) -> set[str]:
    return {clause.number for article in words.articles for clause in article.clauses}


def _lawful(read: head.Head, words: text.Text, terms: Mapping[str, Any]) -> Iterator[Problem]:
    """Yield a problem unless the clause that the term names holds the required sentence."""
    term = terms.get("lawfulness")
    sentence = LAWFULNESS.get(terms["language"] or "en", "")
    for clause in (clause for article in words.articles for clause in article.clauses):
        if term and clause.number == term.clause and sentence not in " ".join(clause.text.split()):
            yield problem(clause.line, "lawfulness", sentence=sentence)


class _Reader:
    """Reads the tables of the head and collects what is wrong. With a `broken` head nothing counts as missing."""

    def __init__(self, read: head.Head, *, broken: bool, numbers: set[str], acts: Collection[str] | None) -> None:
        self.head = read
        self.broken = broken
        self.numbers = numbers
        self.acts = acts
        self.problems: list[Problem] = []

    def take(self) -> dict[str, Any]:
        values = self.head.values
        for name in values:
            if name not in _TOP:
                self._add("unknown-table", (name,), key=name, known=", ".join(_TOP))
        taken: dict[str, Any] = {"language": self._scalar("language", choice(*LAWFULNESS), '"en"')}
        self._scalar("format", _format, "1")
        for name, kind in TABLES.items():
            taken[name] = self._table(kind, (name,), values.get(name))
        for name, kind in GROUPS.items():
            taken[name] = self._group(kind, name)
        taken["signing"], taken["signing_clause"] = self._signing()
        self._cross(taken)
        taken["flat"] = dict(_flatten(values))
        return taken

    def _add(self, code: str, path: head.Path, **params: object) -> None:
        self.problems.append(problem(self.head.line(*path), code, **params))

    def _missing(self, code: str, path: head.Path, **params: object) -> None:
        if not self.broken:
            self._add(code, path, **params)

    def _scalar(self, key: str, read: Any, example: str) -> Any:
        if key not in self.head.values:
            self._missing("missing-key", (key,), key=key, example=example)
            return None
        return self._value(read, (key,), self.head.values[key])

    def _value(self, read: Any, path: head.Path, value: object) -> Any:
        try:
            return read(path[-1], value)
        except Wrong as wrong:
            self._add(wrong.code, path, **wrong.params)
            return None

    def _table(self, kind: type, path: head.Path, values: object) -> Any:
        """Return the term, or None when anything in it is wrong."""
        name = ".".join(path)
        if values is None:
            self._missing("missing-table", path, key=name)
            return None
        if not isinstance(values, dict):
            self._add("wrong-type", path, key=name, wanted="table", example=f"[{name}]")
            return None
        known = {item.name: item for item in fields(kind)}
        before = len(self.problems)
        for key in values:
            if key not in known:
                self._add("unknown-key", (*path, key), key=key, known=", ".join(known))
        taken = {}
        for key, item in known.items():
            if key in values:
                taken[key] = self._value(reader_of(item), (*path, key), values[key])
            elif item.default is MISSING:
                self._missing("missing-key", path, key=key, example=item.metadata["example"])
        self._rests_on(taken.get("clause"), path)
        complete = len(self.problems) == before and not (self.broken and _lacks(known, taken))
        return kind(**taken) if complete else None

    def _rests_on(self, number: str | None, path: head.Path) -> None:
        if number and number not in self.numbers:
            self._add("missing-clause", (*path, "clause"), term=".".join(path), value=number)

    def _group(self, kind: type, name: str) -> dict[str, Any]:
        values = self.head.values.get(name)
        if not values:
            self._missing("missing-table", (name,), key=f"{name}.…")
            return {}
        if not isinstance(values, dict):
            self._add("wrong-type", (name,), key=name, wanted="table", example=f"[{name}.…]")
            return {}
        taken = {}
        for code, row in values.items():
            if not _CODE.fullmatch(code):
                self._add("unknown-choice", (name, code), key=name, value=code, known="a-z, 0-9, -")
            taken[code] = self._table(kind, (name, code), row)
        return taken

    def _signing(self) -> tuple[dict[str, Signature], str]:
        values = self.head.values.get("signing")
        if not isinstance(values, dict):
            self._missing("missing-table", ("signing",), key="signing")
            return {}, ""
        default = ""
        if "clause" in values:
            default = self._value(clause_number, ("signing", "clause"), values["clause"])
            self._rests_on(default, ("signing",))
        else:
            self._missing("missing-key", ("signing",), key="clause", example='"5.1"')
        rows = {}
        for path, row in _rows(("signing",), values):
            act = ".".join(path[1:])
            if not _ACT.fullmatch(act) or (self.acts is not None and act not in self.acts):
                self._add("unknown-act", path, value=act)
            rows[act] = self._table(Signature, path, row)
            if rows[act] and rows[act].count > 1 and not rows[act].passkey:
                self._add("count-needs-passkey", path)
        return rows, default or ""

    def _cross(self, taken: Mapping[str, Any]) -> None:
        """Check what only several terms together can have wrong."""
        self._named("triggers", taken["triggers"], HAZARDS)
        self._named("obligations", taken["obligations"], OBLIGATIONS)
        ranks: list[int] = []
        for code, level in taken["levels"].items():
            if level and level.rank in ranks:
                self._add("repeated-rank", ("levels", code, "rank"), value=level.rank)
            ranks += [level.rank] if level else []
        for code, duty in taken["obligations"].items():
            if duty:
                self._duty(("obligations", code), duty, taken)
        self._money(taken.get("costs"))
        guests = taken.get("guests")
        if guests and guests.may and not guests.allowed:
            self._add("guests-unused", ("guests", "may"))

    def _named(self, group: str, rows: Mapping[str, Any], known: Collection[str]) -> None:
        for code, row in rows.items():
            if row and code not in known and not row.label:
                self._add("needs-label", (group, code), value=code)

    def _duty(self, path: head.Path, duty: Any, taken: Mapping[str, Any]) -> None:
        for key, code, held in (("triggers", "unknown-trigger", "triggers"), ("levels", "unknown-level", "levels")):
            for value in getattr(duty, key):
                if value not in taken[held]:
                    self._add(code, (*path, key), value=value, known=", ".join(taken[held]))
        if duty.phone_after and duty.phone_after >= duty.within:
            self._add("phone-late", (*path, "phone_after"))

    def _money(self, costs: Any) -> None:
        if costs and costs.who_pays == "split" and costs.receiving_percent is None:
            self._add("split-share", ("costs", "who_pays"))
        if costs and costs.who_pays != "split" and costs.receiving_percent is not None:
            self._add("split-unused", ("costs", "receiving_percent"))


def _format(key: str, value: object) -> int:
    if value != 1 or isinstance(value, bool):
        raise Wrong("unknown-choice", key=key, value=value, known="1")
    return 1


def _lacks(known: Mapping[str, Any], taken: Mapping[str, Any]) -> bool:
    return any(item.default is MISSING and name not in taken for name, item in known.items())


def _rows(path: head.Path, values: Mapping[str, Any]):
    """Yield the rows of the signing table, whether an act's name is quoted or written as nested keys."""
    for name, value in values.items():
        if path == ("signing",) and name == "clause":
            continue
        nested = isinstance(value, dict) and value and all(isinstance(inner, dict) for inner in value.values())
        if nested and len(path) < 3:
            yield from _rows((*path, name), value)
        else:
            yield (*path, name), value


def _flatten(values: Mapping[str, Any], path: str = ""):
    """Yield each term's path and its value as a charter would write it."""
    for name, value in values.items():
        here = f"{path}.{name}" if path else name
        if isinstance(value, dict):
            yield from _flatten(value, here)
        elif isinstance(value, list):
            yield here, ", ".join(str(item) for item in value)
        else:
            yield here, str(value).lower() if isinstance(value, bool) else str(value)

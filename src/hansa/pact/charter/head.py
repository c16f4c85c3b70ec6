# SPDX-License-Identifier: Apache-2.0
"""Splits a charter into head and text, reads the head as TOML, and knows the line of every key."""

import re
import tomllib
from dataclasses import dataclass, field

from .messages import Problem, problem

FENCE = "+++"
MOST_LINES = 800
_MOST_SYNTAX_ERRORS = 25
_AT = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_QUIET = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*')
_LONG_STRINGS = ('"""', "'''")
_NESTING = re.compile(r"[.{\[]")
_MOST_NESTING = 100  # per line: deeper terms mean nothing, and would only exhaust the reader
_HEADER = re.compile(r"\[\[?[^\]]+\]\]?\s*(#.*)?")
_OPEN_HEADER = re.compile(r"\s*\[\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)\s*(?:#.*)?")

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The terms as plain values, the line on which each stands, and what could not be read."""

    values: dict[str, object]
    lines: dict[Path, int]
    problems: tuple[Problem, ...] = field(default=())

    def line(self, *path: str) -> int:
        """Return the line of `path`, or of the nearest term that holds it, or of the head's first line."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return 1


def split(document: str) -> tuple[str, str, int, tuple[Problem, ...]]:
    """Return head, text, the number of lines before the text, and problems with the fences."""
    lines = document.split("\n")
    if lines[0].strip() != FENCE:
        return "", document, 0, (problem(1, "no-head"),)
    for index, line in enumerate(lines[1:], start=1):
        if line.strip() == FENCE:
            # An empty first line stands in for the fence, so that line numbers stay those of the document.
            return "\n" + "\n".join(lines[1:index]), "\n".join(lines[index + 1 :]), index + 1, ()
    return "", "", len(lines), (problem(len(lines), "open-head"),)


def read(source: str) -> Head:
    """Return the head. A line that cannot be read is reported and left out, so that the others are still checked."""
    lines = source.split("\n")
    if len(lines) > MOST_LINES:
        return Head({}, {}, (problem(1, "too-many-lines", count=len(lines), most=MOST_LINES),))
    problems = [
        problem(n, "too-deep") for n, line in enumerate(lines, 1) if len(_NESTING.findall(line)) > _MOST_NESTING
    ]
    if problems:
        return Head({}, {}, tuple(problems))
    while True:
        try:
            values = tomllib.loads("\n".join(lines))
            return Head(values, _locate(lines), tuple(problems))
        except RecursionError:
            return Head({}, {}, (*problems, problem(1, "too-deep")))
        except tomllib.TOMLDecodeError as error:
            line = _line_of(error, lines)
            header = _OPEN_HEADER.fullmatch(lines[line - 1])
            if header:
                problems.append(problem(line, "syntax-header", key=header[1]))
            else:
                problems.append(problem(line, _kind(str(error))))
            if len(problems) > _MOST_SYNTAX_ERRORS or not lines[line - 1].strip():
                return Head({}, {}, tuple(problems))
            # A header is read as it is meant: without it, its terms would be judged as those of the one above.
            lines[line - 1] = f"[{header[1]}]" if header else ""


def _kind(message: str) -> str:
    """Return the message id for what the standard library says about a line."""
    if "overwrite" in message or "twice" in message or "already" in message or "mutate" in message:
        return "syntax-twice"
    return "syntax-end" if "end of document" in message or "Unterminated" in message else "syntax"


def _line_of(error: tomllib.TOMLDecodeError, lines: list[str]) -> int:
    found = _AT.search(str(error))
    if found and found.group(1):
        return min(int(found.group(1)), len(lines))
    # The end of the document is where a string or list that was never closed is noticed: name where it began.
    filled = [number for number, line in enumerate(lines, start=1) if "=" in line]
    return filled[-1] if filled else len(lines)


def _locate(lines: list[str]) -> dict[Path, int]:
    """Return the line of every key. A statement ends with the first line after which it can be read by itself."""
    found: dict[Path, int] = {}
    table: Path = ()
    number = 0
    while number < len(lines):
        first, text = number, lines[number]
        number += 1
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        depth = _depth(text)
        while (values := _try(text, depth)) is None and number < len(lines):
            text += "\n" + lines[number]
            depth += _depth(lines[number])
            number += 1
        if _HEADER.fullmatch(text.strip()):
            table = _deepest(values or {})
            found.setdefault(table, first + 1)
        else:
            _note(values or {}, table, first + 1, found)
    return found


def _depth(line: str) -> int:
    """Return how many brackets a line leaves open, strings and comments aside."""
    bare = _QUIET.sub("", line)
    return sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}")


def _try(text: str, depth: int) -> dict[str, object] | None:
    # An open bracket cannot be complete: not to try spares a long list from being read once for each of its lines.
    if depth > 0 and not any(mark in text for mark in _LONG_STRINGS):
        return None
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _deepest(values: object) -> Path:
    """Return the path that a table header opens, from what the header alone parses to."""
    path: Path = ()
    while True:
        if isinstance(values, list):
            values = values[0]
        if not isinstance(values, dict) or not values:
            return path
        name, values = next(iter(values.items()))
        path += (name,)


def _note(values: dict[str, object], table: Path, line: int, found: dict[Path, int]) -> None:
    for name, value in values.items():
        found.setdefault((*table, name), line)
        if isinstance(value, dict):
            _note(value, (*table, name), line, found)

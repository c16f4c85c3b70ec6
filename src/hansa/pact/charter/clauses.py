# SPDX-License-Identifier: Apache-2.0
"""The text of a charter: numbered articles (`## 1 Title`) and clauses (`### 1.1 Title`) in Markdown."""

import re
from dataclasses import dataclass
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from .messages import Problem, problem

_ARTICLE = re.compile(r"(\d{1,3})\.?\s+(\S.*)")
_CLAUSE = re.compile(r"(\d{1,3})\.(\d{1,3})\.?\s+(\S.*)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause: number such as `3.2`, title, Markdown text, and the line of its heading in the document."""

    number: str
    title: str
    text: str
    line: int

    @property
    def anchor(self) -> str:
        """The address of the clause within the page."""
        return f"§{self.number}"

    @property
    def html(self) -> str:
        """The text as HTML; tags in the source come out as plain text."""
        return markdown().render(self.text)


@dataclass(frozen=True, slots=True)
class Article:
    """A numbered heading and the clauses below it."""

    number: str
    title: str
    clauses: tuple[Clause, ...]
    line: int


@lru_cache(maxsize=1)
def markdown() -> MarkdownIt:
    """Return the Markdown reader for charters: CommonMark and tables, no HTML, no images."""
    return MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")


@dataclass(frozen=True, slots=True)
class _Heading:
    level: int
    text: str
    first: int  # index of the heading's own line in the source
    after: int  # index of the first line after it


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a charter: title, what stands before the first article, the articles, and every problem."""

    title: str
    preamble: str
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]


def read(source: str, offset: int) -> Text:
    """Return the text; `offset` is the number of lines of the document before it."""
    tokens = markdown().parse(source)
    headings = _headings(tokens)
    reader = _Reader(source.split("\n"), offset)
    problems = [*_html_problems(source, tokens, offset)]
    ends = [heading.first for heading in headings[1:]] + [len(reader.lines)]
    for heading, end in zip(headings, ends, strict=False):
        reader.take(heading, end)
    first = headings[0].first if headings else len(reader.lines)
    problems += [
        problem(offset + number, "text-outside") for number, line in enumerate(reader.lines[:first], 1) if line.strip()
    ][:1]
    if not reader.title:
        problems.append(problem(offset + 1, "title-missing"))
    if not reader.clauses and not any(found.code == "heading-number" for found in reader.problems):
        problems.append(problem(offset + 1, "no-clauses"))
    return Text(reader.title, reader.preamble, reader.articles(), tuple(problems + reader.problems))


def _headings(tokens: list[Token]) -> list[_Heading]:
    return [
        _Heading(int(token.tag[1]), following.content.strip(), token.map[0], token.map[1])
        for token, following in zip(tokens, tokens[1:], strict=False)
        if token.type == "heading_open" and token.map and token.level == 0
    ]


def _html_problems(source: str, tokens: list[Token], offset: int) -> list[Problem]:
    """Return a problem for each block that holds a tag outside code: it would not do what its writer expects."""
    return [
        problem(offset + token.map[0] + 1, "html")
        for token in tokens
        if token.type == "inline"
        and token.map
        and any(child.type == "text" and _TAG.search(child.content) for child in token.children or ())
    ]


class _Reader:
    """Walks the headings in order and keeps what each opened."""

    def __init__(self, lines: list[str], offset: int) -> None:
        self.lines = lines
        self.offset = offset
        self.title = ""
        self.preamble = ""
        self.clauses: list[Clause] = []
        self.problems: list[Problem] = []
        self._articles: list[tuple[str, str, int, int]] = []  # number, title, line, index of its first clause
        self._seen: dict[str, int] = {}

    def take(self, heading: _Heading, end: int) -> None:
        line = self.offset + heading.first + 1
        text = "\n".join(self.lines[heading.after : end]).strip("\n")
        if heading.level == 1 and not self.title:
            self.title = heading.text
            self.preamble = text
        elif heading.level == 2 and (match := _ARTICLE.fullmatch(heading.text)):
            self._open_article(match.group(1), match.group(2), line)
            self._refuse_text(heading.after, end)
        elif heading.level == 3 and (match := _CLAUSE.fullmatch(heading.text)):
            self._add_clause(match, text, line)
        else:
            code = "heading-number" if heading.level in (2, 3) else "heading-level"
            self.problems.append(problem(line, code))

    def articles(self) -> tuple[Article, ...]:
        ends = [start for *_, start in self._articles[1:]] + [len(self.clauses)]
        return tuple(
            Article(number, title, tuple(self.clauses[start:end]), line)
            for (number, title, line, start), end in zip(self._articles, ends, strict=False)
        )

    def _open_article(self, number: str, title: str, line: int) -> None:
        wanted = str(int(self._articles[-1][0]) + 1) if self._articles else "1"
        if self._is_new(number, line) and number != wanted:
            self.problems.append(problem(line, "number-order", value=number, wanted=wanted))
        self._articles.append((number, title, line, len(self.clauses)))

    def _add_clause(self, match: re.Match[str], text: str, line: int) -> None:
        number = f"{match.group(1)}.{match.group(2)}"
        article = self._articles[-1][0] if self._articles else "0"
        begun = self._articles and self._articles[-1][3] < len(self.clauses)
        place = int(self.clauses[-1].number.split(".")[1]) + 1 if begun else 1
        if self._is_new(number, line):
            if match.group(1) != article:
                self.problems.append(problem(line, "clause-outside", value=number, article=article, next=place))
            elif match.group(2) != str(place):
                self.problems.append(problem(line, "number-order", value=number, wanted=f"{article}.{place}"))
        if not text.strip():
            self.problems.append(problem(line, "empty-clause", value=number))
        self.clauses.append(Clause(number, match.group(3), text, line))

    def _is_new(self, number: str, line: int) -> bool:
        first = self._seen.setdefault(number, line)
        if first != line:
            self.problems.append(problem(line, "repeated-number", value=number, first=first))
        return first == line

    def _refuse_text(self, start: int, end: int) -> None:
        for index in range(start, end):
            if self.lines[index].strip():
                self.problems.append(problem(self.offset + index + 1, "text-outside"))
                return

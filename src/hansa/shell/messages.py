# SPDX-License-Identifier: Apache-2.0
"""Catalogs of messages: each part keeps the Spanish of its own texts in `locale/es/LC_MESSAGES/django.po`.

The sources are the part's Python and templates (cotton's included). Catalogs are sorted and hold neither dates nor
line numbers, so that a difference shows only what changed. Compiled catalogs are not committed.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

HOUSE = Path(__file__).resolve().parents[1]
LANGUAGE = "es"
_KEYWORDS: dict = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_BRACES = re.compile(r"\{\w+\}")
_HEADER = """msgid ""
msgstr ""
"Language: es\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
_OLD_HEADER = re.compile(r'\A\s*(#[^\n]*\n)*msgid ""\nmsgstr ""\n("[^\n]*\n)*\n*')


# A text, or its singular and plural.
Texts = str | tuple[str, ...] | list[str]


def _each(text: Texts | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


@dataclass(slots=True)
class Findings:
    """What is wrong with the catalogs, a line each."""

    lines: list[str] = field(default_factory=list)

    def add(self, part: str, what: str, text: Texts) -> None:
        """Note one finding about a text of a part."""
        self.lines.append(f"{part}: {what}: {' / '.join(_each(text))!r}")


def parts() -> list[str]:
    """Return the names of the parts that are there, in the order of their names."""
    return sorted(path.name for path in HOUSE.iterdir() if (path / "apps.py").is_file())


def catalog_path(part: str) -> Path:
    """Return where a part's Spanish lies."""
    return HOUSE / part / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def update(names: Iterable[str] = ()) -> Findings:
    """Write each part's catalog anew from its sources, translations kept; return what has still to be done.

    A text that another part has translated takes over that translation.
    """
    chosen = list(names) or parts()
    known = {message.id: message for part in parts() for message in catalog_of(part) if _done(message)}
    for part in chosen:
        catalog = _merged(part)
        for message in catalog:
            if message.id and not _done(message) and message.id in known and not message.context:
                message.string = known[message.id].string
                message.flags.discard("fuzzy")
        _write(part, catalog)
        _compile(part)
    return check(chosen)


def check(names: Iterable[str] = ()) -> Findings:
    """Return every text without Spanish, every guess, lost placeholder and contradiction. Writes nothing."""
    findings = Findings()
    chosen = list(names) or parts()
    spanish: dict[tuple, tuple[str, object]] = {}
    for part in chosen:
        written = catalog_of(part)
        for message in _extracted(part):
            present = written.get(message.id, context=message.context) if message.id else None
            if message.id:
                _judge(findings, part, message.id, present, written)
    for part in parts():
        for message in catalog_of(part):
            if message.id and _done(message):
                key = (message.context, _each(message.id)[0])
                other, string = spanish.setdefault(key, (part, message.string))
                if string != message.string and part in chosen:
                    findings.add(part, f"is translated otherwise in {other}", message.id)
    return findings


def compile_all() -> None:
    """Write the compiled catalog of every part."""
    for part in parts():
        _compile(part)


def _judge(findings: Findings, part: str, text: Texts, message, catalog: Catalog) -> None:
    if message is None or not all(_each(message.string)):
        findings.add(part, "has no Spanish", text)
    elif message.fuzzy:
        findings.add(part, "is only a guess", text)
    else:
        for error in message.check(catalog):
            findings.add(part, str(error), text)
        if set(_BRACES.findall(_each(message.string)[-1])) != set(_BRACES.findall(_each(text)[-1])):
            findings.add(part, "loses or gains a {placeholder}", text)


def _done(message) -> bool:
    return bool(message.id) and not message.fuzzy and all(_each(message.string))


def _sources(part: str) -> Iterator[tuple[Path, str]]:
    """Yield the part's own files with their text as Python; templates are turned into calls of gettext."""
    for path in sorted((HOUSE / part).rglob("*.py")):
        if not {"tests", "migrations"} & set(path.parts):
            yield path, path.read_text(encoding="utf-8")
    for folder in sorted((HOUSE / part).glob("templates")):
        for path in sorted(item for item in folder.rglob("*") if item.suffix in {".html", ".txt"}):
            # In brackets, so that the indentation of a template is none of Python's.
            yield path, f"(\n{templatize(path.read_text(encoding='utf-8'), origin=str(path))}\n)"


def _extracted(part: str) -> Catalog:
    catalog = Catalog(locale=LANGUAGE)
    for path, text in _sources(part):
        options = {"encoding": "utf-8"}
        try:
            found = list(extract("python", BytesIO(text.encode()), keywords=_KEYWORDS, options=options))
        except (SyntaxError, ValueError) as error:
            raise ValueError(f"{path}: {error}") from error
        for _line, message, comments, context in found:
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def catalog_of(part: str) -> Catalog:
    """Return a part's catalog as it is written; empty where there is none yet."""
    path = catalog_path(part)
    if not path.is_file():
        return Catalog(locale=LANGUAGE)
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def _merged(part: str) -> Catalog:
    catalog = catalog_of(part)
    catalog.update(_extracted(part), update_header_comment=False)
    return catalog


def _write(part: str, catalog: Catalog) -> None:
    path = catalog_path(part)
    if not any(message.id for message in catalog):
        return
    buffer = BytesIO()
    write_po(buffer, catalog, width=0, no_location=True, sort_output=True, ignore_obsolete=True)
    text = _OLD_HEADER.sub("", buffer.getvalue().decode())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{_HEADER}{text.strip()}\n", encoding="utf-8")


def _compile(part: str) -> None:
    path = catalog_path(part)
    if path.is_file():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog_of(part))
